"""The formula room: cases, oracle, fuzz."""
