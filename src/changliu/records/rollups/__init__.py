"""Maintained roll-ups between writes: filling new columns, and the nightly search for drift."""
