-- The one table of work. `run_at`, `dead_at` and `created_at` are business time and always given
-- by the writer; a lease (`job_lease`) is real time.
CREATE TABLE {schema}.job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  lock_key text,
  payload jsonb NOT NULL DEFAULT '{}',
  run_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL DEFAULT 8,
  dedupe text,
  dead_at timestamptz,
  error text,
  caused_by uuid,
  created_at timestamptz NOT NULL
) WITH (
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.1,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.02
);

-- The claim is driven by what is due, so jobs of the future cost nothing.
CREATE INDEX job_due ON {schema}.job (run_at, id) WHERE dead_at IS NULL;
CREATE INDEX job_key ON {schema}.job (lock_key, id) WHERE lock_key IS NOT NULL AND dead_at IS NULL;
CREATE UNIQUE INDEX job_dedupe ON {schema}.job (dedupe)
  WHERE dedupe IS NOT NULL AND dead_at IS NULL;
CREATE INDEX job_cause ON {schema}.job (caused_by) WHERE caused_by IS NOT NULL;
CREATE INDEX job_dead ON {schema}.job (dead_at DESC, id DESC) WHERE dead_at IS NOT NULL;

-- Schedules: five cron fields read in the workspace's time zone.
CREATE TABLE {schema}.job_cron (
  name text PRIMARY KEY,
  schedule text NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  next_run timestamptz NOT NULL,
  last_run timestamptz
);
CREATE INDEX job_cron_due ON {schema}.job_cron (next_run);

-- A batch being worked on; a row that outlives its batch means that the batch killed its worker.
CREATE TABLE {schema}.job_running (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  worker uuid NOT NULL,
  jobs bigint[] NOT NULL,
  since timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

CREATE TABLE {schema}.job_strike (
  job bigint PRIMARY KEY,
  strikes integer NOT NULL
);

-- An outside call in flight.
CREATE TABLE {schema}.job_lease (
  job bigint PRIMARY KEY,
  worker uuid NOT NULL,
  until timestamptz NOT NULL
);
