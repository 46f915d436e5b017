-- How an asked index is built. Names of companies are compared in simplified characters from now on.
ALTER TABLE {schema}.asked_index ADD COLUMN method text NOT NULL DEFAULT 'btree';
UPDATE {schema}.asked_index a SET expression = x.now, name = regexp_replace(a.name, '_[0-9a-f]{10}$', '')
    || '_' || left(encode(sha256(convert_to('match ' || x.now, 'UTF8')), 'hex'), 10)
  FROM (SELECT owner, name, replace(expression, 'changliu_fx.match_name(', 'changliu_fx.match_firm(') AS now
          FROM {schema}.asked_index) x
 WHERE x.owner = a.owner AND x.name = a.name AND x.now <> a.expression;
