"""A record's timeline: what was changed, and what was done about it, in one order of time."""
