-- A removed object whose table is gone, or going, for good cannot come back.
ALTER TABLE {schema}.object ADD COLUMN dropped boolean NOT NULL DEFAULT false;
