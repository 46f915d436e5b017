"""Two versions of a definition live for different slices."""
