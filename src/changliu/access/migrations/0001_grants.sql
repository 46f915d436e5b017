-- What roles may do: one row per role, object, verb and scope. Whoever changes a row bumps state.identity.

CREATE TABLE {schema}.role_grant (
    role         text NOT NULL,         -- role.key
    object       text NOT NULL,         -- object id, or * for every object, also future ones
    verb         text NOT NULL,
    scope        text NOT NULL CHECK (scope IN ('own', 'team', 'team_tree', 'all')),
    fields       text NOT NULL CHECK (fields IN ('all', 'listed')),
    read         text[] NOT NULL,       -- field ids, or * for every field, when fields = listed
    write        text[] NOT NULL,
    PRIMARY KEY (role, object, verb, scope)
);
