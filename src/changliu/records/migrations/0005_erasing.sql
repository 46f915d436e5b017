-- Messages in answers kept for a key may tell values; erasing a person silences them.
GRANT SELECT, UPDATE (answer) ON {schema}.changeset TO changliu_eraser;
