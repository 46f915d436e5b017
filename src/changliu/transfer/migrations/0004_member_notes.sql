-- What an import of members made or changed, a row for each member and team: what it takes to put
-- back what was, and to see whether somebody has changed it since. Written with its batch.
CREATE TABLE {schema}.import_member (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import       uuid NOT NULL REFERENCES {schema}.import_job ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('member', 'team')),
    subject      uuid NOT NULL,
    before       jsonb,                -- of what changed; NULL: the import made it
    after        jsonb NOT NULL,
    back         boolean NOT NULL DEFAULT false,
    UNIQUE (import, subject)
);
ALTER TABLE {schema}.import_job
    ADD COLUMN reverted_at timestamptz;    -- of an import of members: all that could go back has
