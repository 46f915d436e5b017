"""Checked tree to PostgreSQL: the only place of this room that knows SQL."""
