-- Demo data that was loaded: by whom, and the members that came with it. A row stays when it is
-- taken away again, so that people see when that was.
CREATE TABLE {schema}.bundle_demo (
    bundle     text PRIMARY KEY,
    loaded_at  timestamptz NOT NULL,
    members    uuid[] NOT NULL,       -- made for the demo; those that were there before are not
    teams      text[] NOT NULL,       -- keys, those above last
    removed_at timestamptz
);
