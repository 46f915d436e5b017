-- The record a share came from when that was merged into this one: it ends when the two are parted.
ALTER TABLE {schema}.share ADD COLUMN carried_from uuid;
CREATE INDEX share_carried ON {schema}.share (carried_from) WHERE carried_from IS NOT NULL;
