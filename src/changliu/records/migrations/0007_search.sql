-- What records are found by: one row per live record; see records/search/store/keys.py.
CREATE TABLE {schema}.search_key (
  record uuid PRIMARY KEY,
  object text NOT NULL,
  spelled text NOT NULL,
  keys tsvector NOT NULL
);
-- Every search reads the pending list whole: a short one, written out by whoever fills it.
CREATE INDEX search_key_keys ON {schema}.search_key USING gin (keys)
  WITH (gin_pending_list_limit = 512);
-- Of which fields an object's keys are made (field: column and type), and up to which record those
-- of records that were there before are.
CREATE TABLE {schema}.search_shape (
  object text PRIMARY KEY,
  shape jsonb NOT NULL,
  cursor uuid,
  filled boolean NOT NULL
);
