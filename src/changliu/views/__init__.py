"""Saved views, forms and pages."""
