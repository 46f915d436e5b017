-- Maintained roll-ups whose column does not hold every value yet; readers compute them meanwhile.
-- Parents up to `cursor` are filled.
CREATE TABLE {schema}.filling (
  field text PRIMARY KEY,
  cursor uuid
);
