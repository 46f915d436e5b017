"""Validation, duplicates and scorecards as definitions."""
