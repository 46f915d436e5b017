-- Heartbeats of worker processes, in real time.
CREATE TABLE changliu.worker (
  id uuid PRIMARY KEY,
  pid integer NOT NULL,
  host text NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  done bigint NOT NULL DEFAULT 0
);
