-- Looking for records alike among those that are there: one search a rule, the pairs it found, and
-- which pairs somebody called different; that is remembered whatever the rule.

CREATE TABLE {schema}.duplicate_search (
    rule       text PRIMARY KEY,   -- the definition's key
    run        uuid NOT NULL,      -- tells a search from the one before
    object     text NOT NULL,      -- object id
    version    integer NOT NULL,   -- the definition's version
    body       jsonb NOT NULL,     -- the rule as it was
    member     uuid NOT NULL,      -- who asked
    state      text NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
    at         uuid,               -- the last record looked at; null: none yet
    done       bigint NOT NULL,
    total      bigint NOT NULL,
    pairs      integer NOT NULL,
    started_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE TABLE {schema}.duplicate_pair (
    rule    text NOT NULL,
    part    smallint NOT NULL,     -- the group of terms, from 0
    one     uuid NOT NULL,
    two     uuid NOT NULL,
    score   numeric NOT NULL,
    scores  numeric[] NOT NULL,    -- of every term of the group
    PRIMARY KEY (rule, one, two, part)
);
CREATE TABLE {schema}.duplicate_different (
    object text NOT NULL,          -- object id
    one    uuid NOT NULL,          -- the smaller id
    two    uuid NOT NULL,
    member uuid NOT NULL,
    at     timestamptz NOT NULL,
    PRIMARY KEY (one, two)
);
