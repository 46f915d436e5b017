-- Live duplicate rules as a write reads them. Publishing and retiring keep it equal to the definitions.

CREATE TABLE {schema}.duplicate_rule (
    key          text PRIMARY KEY,      -- the definition's key
    object       text NOT NULL,         -- object id
    version      integer NOT NULL,      -- the definition's version
    body         jsonb NOT NULL         -- the prepared body, field ids included
);
CREATE INDEX duplicate_rule_object ON {schema}.duplicate_rule (object);
