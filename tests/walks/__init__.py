"""End to end, with kill points."""
