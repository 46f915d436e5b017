-- Indexes that rooms above ask for beside those of the catalogue: `owner` names who asks.
CREATE TABLE {schema}.asked_index (
  owner text NOT NULL,
  name text NOT NULL,
  object text NOT NULL,
  expression text NOT NULL,
  PRIMARY KEY (owner, name)
);
