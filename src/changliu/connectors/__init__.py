"""Outside systems: connections, mappings, sync."""
