"""Signals in what people write, and what to say and do."""
