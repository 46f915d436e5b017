"""Catalogue of facts, emit, and the registry of handlers.

An event is a fact in the past tense. Emitting it writes one job per subscribed handler in the
transaction that made it true: what is announced has happened, and what has happened is announced.
"""
