-- Codes that stand in for the authenticator once each; shown when made, kept as digests.
CREATE TABLE changliu.recovery_code (
    account  uuid NOT NULL REFERENCES changliu.account ON DELETE CASCADE,
    digest   bytea NOT NULL,
    made_at  timestamptz NOT NULL,      -- real time
    used_at  timestamptz,
    PRIMARY KEY (account, digest)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON changliu.recovery_code TO changliu_app;
