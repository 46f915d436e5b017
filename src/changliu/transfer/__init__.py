"""Import and export: files to changesets and back."""
