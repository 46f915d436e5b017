-- Every version of every definition. One live and one draft at most for a kind and key.
CREATE TABLE {schema}.definition (
  kind text NOT NULL,
  key text NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'live', 'retired')),
  slice jsonb,
  author uuid NOT NULL,
  at timestamptz NOT NULL,
  base_hash text,
  comment text,
  PRIMARY KEY (kind, key, version)
);
CREATE UNIQUE INDEX definition_live ON {schema}.definition (kind, key)
  WHERE state = 'live' AND slice IS NULL;
CREATE UNIQUE INDEX definition_draft ON {schema}.definition (kind, key) WHERE state = 'draft';

-- Which objects and fields (by stable id) the live version of a definition names.
CREATE TABLE {schema}.definition_use (
  kind text NOT NULL,
  key text NOT NULL,
  object text NOT NULL,
  field text NOT NULL DEFAULT '',
  PRIMARY KEY (kind, key, object, field)
);
CREATE INDEX definition_use_target ON {schema}.definition_use (object, field);

-- Who changed what, when and why, in words of both languages; append-only.
CREATE TABLE {schema}.definition_audit (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  author uuid NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  version integer NOT NULL,
  action text NOT NULL,
  summary jsonb NOT NULL,
  comment text,
  body_hash text NOT NULL
);
CREATE INDEX definition_audit_key ON {schema}.definition_audit (kind, key, seq);

REVOKE UPDATE, DELETE ON {schema}.definition_audit FROM {role};
