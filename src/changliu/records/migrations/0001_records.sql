-- A changeset: everything one actor changed at once. Never updated; `answer` only with a key.
CREATE TABLE {schema}.changeset (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  actor uuid NOT NULL,
  via text NOT NULL,
  reason text,
  changes integer NOT NULL,
  parent uuid,
  caused_by uuid,
  reverts uuid,
  idempotency_key text,
  body_hash bytea,
  answer jsonb
);
CREATE UNIQUE INDEX changeset_key ON {schema}.changeset (actor, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX changeset_parent ON {schema}.changeset (parent, id) WHERE parent IS NOT NULL;
CREATE INDEX changeset_caused_by ON {schema}.changeset (caused_by) WHERE caused_by IS NOT NULL;

-- One row per record per changeset. diff: {"<field id>": {"o": old, "n": new}}, blank left out;
-- a personal field carries {"h": sha256(salt‖value)} in place of its values.
CREATE TABLE {schema}.history (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  changeset uuid NOT NULL,
  object text NOT NULL,
  record uuid NOT NULL,
  version integer NOT NULL,
  op text NOT NULL,
  at timestamptz NOT NULL,
  actor uuid NOT NULL,
  via text NOT NULL,
  diff jsonb NOT NULL,
  definitions jsonb NOT NULL
);
CREATE INDEX history_record ON {schema}.history (record, seq);
CREATE INDEX history_changeset ON {schema}.history (changeset, seq);

-- Clear values of personal fields: the only part of history that can be erased.
CREATE TABLE {schema}.history_personal (
  changeset uuid NOT NULL,
  record uuid NOT NULL,
  field text NOT NULL,
  salt text NOT NULL,
  old jsonb,
  new jsonb,
  PRIMARY KEY (record, changeset, field)
);

REVOKE UPDATE, DELETE ON {schema}.changeset, {schema}.history FROM {role};
REVOKE UPDATE, DELETE ON {schema}.history_personal FROM {role};
