"""A real company on a real server: what its files say against what each member is told."""
