-- A use that asks for an index on the field: lists are filtered or sorted by it.
ALTER TABLE {schema}.definition_use ADD COLUMN indexed boolean NOT NULL DEFAULT false;
