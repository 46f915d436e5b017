-- Scope `formula`: the rows of a grant are those its condition holds for (several a verb). Shares:
-- one record lent to a member or a team. An ended share stays, so that who saw what can be told.

ALTER TABLE {schema}.role_grant
    DROP CONSTRAINT role_grant_pkey,
    DROP CONSTRAINT role_grant_scope_check,
    ADD COLUMN line smallint NOT NULL DEFAULT 0,  -- tells apart the formulas of one verb
    ADD COLUMN condition jsonb,                   -- formula tree over the object's rows
    ADD PRIMARY KEY (role, object, verb, scope, line),
    ADD CHECK (scope IN ('own', 'team', 'team_tree', 'all', 'formula')),
    ADD CHECK ((scope = 'formula') = (condition IS NOT NULL));

CREATE TABLE {schema}.share (
    id         uuid PRIMARY KEY,
    object     text NOT NULL,         -- object id
    record     uuid NOT NULL,
    member     uuid,                  -- one of member and team
    team       uuid,
    access     text NOT NULL CHECK (access IN ('read', 'write')),
    expires_at timestamptz,           -- business time; null: until it is taken back
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    deleted_at timestamptz,
    deleted_by uuid,
    CHECK ((member IS NULL) <> (team IS NULL))
);
CREATE UNIQUE INDEX share_member ON {schema}.share (member, object, record)
    WHERE member IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX share_team ON {schema}.share (team, object, record)
    WHERE team IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX share_record ON {schema}.share (record);
