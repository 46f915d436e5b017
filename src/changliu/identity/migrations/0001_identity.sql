-- Members, teams and roles of one workspace. Whoever changes a row here bumps state.identity.

CREATE TABLE {schema}.team (
    id           uuid PRIMARY KEY,
    key          text UNIQUE,           -- named by a bundle or an import; people see the name
    name         text NOT NULL,
    parent       uuid REFERENCES {schema}.team,
    leader       uuid,
    created_at   timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (parent, name)
);

CREATE TABLE {schema}.member (
    id           uuid PRIMARY KEY,
    account      uuid UNIQUE,           -- changliu.account; null for a member who cannot sign in
    name         text NOT NULL,
    email        text,
    phone        text,
    main_team    uuid REFERENCES {schema}.team,
    is_system    boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL,
    disabled_at  timestamptz
);
CREATE INDEX member_name ON {schema}.member (name, id);
CREATE UNIQUE INDEX member_system ON {schema}.member (is_system) WHERE is_system;

ALTER TABLE {schema}.team ADD FOREIGN KEY (leader) REFERENCES {schema}.member;

CREATE TABLE {schema}.team_member (
    team         uuid NOT NULL REFERENCES {schema}.team,
    member       uuid NOT NULL REFERENCES {schema}.member,
    PRIMARY KEY (team, member)
);
CREATE INDEX team_member_member ON {schema}.team_member (member);

CREATE TABLE {schema}.role (
    id           uuid PRIMARY KEY,
    key          text NOT NULL UNIQUE,
    label        jsonb NOT NULL,
    rights       text[] NOT NULL,
    fields_mode  text NOT NULL CHECK (fields_mode IN ('all', 'listed'))
);

CREATE TABLE {schema}.member_role (
    member       uuid NOT NULL REFERENCES {schema}.member,
    role         uuid NOT NULL REFERENCES {schema}.role,
    PRIMARY KEY (member, role)
);
CREATE INDEX member_role_role ON {schema}.member_role (role);
