-- What members are told: ids, not words. Texts are made for their reader when they are read.
CREATE TABLE {schema}.notification (
  id uuid PRIMARY KEY,
  member uuid NOT NULL,
  kind text NOT NULL,
  key text,                           -- the same news once a member; a folding kind's goes when read
  at timestamptz NOT NULL,
  actor uuid,
  object text,                        -- object id
  record uuid,
  about jsonb NOT NULL DEFAULT '{}',
  count integer NOT NULL DEFAULT 1,
  read_at timestamptz,
  archived_at timestamptz
);
CREATE UNIQUE INDEX notification_key ON {schema}.notification (member, key)
  WHERE key IS NOT NULL;
CREATE INDEX notification_inbox ON {schema}.notification (member, at DESC, id);
CREATE INDEX notification_unread ON {schema}.notification (member, kind)
  WHERE read_at IS NULL AND archived_at IS NULL;
CREATE INDEX notification_age ON {schema}.notification (at);

-- What a member wants to be told of: everything unless a row says otherwise.
CREATE TABLE {schema}.notification_setting (
  member uuid NOT NULL,
  kind text NOT NULL,
  in_app boolean NOT NULL,
  PRIMARY KEY (member, kind)
);
