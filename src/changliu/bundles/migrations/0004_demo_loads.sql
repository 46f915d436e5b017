-- Demo data that is loaded in the background: how far the latest load of a bundle is.
CREATE TABLE {schema}.bundle_demo_load (
    bundle     text PRIMARY KEY,
    id         uuid NOT NULL,
    scale      double precision NOT NULL,
    seed       bigint NOT NULL,
    state      text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    done       bigint NOT NULL DEFAULT 0,
    total      bigint NOT NULL DEFAULT 0,   -- 0: not counted yet
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    failure    jsonb
);
