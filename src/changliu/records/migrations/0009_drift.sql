-- Roll-ups the nightly comparison found wrong and put right: what `changliu doctor` tells.
CREATE TABLE {schema}.rollup_drift (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    object   text NOT NULL,
    field    text NOT NULL,
    records  bigint NOT NULL
);
CREATE INDEX rollup_drift_at ON {schema}.rollup_drift (at);
