"""The SQL of a write: bodies of the steps, and the two ways to run them (glued, or one by one)."""
