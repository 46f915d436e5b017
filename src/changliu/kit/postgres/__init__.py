"""The embedded PostgreSQL: find binaries, start, attach, repair, stop; roles and their secrets."""
