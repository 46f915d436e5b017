"""The only door to rows: changesets in (changeset/), rows and figures out (query/, history/)."""
