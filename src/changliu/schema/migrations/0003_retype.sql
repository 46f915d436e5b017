-- Fields on their way to another type, and those that arrived: the column left behind is kept for a
-- while. `place` is the last record filled, `seen` the last entry of the history looked at.
CREATE TABLE {schema}.retype (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  object text NOT NULL,
  field text NOT NULL,
  wanted jsonb NOT NULL,
  confirm text NOT NULL,
  source text NOT NULL,
  target text NOT NULL,
  state text NOT NULL,
  place uuid,
  seen bigint NOT NULL,
  total bigint NOT NULL,
  done bigint NOT NULL DEFAULT 0,
  unconverted bigint NOT NULL DEFAULT 0,
  fault jsonb,
  former jsonb NOT NULL,
  started_at timestamptz NOT NULL,
  started_by uuid NOT NULL,
  ended_at timestamptz
);
CREATE UNIQUE INDEX retype_running ON {schema}.retype (field) WHERE state IN ('fill', 'follow');
CREATE INDEX retype_field ON {schema}.retype (field, id);

-- A removed field whose column is gone for good cannot come back.
ALTER TABLE {schema}.field ADD COLUMN dropped boolean NOT NULL DEFAULT false;
