-- Views and forms as their readers read them. Publishing and retiring keep those without a member
-- equal to the definitions; those with one are that member's own.

CREATE TABLE {schema}.view (
    kind         text NOT NULL CHECK (kind IN ('view', 'form')),
    key          text NOT NULL,         -- the definition's key; of a member's own view a UUID
    member       uuid,                  -- whose own it is
    object       text NOT NULL,         -- object id
    version      integer NOT NULL,      -- the definition's version; of a member's own counted up
    body         jsonb NOT NULL,        -- the prepared body, trees included
    PRIMARY KEY (kind, key)
);
CREATE INDEX view_member ON {schema}.view (member) WHERE member IS NOT NULL;

-- What the pages keep for a member: pins, widths, theme, recent records.
CREATE TABLE {schema}.member_setting (
    member       uuid NOT NULL,
    key          text NOT NULL,
    value        jsonb NOT NULL,
    PRIMARY KEY (member, key)
);
