-- Two counters that the preamble of every transaction reads: caches are keyed by them.
CREATE TABLE {schema}.state (
  catalogue bigint NOT NULL,
  identity bigint NOT NULL,
  single boolean NOT NULL DEFAULT true UNIQUE CHECK (single)
) WITH (fillfactor = 50);
INSERT INTO {schema}.state (catalogue, identity) VALUES (1, 1);
