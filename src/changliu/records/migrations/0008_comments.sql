-- What members say about a record. A comment follows its record: no rights of its own.
CREATE TABLE {schema}.comment (
  id uuid PRIMARY KEY,
  object text NOT NULL,               -- object id
  record uuid NOT NULL,
  reply_to uuid,                      -- a comment of the same record that is itself no reply
  text text NOT NULL,                 -- @[member id] stands for a member
  mentions uuid[] NOT NULL,
  files uuid[] NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  edited_at timestamptz,
  deleted_at timestamptz,
  deleted_by uuid
);
CREATE INDEX comment_record ON {schema}.comment (record, created_at DESC, id);
CREATE INDEX comment_files ON {schema}.comment USING gin (files);

-- What a comment said before each time it was edited.
CREATE TABLE {schema}.comment_version (
  comment uuid NOT NULL,
  version integer NOT NULL,           -- 1 is what was said first
  text text NOT NULL,
  files uuid[] NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (comment, version)
);

-- Who follows a record. A row with deleted_at says that the member wants no news of it, whatever
-- else would make them a follower (owner, creator).
CREATE TABLE {schema}.follow (
  id uuid PRIMARY KEY,
  object text NOT NULL,
  record uuid NOT NULL,
  member uuid NOT NULL,
  why text NOT NULL CHECK (why IN ('asked', 'commented', 'mentioned', 'merged')),
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  UNIQUE (record, object, member)
);
CREATE INDEX follow_member ON {schema}.follow (member);

-- What makes a member a follower of their own accord: on unless a row says otherwise.
CREATE TABLE {schema}.follow_setting (
  member uuid NOT NULL,
  why text NOT NULL CHECK (why IN ('created', 'owned', 'commented', 'mentioned')),
  automatic boolean NOT NULL,
  PRIMARY KEY (member, why)
);

-- What open pages are told beside changesets; kept for minutes. The id begins with its instant.
CREATE TABLE {schema}.hint (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  object text,                        -- told to whoever reads the record
  record uuid,
  member uuid                         -- told to this member only
);
