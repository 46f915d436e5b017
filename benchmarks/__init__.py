"""Ours against the same effect in hand-written SQL, in the same run."""
