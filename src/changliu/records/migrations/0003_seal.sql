-- A seal: the history between the last one and `last`, fixed by a signature. `leaves` holds 40 bytes
-- an entry, seq and SHA-256; root is its SHA-256, prev the SHA-256 of the seal before. Never updated.
CREATE TABLE {schema}.seal (
  number bigint PRIMARY KEY,
  first bigint NOT NULL,
  last bigint NOT NULL,
  entries integer NOT NULL,
  root bytea NOT NULL,
  prev bytea NOT NULL,
  at timestamptz NOT NULL,
  key text NOT NULL,
  signature bytea NOT NULL,
  leaves bytea NOT NULL
);
-- Hashes do not compress.
ALTER TABLE {schema}.seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
REVOKE UPDATE, DELETE ON {schema}.seal FROM {role};

-- Clear personal values are deleted by the eraser alone.
GRANT SELECT, DELETE ON {schema}.history_personal TO changliu_eraser;
