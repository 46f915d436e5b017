"""SQL of search."""
