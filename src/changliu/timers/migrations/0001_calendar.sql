-- Working calendars, day by day. `seconds_before` and `days_before` count what was worked before the
-- day, so that any span of working time is a difference of two rows, and adding is one look-up.
-- Days are local to the workspace; `starts` and `ends` are seconds of the day.
CREATE TABLE {schema}.work_calendar (
  key text PRIMARY KEY,
  body jsonb NOT NULL,
  teams uuid[] NOT NULL DEFAULT '{}',   -- it is for these and the teams below them
  fingerprint text NOT NULL
);

-- Which team follows which calendar, the tree of teams resolved.
CREATE TABLE {schema}.work_team (
  team uuid PRIMARY KEY,
  calendar text NOT NULL
);

CREATE TABLE {schema}.work_day (
  calendar text NOT NULL,
  day date NOT NULL,
  working boolean NOT NULL,
  days_before integer NOT NULL,
  seconds_before bigint NOT NULL,
  starts integer[] NOT NULL,
  ends integer[] NOT NULL,
  name text,
  PRIMARY KEY (calendar, day)
);
CREATE UNIQUE INDEX work_day_place ON {schema}.work_day (calendar, days_before) WHERE working;
CREATE UNIQUE INDEX work_day_time ON {schema}.work_day (calendar, seconds_before) WHERE working;

-- The functions formulas call. Total: a day outside the calendar gives NULL, never an error.
CREATE FUNCTION {schema}.work_calendar_of(team uuid) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF team IS NULL THEN RETURN 'default'; END IF;
  RETURN COALESCE(
    (SELECT w.calendar FROM {schema}.work_team w WHERE w.team = work_calendar_of.team), 'default');
END
$$;

-- Microseconds worked from the calendar's first day until a local time.
CREATE FUNCTION {schema}.worked_until(chosen text, t timestamp) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  at bigint := (extract(epoch FROM t - date_trunc('day', t)) * 1000000)::bigint;
  total bigint;
  opens integer[];
  closes integer[];
BEGIN
  SELECT w.seconds_before * 1000000, w.starts, w.ends INTO total, opens, closes
  FROM {schema}.work_day w WHERE w.calendar = chosen AND w.day = t::date;
  FOR i IN 1 .. COALESCE(cardinality(opens), 0) LOOP
    IF at >= closes[i] * 1000000::bigint THEN
      total := total + (closes[i] - opens[i]) * 1000000::bigint;
    ELSIF at > opens[i] * 1000000::bigint THEN
      total := total + at - opens[i] * 1000000::bigint;
    END IF;
  END LOOP;
  RETURN total;
END
$$;

CREATE FUNCTION {schema}.work_hours(
  a timestamptz, b timestamptz, team uuid, zone text) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  chosen text := 'default';
BEGIN
  IF a IS NULL OR b IS NULL THEN RETURN NULL; END IF;
  IF team IS NOT NULL THEN chosen := {schema}.work_calendar_of(team); END IF;
  RETURN round(
    ({schema}.worked_until(chosen, b AT TIME ZONE zone)
     - {schema}.worked_until(chosen, a AT TIME ZONE zone))
    * 1.000000000000000000000000 / 3600000000, 20);
END
$$;

-- Forward: the first moment by which so much was worked. Back: the last one from which it was.
CREATE FUNCTION {schema}.add_work_hours(
  t timestamptz, hours numeric, team uuid, zone text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  chosen text := {schema}.work_calendar_of(team);
  step bigint;
  goal bigint;
  span bigint;
  found record;
BEGIN
  IF t IS NULL OR hours IS NULL OR abs(hours) > 1000000 THEN RETURN NULL; END IF;
  step := round(hours * 3600000000)::bigint;
  IF step = 0 THEN RETURN t; END IF;
  goal := {schema}.worked_until(chosen, t AT TIME ZONE zone) + step;
  IF goal IS NULL OR goal < 0 THEN RETURN NULL; END IF;
  -- Of a day that is full at the goal, going forward ends in it, going back in the next one.
  SELECT * INTO found FROM {schema}.work_day w
  WHERE w.calendar = chosen AND w.working
    AND w.seconds_before <= (goal - CASE WHEN step > 0 THEN 1 ELSE 0 END) / 1000000
  ORDER BY w.seconds_before DESC LIMIT 1;
  goal := goal - found.seconds_before * 1000000;
  FOR i IN 1 .. COALESCE(cardinality(found.starts), 0) LOOP
    span := (found.ends[i] - found.starts[i]) * 1000000::bigint;
    IF goal < span OR (step > 0 AND goal = span) THEN
      RETURN (found.day + make_interval(
        secs => (found.starts[i] + goal / 1000000.0)::double precision)) AT TIME ZONE zone;
    END IF;
    goal := goal - span;
  END LOOP;
  RETURN NULL;
END
$$;

-- Working days between two dates, both counted; negative when the second is the earlier one.
CREATE FUNCTION {schema}.work_days(a date, b date, team uuid) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  chosen text := {schema}.work_calendar_of(team);
BEGIN
  RETURN (
    SELECT (last.days_before + last.working::integer - first.days_before)
      * CASE WHEN a <= b THEN 1 ELSE -1 END
    FROM {schema}.work_day first, {schema}.work_day last
    WHERE first.calendar = chosen AND first.day = CASE WHEN a <= b THEN a ELSE b END
      AND last.calendar = chosen AND last.day = CASE WHEN a <= b THEN b ELSE a END);
END
$$;

-- The n-th working day after a date (before it, when n is negative).
CREATE FUNCTION {schema}.add_work_days(d date, n numeric, team uuid) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  chosen text := {schema}.work_calendar_of(team);
  count integer;
BEGIN
  IF abs(n) > 100000 THEN RETURN NULL; END IF;
  count := trunc(n)::integer;
  IF count = 0 THEN RETURN d; END IF;
  RETURN (
    SELECT w.day FROM {schema}.work_day given
    JOIN {schema}.work_day w ON w.calendar = chosen AND w.working AND w.days_before
      = given.days_before + CASE WHEN count > 0 THEN given.working::integer - 1 ELSE 0 END + count
    WHERE given.calendar = chosen AND given.day = d);
END
$$;

CREATE FUNCTION {schema}.is_work_day(d date, team uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  chosen text := {schema}.work_calendar_of(team);
BEGIN
  RETURN (SELECT w.working FROM {schema}.work_day w WHERE w.calendar = chosen AND w.day = d);
END
$$;
