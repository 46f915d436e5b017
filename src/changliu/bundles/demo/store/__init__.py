"""The tables of demo data: what was loaded, and loads in the background."""
