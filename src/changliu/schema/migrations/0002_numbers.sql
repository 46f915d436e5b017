-- Where numbers without gaps stand: one row per field and, when they count anew, per period.
-- Writers lock it until they commit. A field that still has gaps uses its sequence instead.
CREATE TABLE {schema}.number_counter (
  field  text NOT NULL,
  period text NOT NULL,
  last   bigint NOT NULL,
  drawn  integer NOT NULL,  -- by the last writer: its numbers are last - drawn + 1 to last
  PRIMARY KEY (field, period)
);
