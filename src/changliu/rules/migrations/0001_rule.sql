-- Live validation rules as a write reads them. Publishing and retiring keep it equal to the definitions.

CREATE TABLE {schema}.rule (
    key          text PRIMARY KEY,      -- the definition's key
    object       text NOT NULL,         -- object id
    version      integer NOT NULL,      -- the definition's version
    body         jsonb NOT NULL         -- the prepared body, trees included
);
CREATE INDEX rule_object ON {schema}.rule (object);
