-- Projections of the live definitions of kind object and field: what the catalogue loads.
-- Numbers name tables and columns: object o_7 lies in table o_7, field f_12 in column f_12.
-- Removed rows stay (their tables and columns hold data) and give their key free.
CREATE SEQUENCE {schema}.object_number;
CREATE SEQUENCE {schema}.field_number;

CREATE TABLE {schema}.object (
  id text PRIMARY KEY,
  key text NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  removed_at timestamptz
);
CREATE UNIQUE INDEX object_key ON {schema}.object (key) WHERE removed_at IS NULL;

CREATE TABLE {schema}.field (
  id text PRIMARY KEY,
  object text NOT NULL,
  key text NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  removed_at timestamptz
);
CREATE UNIQUE INDEX field_key ON {schema}.field (object, key) WHERE removed_at IS NULL;
