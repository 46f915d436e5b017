-- Large exports are made by a job; the row says how far it is and where the file lies.
CREATE TABLE {schema}.export_job (
    id           uuid PRIMARY KEY,
    member       uuid NOT NULL,
    request      jsonb NOT NULL,
    state        text NOT NULL
                 CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    total        bigint NOT NULL,      -- rows counted when it was asked for
    done         bigint NOT NULL,
    file         uuid,
    problem      jsonb,                -- {code, zh, en} of what made it fail
    created_at   timestamptz NOT NULL,
    finished_at  timestamptz
);
CREATE INDEX export_job_member ON {schema}.export_job (member, created_at DESC);

-- Who took what away: append-only. The eraser alone blanks filters and searches that name a person.
CREATE TABLE {schema}.export_log (
    seq       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    member    uuid NOT NULL,
    object    text NOT NULL,
    format    text NOT NULL,
    filter    text NOT NULL,
    q         text NOT NULL,
    sort      text[] NOT NULL,
    columns   text[] NOT NULL,         -- field paths of the file, in order
    ids       boolean NOT NULL,
    rows      bigint NOT NULL,
    sha256    text NOT NULL,           -- of the file
    job       uuid                     -- the export_job that made it; NULL: answered at once
);
CREATE INDEX export_log_at ON {schema}.export_log (at DESC, seq DESC);
REVOKE UPDATE, DELETE ON {schema}.export_log FROM {role};
GRANT SELECT, UPDATE (filter, q) ON {schema}.export_log TO changliu_eraser;
