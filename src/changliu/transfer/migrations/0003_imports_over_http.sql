-- Imports that come over HTTP: the file and what is known of it, the mapping as it stands, what a
-- trial found. A file of the command line has none of it.
ALTER TABLE {schema}.import_job
    ADD COLUMN upload    uuid,                          -- in `file`; held until the import ends
    ADD COLUMN described jsonb,                         -- name, size, header, rows, samples …
    ADD COLUMN body      jsonb,                         -- the mapping, as a mapping file says it
    ADD COLUMN guesses   jsonb,
    ADD COLUMN revision  integer NOT NULL DEFAULT 0,    -- of the mapping: a trial belongs to one
    ADD COLUMN preview   jsonb,
    ADD COLUMN quiet     boolean NOT NULL DEFAULT false,
    ADD COLUMN failure   jsonb,
    DROP CONSTRAINT import_job_state_check,
    ADD CONSTRAINT import_job_state_check
        CHECK (state IN ('draft', 'running', 'done', 'cancelled', 'failed'));
CREATE INDEX import_job_newest ON {schema}.import_job (member, started_at DESC, id);
CREATE INDEX import_job_drafts ON {schema}.import_job (changed_at) WHERE upload IS NOT NULL;

-- The mapping last used for a header, for the next file that has it.
CREATE TABLE {schema}.import_mapping (
    object       text NOT NULL,
    header       text NOT NULL,        -- sha256 of the folded names
    body         jsonb NOT NULL,
    member       uuid NOT NULL,
    changed_at   timestamptz NOT NULL,
    PRIMARY KEY (object, header)
);
