"""Deadlines on records, with steps that escalate."""
