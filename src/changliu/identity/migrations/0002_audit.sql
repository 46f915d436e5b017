-- Who changed members, teams and ways in, when (real time) and how; append-only, without secrets.
-- No actor: the program itself, a command line or a bundle.
CREATE TABLE {schema}.identity_audit (
    seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    actor   uuid,
    action  text NOT NULL,
    kind    text NOT NULL,
    subject uuid,
    name    text NOT NULL,      -- what the subject was called then
    diff    jsonb NOT NULL,     -- {"<what>": {"from": ..., "to": ...}}
    ip      text
);
CREATE INDEX identity_audit_at ON {schema}.identity_audit (at DESC, seq DESC);
REVOKE UPDATE, DELETE ON {schema}.identity_audit FROM {role};
