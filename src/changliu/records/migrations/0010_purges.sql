-- Objects whose records are taken away for good: how far that is, and the entries of history that
-- went. An entry of its own (`op` purge, the purge's id as its record) tells of it and is sealed.
CREATE TABLE {schema}.purge (
    id         uuid PRIMARY KEY,
    subject    text NOT NULL,          -- the app that brought them
    objects    jsonb NOT NULL,         -- [{id, files}]: tables, and their columns of files
    fields     text[] NOT NULL,        -- ids, of objects that stay
    member     uuid NOT NULL,
    state      text NOT NULL CHECK (state IN ('running', 'done')),
    at         integer NOT NULL DEFAULT 0,
    place      uuid,                   -- the last record taken away of the object `at`
    done       bigint NOT NULL DEFAULT 0,
    total      bigint NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX purge_subject ON {schema}.purge (subject, started_at DESC);
CREATE TABLE {schema}.purged (
    first bigint PRIMARY KEY,          -- numbers of history, both ends included
    last  bigint NOT NULL,
    purge uuid NOT NULL
);
REVOKE INSERT, UPDATE, DELETE ON {schema}.purged FROM {role};
