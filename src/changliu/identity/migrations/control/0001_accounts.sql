-- Accounts sign in; a membership ties one to a member of a workspace; sessions and tokens name one
-- workspace each. All times are real time (kit.clock.real), passed as parameters.

CREATE TABLE changliu.account (
    id           uuid PRIMARY KEY,
    login        text NOT NULL,
    login_key    text NOT NULL UNIQUE,  -- normalised and case-folded
    hash         text NOT NULL,
    language     text,                  -- null: follow the browser
    totp_secret  text,
    totp_on      boolean NOT NULL DEFAULT false,
    totp_step    bigint,                -- the last used step: a code works once
    created_at   timestamptz NOT NULL,
    password_at  timestamptz NOT NULL,
    disabled_at  timestamptz
);

CREATE TABLE changliu.membership (
    account      uuid NOT NULL REFERENCES changliu.account ON DELETE CASCADE,
    workspace    integer NOT NULL REFERENCES changliu.workspace ON DELETE CASCADE,
    member       uuid NOT NULL,
    used_at      timestamptz,           -- last sign-in: the workspace to open next time
    disabled_at  timestamptz,
    PRIMARY KEY (account, workspace),
    UNIQUE (workspace, member)
);

CREATE TABLE changliu.session (
    id           uuid PRIMARY KEY,
    digest       bytea NOT NULL UNIQUE,
    account      uuid NOT NULL,
    workspace    integer NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('browser', 'api')),
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ip           text NOT NULL,
    agent        text NOT NULL,
    revoked_at   timestamptz,
    FOREIGN KEY (account, workspace) REFERENCES changliu.membership ON DELETE CASCADE
);
CREATE INDEX session_account ON changliu.session (account, workspace);

CREATE TABLE changliu.token (
    id           uuid PRIMARY KEY,
    digest       bytea NOT NULL UNIQUE,
    account      uuid NOT NULL,
    workspace    integer NOT NULL,
    name         text NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    used_at      timestamptz,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    FOREIGN KEY (account, workspace) REFERENCES changliu.membership ON DELETE CASCADE
);
CREATE INDEX token_account ON changliu.token (account, workspace);

-- One row per sign-in under way or failed; a success takes its rows away.
CREATE TABLE changliu.sign_in_attempt (
    id           uuid PRIMARY KEY,
    login_key    text NOT NULL,
    ip           text NOT NULL,
    at           timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_login ON changliu.sign_in_attempt (login_key, at);
CREATE INDEX sign_in_attempt_ip ON changliu.sign_in_attempt (ip, at);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON changliu.account, changliu.membership, changliu.session, changliu.token,
       changliu.sign_in_attempt
    TO changliu_app;
