-- Due rows: what happens at an instant of business time, once. A row leaves in the transaction in
-- which its handler works; one whose handler fails is parked with the error.
CREATE TABLE {schema}.timer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  key text NOT NULL,
  due timestamptz NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  object text,
  record uuid,
  tries integer NOT NULL DEFAULT 0,   -- how often it was claimed; more than once: its worker died
  holder uuid,                        -- who claimed it,
  held_until timestamptz,             -- until this instant of real time
  parked_at timestamptz,
  error text,
  created_at timestamptz NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);

CREATE UNIQUE INDEX timer_key ON {schema}.timer (kind, key) WHERE parked_at IS NULL;
CREATE INDEX timer_due ON {schema}.timer (due, id) WHERE parked_at IS NULL AND tries = 0;
-- Rows that were claimed: few at a time, whatever waits for the future.
CREATE INDEX timer_held ON {schema}.timer (held_until, due, id)
  WHERE parked_at IS NULL AND tries > 0;
CREATE INDEX timer_parked ON {schema}.timer (parked_at DESC, id DESC) WHERE parked_at IS NOT NULL;
CREATE INDEX timer_record ON {schema}.timer (record) WHERE record IS NOT NULL;
