-- Whether a changeset was taken back is asked for every one of an import.
CREATE INDEX changeset_reverts ON {schema}.changeset (reverts) WHERE reverts IS NOT NULL;
