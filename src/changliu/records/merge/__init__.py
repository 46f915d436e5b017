"""Where merged records went, and which went into a record: read from history."""
