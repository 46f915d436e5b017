"""The only door to rows: changesets in, queries and history out."""
