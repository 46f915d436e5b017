-- Installed bundles, and each part as it was last installed: what tells a local change from an
-- older version of the bundle.
CREATE TABLE {schema}.bundle (
    key          text PRIMARY KEY,
    version      text NOT NULL,
    digest       text NOT NULL,       -- sha256 of the bundle's files
    label        jsonb NOT NULL,
    installed_at timestamptz NOT NULL,
    installed_by uuid NOT NULL
);

CREATE TABLE {schema}.bundle_part (
    bundle       text NOT NULL REFERENCES {schema}.bundle ON DELETE CASCADE,
    kind         text NOT NULL,
    key          text NOT NULL,
    body         jsonb NOT NULL,
    PRIMARY KEY (bundle, kind, key)
);
