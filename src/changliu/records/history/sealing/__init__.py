"""Sealing: history is hashed and signed in batches, so that whoever alters it is found out."""
