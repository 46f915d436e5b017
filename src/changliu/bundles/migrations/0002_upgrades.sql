-- What app.yaml said, for lists of apps. What a bundle brought and then took away is remembered, so
-- that the same part brings back the data it held when it comes again.
ALTER TABLE {schema}.bundle ADD COLUMN about jsonb;
ALTER TABLE {schema}.bundle ADD COLUMN removed_at timestamptz;
ALTER TABLE {schema}.bundle_part ADD COLUMN gone boolean NOT NULL DEFAULT false;
