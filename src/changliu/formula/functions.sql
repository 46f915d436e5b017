-- The functions formulas call. All are total (a bad value gives NULL, never an error), immutable
-- and independent of session settings, so that expression indexes may use them.
CREATE SCHEMA IF NOT EXISTS changliu_fx;

-- numbers ------------------------------------------------------------------------------------

-- A whole number between two limits.
CREATE OR REPLACE FUNCTION changliu_fx.whole(n numeric, low integer, high integer) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN LEAST(GREATEST(trunc(n), low), high)::integer;
END $$;

-- 15 significant digits, half away from zero; blank from 1e100 on, 0 below 1e-100.
CREATE OR REPLACE FUNCTION changliu_fx.significant(x numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  a numeric := trim_scale(abs(x));
  part text;
  exponent integer;
BEGIN
  IF a >= 1e100 THEN RETURN NULL; END IF;
  IF a < 1e-100 THEN RETURN 0; END IF;
  IF a >= 1 THEN
    exponent := length(trunc(a)::text) - 1;
  ELSE
    part := split_part(a::text, '.', 2);
    exponent := length(ltrim(part, '0')) - length(part) - 1;
  END IF;
  RETURN round(x, 14 - exponent);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.power(x numeric, y numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  size numeric;
  r numeric;
BEGIN
  IF x = 0 THEN
    IF y > 0 THEN RETURN 0; END IF;
    RETURN NULL;
  END IF;
  IF y = 2 AND abs(x) < 1e200 THEN RETURN changliu_fx.significant(x * x); END IF;
  IF y <> trunc(y) AND x < 0 THEN RETURN NULL; END IF;
  IF abs(x) = 1 THEN
    IF x = 1 OR mod(y, 2) = 0 THEN RETURN 1; END IF;
    RETURN -1;
  END IF;
  size := log(round(abs(x), GREATEST(scale(x), 20)));
  size := size * y;
  IF size > 110 THEN RETURN NULL; END IF;
  IF size < -110 THEN RETURN 0; END IF;
  r := power(round(abs(x), GREATEST(scale(x), 40) + GREATEST(0, -trunc(size))::integer), y);
  IF x < 0 AND mod(y, 2) <> 0 THEN r := -r; END IF;
  RETURN changliu_fx.significant(r);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.root(x numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF x < 0 THEN RETURN NULL; END IF;
  RETURN changliu_fx.significant(sqrt(round(x, scale(x) + 60)));
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.exp(x numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF x > 235 THEN RETURN NULL; END IF;
  IF x < -235 THEN RETURN 0; END IF;
  RETURN changliu_fx.significant(exp(round(x, GREATEST(scale(x), 150))));
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.ln(x numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF x <= 0 THEN RETURN NULL; END IF;
  RETURN changliu_fx.significant(ln(round(x, scale(x) + 40)));
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.log(x numeric, b numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF x <= 0 OR b <= 0 OR b = 1 THEN RETURN NULL; END IF;
  RETURN changliu_fx.significant(ln(round(x, scale(x) + 60)) / ln(round(b, scale(b) + 60)));
END $$;

-- A product that may leave numeric: blank beyond 100,000 digits.
CREATE OR REPLACE FUNCTION changliu_fx.times(a numeric, b numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF length(trunc(abs(a))::text) + length(trunc(abs(b))::text) > 100000 THEN RETURN NULL; END IF;
  RETURN a * b;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.product(xs numeric[]) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  x numeric;
  r numeric;
BEGIN
  FOREACH x IN ARRAY xs LOOP
    IF x IS NOT NULL THEN
      r := changliu_fx.times(COALESCE(r, 1), x);
      IF r IS NULL THEN RETURN NULL; END IF;
    END IF;
  END LOOP;
  RETURN r;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.average(xs numeric[]) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  x numeric;
  total numeric := 0;
  n integer := 0;
BEGIN
  FOREACH x IN ARRAY xs LOOP
    IF x IS NOT NULL THEN
      total := total + x;
      n := n + 1;
    END IF;
  END LOOP;
  IF n = 0 THEN RETURN NULL; END IF;
  RETURN round(round(total, scale(total) + 50) / n, 20);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.round_up(x numeric, places integer) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  t numeric := trunc(x, places);
BEGIN
  IF t = x THEN RETURN t; END IF;
  RETURN t + sign(x) * ('1e' || (-places))::numeric;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.ceiling(x numeric, step numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s numeric := abs(step);
BEGIN
  IF s = 0 THEN RETURN NULL; END IF;
  RETURN changliu_fx.times(div(x, s) + CASE WHEN mod(x, s) > 0 THEN 1 ELSE 0 END, s);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.floor(x numeric, step numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s numeric := abs(step);
BEGIN
  IF s = 0 THEN RETURN NULL; END IF;
  RETURN changliu_fx.times(div(x, s) - CASE WHEN mod(x, s) < 0 THEN 1 ELSE 0 END, s);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.mround(x numeric, step numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s numeric := abs(step);
BEGIN
  IF s = 0 THEN RETURN NULL; END IF;
  RETURN changliu_fx.times(sign(x) * div(2 * abs(x) + s, 2 * s), s);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.modulo(x numeric, y numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  m numeric;
BEGIN
  IF y = 0 THEN RETURN NULL; END IF;
  m := mod(x, y);
  IF m <> 0 AND sign(m) <> sign(y) THEN m := m + y; END IF;
  RETURN m;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.even(x numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN sign(x) * (ceil(abs(x)) + mod(ceil(abs(x)), 2));
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.odd(x numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN CASE WHEN x < 0 THEN -1 ELSE 1 END * (ceil(abs(x)) + 1 - mod(ceil(abs(x)), 2));
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.clamp(x numeric, low numeric, high numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN LEAST(GREATEST(x, low), high);
END $$;

-- texts: an empty result is NULL, one over 100,000 characters too ------------------------------

CREATE OR REPLACE FUNCTION changliu_fx.mid(t text, start numeric, n integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF start < 1 OR start > 1000000 THEN RETURN NULL; END IF;
  RETURN NULLIF(substr(t, trunc(start)::integer, n), '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.find(part text, t text, start numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  place integer;
BEGIN
  IF start < 1 OR start > 1000000 THEN RETURN NULL; END IF;
  place := strpos(substr(t, trunc(start)::integer), part);
  IF place = 0 THEN RETURN NULL; END IF;
  RETURN place + trunc(start) - 1;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.occurrences(t text, part text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN (length(t) - length(replace(t, part, ''))) / length(part);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.substitute(t text, old text, new text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF t IS NULL OR old IS NULL THEN RETURN t; END IF;
  IF length(t) + changliu_fx.occurrences(t, old) * (COALESCE(length(new), 0) - length(old)) > 100000
  THEN RETURN NULL; END IF;
  RETURN NULLIF(replace(t, old, COALESCE(new, '')), '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.splice(t text, start numeric, n integer, new text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  place integer;
  r text;
BEGIN
  IF start IS NULL OR n IS NULL OR start < 1 OR start > 1000000 THEN RETURN NULL; END IF;
  place := trunc(start)::integer;
  r := COALESCE(left(t, place - 1), '') || COALESCE(new, '') || COALESCE(substr(t, place + n), '');
  IF length(r) > 100000 THEN RETURN NULL; END IF;
  RETURN NULLIF(r, '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.repeat(t text, n integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF length(t)::bigint * n > 100000 THEN RETURN NULL; END IF;
  RETURN NULLIF(repeat(t, n), '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.pad(t text, n integer, fill text, on_left boolean)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF n > 100000 THEN RETURN NULL; END IF;
  IF length(t) >= n THEN RETURN t; END IF;
  RETURN CASE WHEN on_left THEN lpad(t, n, fill) ELSE rpad(t, n, fill) END;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.part(t text, separator text, place numeric) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF place < 1 OR place > 1000000 THEN RETURN NULL; END IF;
  RETURN NULLIF(split_part(t, separator, trunc(place)::integer), '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.before(t text, mark text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  place integer := strpos(t, mark);
BEGIN
  IF place = 0 THEN RETURN NULL; END IF;
  RETURN NULLIF(left(t, place - 1), '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.after(t text, mark text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  place integer := strpos(t, mark);
BEGIN
  IF place = 0 THEN RETURN NULL; END IF;
  RETURN NULLIF(substr(t, place + length(mark)), '');
END $$;

-- Shows head and tail; a text no longer than both is hidden whole.
CREATE OR REPLACE FUNCTION changliu_fx.mask(t text, head integer, tail integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  hidden integer := length(t) - head - tail;
BEGIN
  IF hidden <= 0 THEN RETURN repeat('*', length(t)); END IF;
  RETURN left(t, head) || repeat('*', hidden) || right(t, tail);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.joined(separator text, parts text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  r text := array_to_string(parts, COALESCE(separator, ''));
BEGIN
  IF length(r) > 100000 THEN RETURN NULL; END IF;
  RETURN NULLIF(r, '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.labels(ks text[], known text[], shown text[], separator text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  k text;
  names text[] := '{}';
BEGIN
  FOREACH k IN ARRAY ks LOOP
    names := names || COALESCE(shown[array_position(known, k)], k);
  END LOOP;
  RETURN changliu_fx.joined(separator, names);
END $$;

-- A number written as text: 1,234.50, -3, 5%; else NULL.
CREATE OR REPLACE FUNCTION changliu_fx.number(t text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s text := btrim(t, ' ');
BEGIN
  IF length(s) > 100
    OR s COLLATE "C" !~ '^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?$' THEN
    RETURN NULL;
  END IF;
  s := replace(s, ',', '');
  IF right(s, 1) = '%' THEN RETURN left(s, -1)::numeric * 0.01; END IF;
  RETURN s::numeric;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.number_text(
  x numeric, places integer, grouped boolean, percent boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  n numeric := round(CASE WHEN percent THEN x * 100 ELSE x END, places);
  digits text := trunc(abs(n))::text;
  tail text := CASE WHEN places > 0 THEN '.' || split_part(n::text, '.', 2) ELSE '' END;
BEGIN
  IF grouped THEN
    digits := reverse(regexp_replace(reverse(digits), '([0-9]{3})(?=[0-9])', '\1,', 'g'));
  END IF;
  RETURN CASE WHEN n < 0 THEN '-' ELSE '' END || digits || tail
    || CASE WHEN percent THEN '%' ELSE '' END;
END $$;

-- An amount in Chinese capitals; blank from 1e16 on.
CREATE OR REPLACE FUNCTION changliu_fx.rmb(x numeric) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  capitals constant text[] := '{零,壹,贰,叁,肆,伍,陆,柒,捌,玖}';
  places constant text[] := '{"",拾,佰,仟}';
  groups constant text[] := '{"",万,亿,万亿}';
  cents numeric := abs(round(x, 2)) * 100;
  yuan text := trunc(cents / 100)::text;
  jiao integer := mod(trunc(cents / 10), 10);
  fen integer := mod(cents, 10);
  words text := '';
  empty boolean := false;
  filled boolean := false;
  digit integer;
  place integer;
BEGIN
  IF cents >= 1e18 THEN RETURN NULL; END IF;
  FOR i IN 1 .. length(yuan) LOOP
    digit := substr(yuan, i, 1)::integer;
    place := length(yuan) - i;
    IF digit = 0 THEN
      empty := true;
    ELSE
      IF empty AND words <> '' THEN words := words || '零'; END IF;
      empty := false;
      filled := true;
      words := words || capitals[digit + 1] || places[place % 4 + 1];
    END IF;
    IF place % 4 = 0 AND filled THEN
      words := words || CASE WHEN place = 12 THEN '万' ELSE groups[place / 4 + 1] END;
      filled := false;
      empty := false;
    ELSIF place = 8 AND words <> '' THEN
      words := words || '亿';
    END IF;
  END LOOP;
  IF words <> '' THEN words := words || '元'; END IF;
  IF jiao > 0 THEN
    words := words || capitals[jiao + 1] || '角';
  ELSIF fen > 0 AND words <> '' THEN
    words := words || '零';
  END IF;
  IF fen > 0 THEN words := words || capitals[fen + 1] || '分'; END IF;
  IF words = '' THEN RETURN '零元整'; END IF;
  RETURN CASE WHEN round(x, 2) < 0 THEN '负' ELSE '' END || words
    || CASE WHEN fen = 0 THEN '整' ELSE '' END;
END $$;

-- dates: NULL outside the years 1 to 9999 ------------------------------------------------------

CREATE OR REPLACE FUNCTION changliu_fx.date_add(d date, n numeric) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF trunc(n) < '0001-01-01'::date - d OR trunc(n) > '9999-12-31'::date - d THEN
    RETURN NULL;
  END IF;
  RETURN d + trunc(n)::integer;
END $$;

-- Whether a month lies in the calendar after moving by n months.
CREATE OR REPLACE FUNCTION changliu_fx.reachable(t timestamp, n numeric) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN extract(year FROM t) * 12 + extract(month FROM t) - 1 + trunc(n) BETWEEN 12 AND 119999;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.month_add(d date, n numeric) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF NOT changliu_fx.reachable(d::timestamp, n) THEN RETURN NULL; END IF;
  RETURN (d::timestamp + make_interval(months => trunc(n)::integer))::date;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.month_end(d date, n numeric) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  r date := changliu_fx.month_add(date_trunc('month', d::timestamp)::date, n);
BEGIN
  RETURN (r::timestamp + interval '1 month' - interval '1 day')::date;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.make_date(y numeric, m numeric, d numeric) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  months integer;
BEGIN
  IF abs(y) > 20000 OR abs(m) > 200000 THEN RETURN NULL; END IF;
  months := trunc(y)::integer * 12 + trunc(m)::integer - 1;
  IF months < 12 OR months > 119999 THEN RETURN NULL; END IF;
  RETURN changliu_fx.date_add(make_date(months / 12, months % 12 + 1, 1), trunc(d) - 1);
END $$;

-- The midnight that begins a day in a time zone.
CREATE OR REPLACE FUNCTION changliu_fx.midnight(d date, zone text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF d < '0001-01-03'::date OR d > '9999-12-29'::date THEN RETURN NULL; END IF;
  RETURN d::timestamp AT TIME ZONE zone;
END $$;

-- Seconds added, to the microsecond. From 0001-01-03 to 9999-12-29 (UTC), so that every local
-- time is in the calendar as well.
CREATE OR REPLACE FUNCTION changliu_fx.seconds_add(t timestamptz, n numeric) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  s numeric := round(n, 6);
  hours integer;
BEGIN
  IF extract(epoch FROM t) + s NOT BETWEEN -62135424000 AND 253402041600 THEN RETURN NULL; END IF;
  hours := div(s, 3600)::integer;
  RETURN t + make_interval(hours => hours)
    + ((s - hours::numeric * 3600) * 1000000)::bigint * interval '1 microsecond';
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.time_add(t timestamptz, days numeric) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN changliu_fx.seconds_add(t, days * 86400);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.time_month_add(t timestamptz, n numeric, zone text)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF NOT changliu_fx.reachable(t AT TIME ZONE zone, n) THEN RETURN NULL; END IF;
  RETURN changliu_fx.seconds_add(
    ((t AT TIME ZONE zone) + make_interval(months => trunc(n)::integer)) AT TIME ZONE zone, 0);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.make_time(
  y numeric, mo numeric, d numeric, h numeric, mi numeric, s numeric, zone text)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF abs(h) > 80000000 OR abs(mi) > 4800000000 THEN RETURN NULL; END IF;
  RETURN changliu_fx.seconds_add(
    changliu_fx.midnight(changliu_fx.make_date(y, mo, d), zone),
    trunc(h) * 3600 + trunc(mi) * 60 + s);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.date_text(d date) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN to_char(d::timestamp, 'YYYY-MM-DD');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.time_text(t timestamp) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN to_char(t, 'YYYY-MM-DD HH24:MI');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.moment_text(t timestamp, pattern text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN to_char(t, pattern);
END $$;

-- 2025-01-31, also with / or . and single digits; NULL for a day that does not exist.
CREATE OR REPLACE FUNCTION changliu_fx.parse_date(t text) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  m text[] := regexp_match(
    t COLLATE "C", '^ *([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( [0-9:]{4,8})? *$');
  r date;
BEGIN
  IF m IS NULL THEN RETURN NULL; END IF;
  r := changliu_fx.make_date(m[1]::numeric, m[2]::numeric, m[3]::numeric);
  IF extract(month FROM r) <> m[2]::numeric OR extract(day FROM r) <> m[3]::numeric THEN
    RETURN NULL;
  END IF;
  RETURN r;
END $$;

-- Whole months from a to b, negative backwards.
CREATE OR REPLACE FUNCTION changliu_fx.months_between(a date, b date) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  months numeric;
BEGIN
  IF b < a THEN RETURN -changliu_fx.months_between(b, a); END IF;
  months := (extract(year FROM b) - extract(year FROM a)) * 12
    + extract(month FROM b) - extract(month FROM a);
  IF extract(day FROM b) < extract(day FROM a) THEN months := months - 1; END IF;
  RETURN months;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.period_start(unit text, d date) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN date_trunc(unit, d::timestamp)::date;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.period_end(unit text, d date) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN (date_trunc(unit, d::timestamp) - interval '1 day'
    + CASE unit WHEN 'week' THEN interval '7 days' WHEN 'month' THEN interval '1 month'
      WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END)::date;
END $$;

-- JSON -----------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION changliu_fx.json_number(j jsonb) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF jsonb_typeof(j) = 'string' THEN RETURN changliu_fx.number(j #>> '{}'); END IF;
  IF jsonb_typeof(j) <> 'number' OR length(j #>> '{}') > 300 THEN RETURN NULL; END IF;
  RETURN trim_scale(j::numeric);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.json_text(j jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF jsonb_typeof(j) = 'number' THEN RETURN changliu_fx.json_number(j)::text; END IF;
  IF jsonb_typeof(j) NOT IN ('string', 'boolean') THEN RETURN NULL; END IF;
  RETURN NULLIF(j #>> '{}', '');
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.json_date(j jsonb) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN changliu_fx.parse_date(changliu_fx.json_text(j));
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.json_size(j jsonb) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF jsonb_typeof(j) = 'array' THEN RETURN jsonb_array_length(j); END IF;
  IF jsonb_typeof(j) = 'object' THEN RETURN (SELECT count(*) FROM jsonb_object_keys(j)); END IF;
  RETURN 0;
END $$;

-- matching (duplicate rules index these: a change of meaning takes a new name) -----------------

-- A company's name without what is written about it: width, case, punctuation, province and city
-- in front, legal form behind. Two characters are left at least.
CREATE OR REPLACE FUNCTION changliu_fx.match_name(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  whole text := regexp_replace(lower(normalize(t, NFKC)), '[[:space:][:punct:]（）()·、，。《》【】]', '', 'g');
  bare text := whole;
  shorter text;
BEGIN
  bare := regexp_replace(bare, '^(中国)?(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(省|市|维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区)?', '');
  bare := regexp_replace(bare, '^(广州|深圳|杭州|南京|苏州|无锡|宁波|温州|青岛|济南|大连|沈阳|哈尔滨|长春|成都|武汉|长沙|郑州|西安|合肥|福州|厦门|南昌|昆明|贵阳|南宁|海口|石家庄|太原|呼和浩特|兰州|西宁|银川|乌鲁木齐|拉萨|佛山|东莞|珠海|常州|嘉兴|绍兴|烟台|唐山|泉州)(市)?', '');
  LOOP
    shorter := regexp_replace(bare, '(股份有限公司|有限责任公司|有限公司|股份公司|集团公司|公司|集团|股份|coltd|ltd|inc|llc)$', '');
    EXIT WHEN shorter = bare OR length(shorter) < 2;
    bare := shorter;
  END LOOP;
  IF length(bare) < 2 OR bare ~ '^(股份|有限|责任|集团|公司)+$' THEN bare := whole; END IF;
  RETURN NULLIF(bare, '');
END $$;

-- Digits of a telephone number, without China's code in front.
CREATE OR REPLACE FUNCTION changliu_fx.match_phone(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN NULLIF(regexp_replace(regexp_replace(normalize(t, NFKC), '[^0-9]', '', 'g'), '^(00)?86(?=1[0-9]{10}$)', ''), '');
END $$;

-- A unified social credit code whose check digit is right (GB 32100-2015); NULL for any other text.
CREATE OR REPLACE FUNCTION changliu_fx.match_credit_code(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  code text := upper(regexp_replace(normalize(t, NFKC), '[[:space:]-]', '', 'g'));
  digits constant text := '0123456789ABCDEFGHJKLMNPQRTUWXY';
  weights constant integer[] := ARRAY[1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28];
  total integer := 0;
BEGIN
  IF code !~ '^[0-9A-HJ-NPQRTUWXY]{18}$' THEN RETURN NULL; END IF;
  FOR i IN 1..17 LOOP
    total := total + weights[i] * (strpos(digits, substr(code, i, 1)) - 1);
  END LOOP;
  IF strpos(digits, substr(code, 18, 1)) - 1 <> (31 - total % 31) % 31 THEN RETURN NULL; END IF;
  RETURN code;
END $$;

-- A text in simplified characters and narrow letters. The table of characters never changes.
CREATE OR REPLACE FUNCTION changliu_fx.simplified(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  plain text := normalize(t, NFKC);
BEGIN
  IF octet_length(plain) = length(plain) THEN RETURN plain; END IF;
  RETURN (SELECT string_agg(coalesce(h.simple, x.c), '' ORDER BY x.at)
    FROM unnest(string_to_array(plain, NULL)) WITH ORDINALITY AS x(c, at)
    LEFT JOIN changliu_fx.hz h ON h.ch = x.c);
END $$;

-- The company's name of a text in whichever characters it is written.
CREATE OR REPLACE FUNCTION changliu_fx.match_firm(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN changliu_fx.match_name(changliu_fx.simplified(t));
END $$;

-- How such a name may be pronounced, in letters; at most 16 ways, of 40 characters at most.
CREATE OR REPLACE FUNCTION changliu_fx.match_readings(t text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  ways text[] := ARRAY[''];
  said record;
BEGIN
  FOR said IN
    SELECT coalesce(h.reads, ARRAY[x.c]) AS reads
      FROM unnest(string_to_array(left(changliu_fx.match_firm(t), 40), NULL))
        WITH ORDINALITY AS x(c, at)
      LEFT JOIN changliu_fx.hz h ON h.ch = x.c ORDER BY x.at
  LOOP
    IF cardinality(said.reads) = 1 OR cardinality(ways) * cardinality(said.reads) > 16 THEN
      ways := ARRAY(SELECT w || said.reads[1] FROM unnest(ways) AS u(w));
    ELSE
      ways := ARRAY(SELECT DISTINCT w || r FROM unnest(ways) AS u(w), unnest(said.reads) AS s(r));
    END IF;
  END LOOP;
  RETURN CASE WHEN ways = ARRAY[''] THEN NULL ELSE ways END;
END $$;

-- Such a name and what is left of it without any one of its characters, of 40 at most: two names
-- one slip apart have one of these in common. Names below four characters stand for themselves.
CREATE OR REPLACE FUNCTION changliu_fx.match_near(t text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  name text := left(changliu_fx.match_firm(t), 40);
BEGIN
  IF name IS NULL THEN RETURN NULL; END IF;
  IF length(name) < 4 THEN RETURN ARRAY[name]; END IF;
  RETURN ARRAY[name] || ARRAY(SELECT DISTINCT left(name, at - 1) || substr(name, at + 1)
    FROM generate_series(1, length(name)) AS g(at));
END $$;

-- Several keys that hold only together with another one.
CREATE OR REPLACE FUNCTION changliu_fx.match_with(k text, ks text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT md5(k || chr(31) || u.v) FROM unnest(ks) AS u(v))
$$;

-- How alike two texts are: 1 when they read the same, less where only their names do; NULL for texts
-- more than one slip (a character wrong, missing, too many, or two exchanged) apart.
CREATE OR REPLACE FUNCTION changliu_fx.alike_name(a text, b text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  one text := lower(btrim(changliu_fx.simplified(a)));
  two text := lower(btrim(changliu_fx.simplified(b)));
BEGIN
  IF one = two THEN RETURN 1; END IF;
  RETURN CASE WHEN changliu_fx.match_name(one) = changliu_fx.match_name(two) THEN 0.95 END;
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.alike_pinyin(a text, b text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN coalesce(changliu_fx.alike_name(a, b),
    CASE WHEN changliu_fx.match_readings(a) && changliu_fx.match_readings(b) THEN 0.85 END);
END $$;

CREATE OR REPLACE FUNCTION changliu_fx.alike_near(a text, b text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  known numeric := changliu_fx.alike_name(a, b);
  one text := left(changliu_fx.match_firm(a), 40);
  two text := left(changliu_fx.match_firm(b), 40);
  at integer := 1;
  most integer := greatest(length(one), length(two));
BEGIN
  IF known IS NOT NULL THEN RETURN known; END IF;
  IF least(length(one), length(two)) < 3 OR most < 4 OR abs(length(one) - length(two)) > 1 THEN
    RETURN NULL;
  END IF;
  WHILE at <= most AND substr(one, at, 1) = substr(two, at, 1) LOOP at := at + 1; END LOOP;
  IF substr(one, at + 1) = substr(two, at + 1) OR substr(one, at + 1) = substr(two, at)
    OR substr(one, at) = substr(two, at + 1)
    OR (substr(one, at, 1) = substr(two, at + 1, 1) AND substr(one, at + 1, 1) = substr(two, at, 1)
      AND substr(one, at + 2) = substr(two, at + 2))
  THEN RETURN round(0.95 * (1 - 1.0 / most), 2); END IF;
  RETURN NULL;
END $$;
