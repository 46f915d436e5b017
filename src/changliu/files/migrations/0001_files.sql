-- An upload. `sha256` names its bytes on disk, which several uploads of one content share.
-- `attached_at` is set when a record first holds the file; from then on it is kept for history.
CREATE TABLE {schema}.file (
  id uuid PRIMARY KEY,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  uploaded_by uuid NOT NULL,
  uploaded_at timestamptz NOT NULL,
  attached_at timestamptz
);
CREATE INDEX file_content ON {schema}.file (sha256);
CREATE INDEX file_unattached ON {schema}.file (uploaded_at) WHERE attached_at IS NULL;
