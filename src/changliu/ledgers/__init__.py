"""Append-only computed entries and their statements."""
