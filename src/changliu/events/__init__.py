"""Catalogue of facts, emit, and the registry of handlers."""
