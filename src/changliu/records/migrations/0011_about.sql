-- What a door tells beside the rows of a kept answer: where a step of a selection ended.
ALTER TABLE {schema}.changeset ADD COLUMN about jsonb;
