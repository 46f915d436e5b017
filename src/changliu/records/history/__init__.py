"""What happened to a record, as the caller may read it; rows are written by changeset/."""
