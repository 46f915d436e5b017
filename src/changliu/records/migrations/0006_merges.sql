-- Which records were merged into one: few entries say so, and only they are in this index.
CREATE INDEX history_merged ON {schema}.history ((definitions ->> 'merged_into'))
  WHERE definitions ? 'merged_into';
