"""Ordered stages over a select field: gates, evidence, transitions."""
