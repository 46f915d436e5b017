"""Duplicate rules: when two records are the same one, and what a write says to it."""
