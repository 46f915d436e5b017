-- One row per import. A batch of changes and the cursor that moves past it commit together, so an
-- import that was cut off goes on exactly where it stopped.
CREATE TABLE {schema}.import_job (
    id           uuid PRIMARY KEY,
    object       text NOT NULL,
    file         text NOT NULL,
    digest       text NOT NULL,        -- sha256 of the file
    settings     text NOT NULL,        -- sha256 of mapping, mode and member: the same import
    mapping      jsonb NOT NULL,
    member       uuid NOT NULL,
    state        text NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
    sweep        integer NOT NULL,
    place        bigint NOT NULL,      -- rows of the file behind us in this sweep
    counts       jsonb NOT NULL,
    started_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL
);
CREATE INDEX import_job_running ON {schema}.import_job (digest, settings) WHERE state = 'running';

-- Rows that were refused, for the errors file; line numbers are those of the file.
CREATE TABLE {schema}.import_fault (
    import       uuid NOT NULL REFERENCES {schema}.import_job ON DELETE CASCADE,
    row          bigint NOT NULL,
    sweep        integer NOT NULL,
    line         bigint NOT NULL,
    cells        jsonb NOT NULL,
    faults       jsonb NOT NULL,
    PRIMARY KEY (import, row, sweep)
);
