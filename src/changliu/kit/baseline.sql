-- chain: 3ae00d9cef2eed02
CREATE FUNCTION {schema}.add_work_days(d date, n numeric, team uuid) RETURNS date
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
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
CREATE FUNCTION {schema}.add_work_hours(t timestamp with time zone, hours numeric, team uuid, zone text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
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
CREATE FUNCTION {schema}.is_work_day(d date, team uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
DECLARE
  chosen text := {schema}.work_calendar_of(team);
BEGIN
  RETURN (SELECT w.working FROM {schema}.work_day w WHERE w.calendar = chosen AND w.day = d);
END
$$;
CREATE FUNCTION {schema}.refresh_statistics(object_table text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $_$
BEGIN
    IF object_table !~ '^o_[0-9]+$' THEN
        RAISE EXCEPTION 'not a table of an object: %', object_table;
    END IF;
    -- A workspace's role bears the name of its schema.
    EXECUTE format('ANALYZE %I.%I', current_setting('role'), object_table);
END
$_$;
CREATE FUNCTION {schema}.work_calendar_of(team uuid) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
BEGIN
  IF team IS NULL THEN RETURN 'default'; END IF;
  RETURN COALESCE(
    (SELECT w.calendar FROM {schema}.work_team w WHERE w.team = work_calendar_of.team), 'default');
END
$$;
CREATE FUNCTION {schema}.work_days(a date, b date, team uuid) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
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
CREATE FUNCTION {schema}.work_hours(a timestamp with time zone, b timestamp with time zone, team uuid, zone text) RETURNS numeric
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
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
CREATE FUNCTION {schema}.worked_until(chosen text, t timestamp without time zone) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
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
CREATE TABLE {schema}.asked_index (
    owner text NOT NULL,
    name text NOT NULL,
    object text NOT NULL,
    expression text NOT NULL,
    method text DEFAULT 'btree'::text NOT NULL
);
CREATE TABLE {schema}.bundle (
    key text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    label jsonb NOT NULL,
    installed_at timestamp with time zone NOT NULL,
    installed_by uuid NOT NULL,
    about jsonb,
    removed_at timestamp with time zone
);
CREATE TABLE {schema}.bundle_demo (
    bundle text NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    members uuid[] NOT NULL,
    teams text[] NOT NULL,
    removed_at timestamp with time zone
);
CREATE TABLE {schema}.bundle_demo_load (
    bundle text NOT NULL,
    id uuid NOT NULL,
    scale double precision NOT NULL,
    seed bigint NOT NULL,
    state text NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    total bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    failure jsonb,
    CONSTRAINT bundle_demo_load_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE TABLE {schema}.bundle_part (
    bundle text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    body jsonb NOT NULL,
    gone boolean DEFAULT false NOT NULL
);
CREATE TABLE {schema}.changeset (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid NOT NULL,
    via text NOT NULL,
    reason text,
    changes integer NOT NULL,
    parent uuid,
    caused_by uuid,
    reverts uuid,
    idempotency_key text,
    body_hash bytea,
    answer jsonb,
    about jsonb
);
CREATE TABLE {schema}.comment (
    id uuid NOT NULL,
    object text NOT NULL,
    record uuid NOT NULL,
    reply_to uuid,
    text text NOT NULL,
    mentions uuid[] NOT NULL,
    files uuid[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid NOT NULL,
    edited_at timestamp with time zone,
    deleted_at timestamp with time zone,
    deleted_by uuid
);
CREATE TABLE {schema}.comment_version (
    comment uuid NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    files uuid[] NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE TABLE {schema}.definition (
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL,
    slice jsonb,
    author uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    base_hash text,
    comment text,
    CONSTRAINT definition_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'live'::text, 'retired'::text])))
);
CREATE TABLE {schema}.definition_audit (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    author uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    action text NOT NULL,
    summary jsonb NOT NULL,
    comment text,
    body_hash text NOT NULL
);
ALTER TABLE {schema}.definition_audit ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.definition_audit_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.definition_use (
    kind text NOT NULL,
    key text NOT NULL,
    object text NOT NULL,
    field text DEFAULT ''::text NOT NULL,
    indexed boolean DEFAULT false NOT NULL
);
CREATE TABLE {schema}.duplicate_different (
    object text NOT NULL,
    one uuid NOT NULL,
    two uuid NOT NULL,
    member uuid NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE {schema}.duplicate_pair (
    rule text NOT NULL,
    part smallint NOT NULL,
    one uuid NOT NULL,
    two uuid NOT NULL,
    score numeric NOT NULL,
    scores numeric[] NOT NULL
);
CREATE TABLE {schema}.duplicate_rule (
    key text NOT NULL,
    object text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL
);
CREATE TABLE {schema}.duplicate_search (
    rule text NOT NULL,
    run uuid NOT NULL,
    object text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL,
    at uuid,
    done bigint NOT NULL,
    total bigint NOT NULL,
    pairs integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT duplicate_search_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text])))
);
CREATE TABLE {schema}.export_job (
    id uuid NOT NULL,
    member uuid NOT NULL,
    request jsonb NOT NULL,
    state text NOT NULL,
    total bigint NOT NULL,
    done bigint NOT NULL,
    file uuid,
    problem jsonb,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT export_job_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE TABLE {schema}.export_log (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    member uuid NOT NULL,
    object text NOT NULL,
    format text NOT NULL,
    filter text NOT NULL,
    q text NOT NULL,
    sort text[] NOT NULL,
    columns text[] NOT NULL,
    ids boolean NOT NULL,
    rows bigint NOT NULL,
    sha256 text NOT NULL,
    job uuid
);
ALTER TABLE {schema}.export_log ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.export_log_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.field (
    id text NOT NULL,
    object text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    removed_at timestamp with time zone,
    dropped boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE {schema}.field_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE {schema}.file (
    id uuid NOT NULL,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    attached_at timestamp with time zone
);
CREATE TABLE {schema}.filling (
    field text NOT NULL,
    cursor uuid
);
CREATE TABLE {schema}.follow (
    id uuid NOT NULL,
    object text NOT NULL,
    record uuid NOT NULL,
    member uuid NOT NULL,
    why text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT follow_why_check CHECK ((why = ANY (ARRAY['asked'::text, 'commented'::text, 'mentioned'::text, 'merged'::text])))
);
CREATE TABLE {schema}.follow_setting (
    member uuid NOT NULL,
    why text NOT NULL,
    automatic boolean NOT NULL,
    CONSTRAINT follow_setting_why_check CHECK ((why = ANY (ARRAY['created'::text, 'owned'::text, 'commented'::text, 'mentioned'::text])))
);
CREATE TABLE {schema}.hint (
    id uuid NOT NULL,
    kind text NOT NULL,
    object text,
    record uuid,
    member uuid
);
CREATE TABLE {schema}.history (
    seq bigint NOT NULL,
    changeset uuid NOT NULL,
    object text NOT NULL,
    record uuid NOT NULL,
    version integer NOT NULL,
    op text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid NOT NULL,
    via text NOT NULL,
    diff jsonb NOT NULL,
    definitions jsonb NOT NULL
);
CREATE TABLE {schema}.history_personal (
    changeset uuid NOT NULL,
    record uuid NOT NULL,
    field text NOT NULL,
    salt text NOT NULL,
    old jsonb,
    new jsonb
);
ALTER TABLE {schema}.history ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.history_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.identity_audit (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid,
    action text NOT NULL,
    kind text NOT NULL,
    subject uuid,
    name text NOT NULL,
    diff jsonb NOT NULL,
    ip text
);
ALTER TABLE {schema}.identity_audit ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.identity_audit_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.import_fault (
    import uuid NOT NULL,
    "row" bigint NOT NULL,
    sweep integer NOT NULL,
    line bigint NOT NULL,
    cells jsonb NOT NULL,
    faults jsonb NOT NULL
);
CREATE TABLE {schema}.import_job (
    id uuid NOT NULL,
    object text NOT NULL,
    file text NOT NULL,
    digest text NOT NULL,
    settings text NOT NULL,
    mapping jsonb NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL,
    sweep integer NOT NULL,
    place bigint NOT NULL,
    counts jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    upload uuid,
    described jsonb,
    body jsonb,
    guesses jsonb,
    revision integer DEFAULT 0 NOT NULL,
    preview jsonb,
    quiet boolean DEFAULT false NOT NULL,
    failure jsonb,
    reverted_at timestamp with time zone,
    CONSTRAINT import_job_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'running'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
);
CREATE TABLE {schema}.import_mapping (
    object text NOT NULL,
    header text NOT NULL,
    body jsonb NOT NULL,
    member uuid NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE {schema}.import_member (
    number bigint NOT NULL,
    import uuid NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    back boolean DEFAULT false NOT NULL,
    CONSTRAINT import_member_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'team'::text])))
);
ALTER TABLE {schema}.import_member ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.import_member_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.job (
    id bigint NOT NULL,
    kind text NOT NULL,
    lock_key text,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 8 NOT NULL,
    dedupe text,
    dead_at timestamp with time zone,
    error text,
    caused_by uuid,
    created_at timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_insert_scale_factor='0.1', autovacuum_vacuum_cost_delay='0', autovacuum_analyze_scale_factor='0.02');
CREATE TABLE {schema}.job_cron (
    name text NOT NULL,
    schedule text NOT NULL,
    kind text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    next_run timestamp with time zone NOT NULL,
    last_run timestamp with time zone
);
ALTER TABLE {schema}.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.job_lease (
    job bigint NOT NULL,
    worker uuid NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE TABLE {schema}.job_running (
    id bigint NOT NULL,
    worker uuid NOT NULL,
    jobs bigint[] NOT NULL,
    since timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='200');
ALTER TABLE {schema}.job_running ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.job_running_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.job_strike (
    job bigint NOT NULL,
    strikes integer NOT NULL
);
CREATE TABLE {schema}.member (
    id uuid NOT NULL,
    account uuid,
    name text NOT NULL,
    email text,
    phone text,
    main_team uuid,
    is_system boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone
);
CREATE TABLE {schema}.member_role (
    member uuid NOT NULL,
    role uuid NOT NULL
);
CREATE TABLE {schema}.member_setting (
    member uuid NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL
);
CREATE TABLE {schema}.migration (
    room text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE {schema}.notification (
    id uuid NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL,
    key text,
    at timestamp with time zone NOT NULL,
    actor uuid,
    object text,
    record uuid,
    about jsonb DEFAULT '{}'::jsonb NOT NULL,
    count integer DEFAULT 1 NOT NULL,
    read_at timestamp with time zone,
    archived_at timestamp with time zone
);
CREATE TABLE {schema}.notification_setting (
    member uuid NOT NULL,
    kind text NOT NULL,
    in_app boolean NOT NULL
);
CREATE TABLE {schema}.number_counter (
    field text NOT NULL,
    period text NOT NULL,
    last bigint NOT NULL,
    drawn integer NOT NULL
);
CREATE TABLE {schema}.object (
    id text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    removed_at timestamp with time zone,
    dropped boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE {schema}.object_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE {schema}.purge (
    id uuid NOT NULL,
    subject text NOT NULL,
    objects jsonb NOT NULL,
    fields text[] NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL,
    at integer DEFAULT 0 NOT NULL,
    place uuid,
    done bigint DEFAULT 0 NOT NULL,
    total bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT purge_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);
CREATE TABLE {schema}.purged (
    first bigint NOT NULL,
    last bigint NOT NULL,
    purge uuid NOT NULL
);
CREATE TABLE {schema}.retype (
    id bigint NOT NULL,
    object text NOT NULL,
    field text NOT NULL,
    wanted jsonb NOT NULL,
    confirm text NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    state text NOT NULL,
    place uuid,
    seen bigint NOT NULL,
    total bigint NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    unconverted bigint DEFAULT 0 NOT NULL,
    fault jsonb,
    former jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    started_by uuid NOT NULL,
    ended_at timestamp with time zone
);
ALTER TABLE {schema}.retype ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.retype_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.role (
    id uuid NOT NULL,
    key text NOT NULL,
    label jsonb NOT NULL,
    rights text[] NOT NULL,
    fields_mode text NOT NULL,
    CONSTRAINT role_fields_mode_check CHECK ((fields_mode = ANY (ARRAY['all'::text, 'listed'::text])))
);
CREATE TABLE {schema}.role_grant (
    role text NOT NULL,
    object text NOT NULL,
    verb text NOT NULL,
    scope text NOT NULL,
    fields text NOT NULL,
    read text[] NOT NULL,
    write text[] NOT NULL,
    line smallint DEFAULT 0 NOT NULL,
    condition jsonb,
    CONSTRAINT role_grant_check CHECK (((scope = 'formula'::text) = (condition IS NOT NULL))),
    CONSTRAINT role_grant_fields_check CHECK ((fields = ANY (ARRAY['all'::text, 'listed'::text]))),
    CONSTRAINT role_grant_scope_check CHECK ((scope = ANY (ARRAY['own'::text, 'team'::text, 'team_tree'::text, 'all'::text, 'formula'::text])))
);
CREATE TABLE {schema}.rollup_drift (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    object text NOT NULL,
    field text NOT NULL,
    records bigint NOT NULL
);
ALTER TABLE {schema}.rollup_drift ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.rollup_drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.rule (
    key text NOT NULL,
    object text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL
);
CREATE TABLE {schema}.seal (
    number bigint NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    entries integer NOT NULL,
    root bytea NOT NULL,
    prev bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    key text NOT NULL,
    signature bytea NOT NULL,
    leaves bytea NOT NULL
);
ALTER TABLE ONLY {schema}.seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE TABLE {schema}.search_key (
    record uuid NOT NULL,
    object text NOT NULL,
    spelled text NOT NULL,
    keys tsvector NOT NULL
);
CREATE TABLE {schema}.search_shape (
    object text NOT NULL,
    shape jsonb NOT NULL,
    cursor uuid,
    filled boolean NOT NULL
);
CREATE TABLE {schema}.share (
    id uuid NOT NULL,
    object text NOT NULL,
    record uuid NOT NULL,
    member uuid,
    team uuid,
    access text NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by uuid NOT NULL,
    deleted_at timestamp with time zone,
    deleted_by uuid,
    carried_from uuid,
    CONSTRAINT share_access_check CHECK ((access = ANY (ARRAY['read'::text, 'write'::text]))),
    CONSTRAINT share_check CHECK (((member IS NULL) <> (team IS NULL)))
);
CREATE TABLE {schema}.state (
    catalogue bigint NOT NULL,
    identity bigint NOT NULL,
    single boolean DEFAULT true NOT NULL,
    CONSTRAINT state_single_check CHECK (single)
)
WITH (fillfactor='50');
CREATE TABLE {schema}.team (
    id uuid NOT NULL,
    key text,
    name text NOT NULL,
    parent uuid,
    leader uuid,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE {schema}.team_member (
    team uuid NOT NULL,
    member uuid NOT NULL
);
CREATE TABLE {schema}.timer (
    id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    due timestamp with time zone NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    object text,
    record uuid,
    tries integer DEFAULT 0 NOT NULL,
    holder uuid,
    held_until timestamp with time zone,
    parked_at timestamp with time zone,
    error text,
    created_at timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');
ALTER TABLE {schema}.timer ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME {schema}.timer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE {schema}.view (
    kind text NOT NULL,
    key text NOT NULL,
    member uuid,
    object text NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    CONSTRAINT view_kind_check CHECK ((kind = ANY (ARRAY['view'::text, 'form'::text])))
);
CREATE TABLE {schema}.work_calendar (
    key text NOT NULL,
    body jsonb NOT NULL,
    teams uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    fingerprint text NOT NULL
);
CREATE TABLE {schema}.work_day (
    calendar text NOT NULL,
    day date NOT NULL,
    working boolean NOT NULL,
    days_before integer NOT NULL,
    seconds_before bigint NOT NULL,
    starts integer[] NOT NULL,
    ends integer[] NOT NULL,
    name text
);
CREATE TABLE {schema}.work_team (
    team uuid NOT NULL,
    calendar text NOT NULL
);
INSERT INTO {schema}.state VALUES (1, 1, true);
SELECT pg_catalog.setval('{schema}.definition_audit_seq_seq', 1, false);
SELECT pg_catalog.setval('{schema}.export_log_seq_seq', 1, false);
SELECT pg_catalog.setval('{schema}.field_number', 1, false);
SELECT pg_catalog.setval('{schema}.history_seq_seq', 1, false);
SELECT pg_catalog.setval('{schema}.identity_audit_seq_seq', 1, false);
SELECT pg_catalog.setval('{schema}.import_member_number_seq', 1, false);
SELECT pg_catalog.setval('{schema}.job_id_seq', 1, false);
SELECT pg_catalog.setval('{schema}.job_running_id_seq', 1, false);
SELECT pg_catalog.setval('{schema}.object_number', 1, false);
SELECT pg_catalog.setval('{schema}.retype_id_seq', 1, false);
SELECT pg_catalog.setval('{schema}.rollup_drift_id_seq', 1, false);
SELECT pg_catalog.setval('{schema}.timer_id_seq', 1, false);
ALTER TABLE ONLY {schema}.asked_index
    ADD CONSTRAINT asked_index_pkey PRIMARY KEY (owner, name);
ALTER TABLE ONLY {schema}.bundle_demo_load
    ADD CONSTRAINT bundle_demo_load_pkey PRIMARY KEY (bundle);
ALTER TABLE ONLY {schema}.bundle_demo
    ADD CONSTRAINT bundle_demo_pkey PRIMARY KEY (bundle);
ALTER TABLE ONLY {schema}.bundle_part
    ADD CONSTRAINT bundle_part_pkey PRIMARY KEY (bundle, kind, key);
ALTER TABLE ONLY {schema}.bundle
    ADD CONSTRAINT bundle_pkey PRIMARY KEY (key);
ALTER TABLE ONLY {schema}.changeset
    ADD CONSTRAINT changeset_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.comment
    ADD CONSTRAINT comment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.comment_version
    ADD CONSTRAINT comment_version_pkey PRIMARY KEY (comment, version);
ALTER TABLE ONLY {schema}.definition_audit
    ADD CONSTRAINT definition_audit_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY {schema}.definition
    ADD CONSTRAINT definition_pkey PRIMARY KEY (kind, key, version);
ALTER TABLE ONLY {schema}.definition_use
    ADD CONSTRAINT definition_use_pkey PRIMARY KEY (kind, key, object, field);
ALTER TABLE ONLY {schema}.duplicate_different
    ADD CONSTRAINT duplicate_different_pkey PRIMARY KEY (one, two);
ALTER TABLE ONLY {schema}.duplicate_pair
    ADD CONSTRAINT duplicate_pair_pkey PRIMARY KEY (rule, one, two, part);
ALTER TABLE ONLY {schema}.duplicate_rule
    ADD CONSTRAINT duplicate_rule_pkey PRIMARY KEY (key);
ALTER TABLE ONLY {schema}.duplicate_search
    ADD CONSTRAINT duplicate_search_pkey PRIMARY KEY (rule);
ALTER TABLE ONLY {schema}.export_job
    ADD CONSTRAINT export_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.export_log
    ADD CONSTRAINT export_log_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY {schema}.field
    ADD CONSTRAINT field_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.filling
    ADD CONSTRAINT filling_pkey PRIMARY KEY (field);
ALTER TABLE ONLY {schema}.follow
    ADD CONSTRAINT follow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.follow
    ADD CONSTRAINT follow_record_object_member_key UNIQUE (record, object, member);
ALTER TABLE ONLY {schema}.follow_setting
    ADD CONSTRAINT follow_setting_pkey PRIMARY KEY (member, why);
ALTER TABLE ONLY {schema}.hint
    ADD CONSTRAINT hint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.history_personal
    ADD CONSTRAINT history_personal_pkey PRIMARY KEY (record, changeset, field);
ALTER TABLE ONLY {schema}.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY {schema}.identity_audit
    ADD CONSTRAINT identity_audit_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY {schema}.import_fault
    ADD CONSTRAINT import_fault_pkey PRIMARY KEY (import, "row", sweep);
ALTER TABLE ONLY {schema}.import_job
    ADD CONSTRAINT import_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.import_mapping
    ADD CONSTRAINT import_mapping_pkey PRIMARY KEY (object, header);
ALTER TABLE ONLY {schema}.import_member
    ADD CONSTRAINT import_member_import_subject_key UNIQUE (import, subject);
ALTER TABLE ONLY {schema}.import_member
    ADD CONSTRAINT import_member_pkey PRIMARY KEY (number);
ALTER TABLE ONLY {schema}.job_cron
    ADD CONSTRAINT job_cron_pkey PRIMARY KEY (name);
ALTER TABLE ONLY {schema}.job_lease
    ADD CONSTRAINT job_lease_pkey PRIMARY KEY (job);
ALTER TABLE ONLY {schema}.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.job_running
    ADD CONSTRAINT job_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.job_strike
    ADD CONSTRAINT job_strike_pkey PRIMARY KEY (job);
ALTER TABLE ONLY {schema}.member
    ADD CONSTRAINT member_account_key UNIQUE (account);
ALTER TABLE ONLY {schema}.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.member_role
    ADD CONSTRAINT member_role_pkey PRIMARY KEY (member, role);
ALTER TABLE ONLY {schema}.member_setting
    ADD CONSTRAINT member_setting_pkey PRIMARY KEY (member, key);
ALTER TABLE ONLY {schema}.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (room, number);
ALTER TABLE ONLY {schema}.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.notification_setting
    ADD CONSTRAINT notification_setting_pkey PRIMARY KEY (member, kind);
ALTER TABLE ONLY {schema}.number_counter
    ADD CONSTRAINT number_counter_pkey PRIMARY KEY (field, period);
ALTER TABLE ONLY {schema}.object
    ADD CONSTRAINT object_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.purge
    ADD CONSTRAINT purge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.purged
    ADD CONSTRAINT purged_pkey PRIMARY KEY (first);
ALTER TABLE ONLY {schema}.retype
    ADD CONSTRAINT retype_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.role_grant
    ADD CONSTRAINT role_grant_pkey PRIMARY KEY (role, object, verb, scope, line);
ALTER TABLE ONLY {schema}.role
    ADD CONSTRAINT role_key_key UNIQUE (key);
ALTER TABLE ONLY {schema}.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.rollup_drift
    ADD CONSTRAINT rollup_drift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.rule
    ADD CONSTRAINT rule_pkey PRIMARY KEY (key);
ALTER TABLE ONLY {schema}.seal
    ADD CONSTRAINT seal_pkey PRIMARY KEY (number);
ALTER TABLE ONLY {schema}.search_key
    ADD CONSTRAINT search_key_pkey PRIMARY KEY (record);
ALTER TABLE ONLY {schema}.search_shape
    ADD CONSTRAINT search_shape_pkey PRIMARY KEY (object);
ALTER TABLE ONLY {schema}.share
    ADD CONSTRAINT share_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.state
    ADD CONSTRAINT state_single_key UNIQUE (single);
ALTER TABLE ONLY {schema}.team
    ADD CONSTRAINT team_key_key UNIQUE (key);
ALTER TABLE ONLY {schema}.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (team, member);
ALTER TABLE ONLY {schema}.team
    ADD CONSTRAINT team_parent_name_key UNIQUE NULLS NOT DISTINCT (parent, name);
ALTER TABLE ONLY {schema}.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY {schema}.view
    ADD CONSTRAINT view_pkey PRIMARY KEY (kind, key);
ALTER TABLE ONLY {schema}.work_calendar
    ADD CONSTRAINT work_calendar_pkey PRIMARY KEY (key);
ALTER TABLE ONLY {schema}.work_day
    ADD CONSTRAINT work_day_pkey PRIMARY KEY (calendar, day);
ALTER TABLE ONLY {schema}.work_team
    ADD CONSTRAINT work_team_pkey PRIMARY KEY (team);
CREATE INDEX changeset_caused_by ON {schema}.changeset USING btree (caused_by) WHERE (caused_by IS NOT NULL);
CREATE UNIQUE INDEX changeset_key ON {schema}.changeset USING btree (actor, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX changeset_parent ON {schema}.changeset USING btree (parent, id) WHERE (parent IS NOT NULL);
CREATE INDEX changeset_reverts ON {schema}.changeset USING btree (reverts) WHERE (reverts IS NOT NULL);
CREATE INDEX comment_files ON {schema}.comment USING gin (files);
CREATE INDEX comment_record ON {schema}.comment USING btree (record, created_at DESC, id);
CREATE INDEX definition_audit_key ON {schema}.definition_audit USING btree (kind, key, seq);
CREATE UNIQUE INDEX definition_draft ON {schema}.definition USING btree (kind, key) WHERE (state = 'draft'::text);
CREATE UNIQUE INDEX definition_live ON {schema}.definition USING btree (kind, key) WHERE ((state = 'live'::text) AND (slice IS NULL));
CREATE INDEX definition_use_target ON {schema}.definition_use USING btree (object, field);
CREATE INDEX duplicate_rule_object ON {schema}.duplicate_rule USING btree (object);
CREATE INDEX export_job_member ON {schema}.export_job USING btree (member, created_at DESC);
CREATE INDEX export_log_at ON {schema}.export_log USING btree (at DESC, seq DESC);
CREATE UNIQUE INDEX field_key ON {schema}.field USING btree (object, key) WHERE (removed_at IS NULL);
CREATE INDEX file_content ON {schema}.file USING btree (sha256);
CREATE INDEX file_unattached ON {schema}.file USING btree (uploaded_at) WHERE (attached_at IS NULL);
CREATE INDEX follow_member ON {schema}.follow USING btree (member);
CREATE INDEX history_changeset ON {schema}.history USING btree (changeset, seq);
CREATE INDEX history_merged ON {schema}.history USING btree (((definitions ->> 'merged_into'::text))) WHERE (definitions ? 'merged_into'::text);
CREATE INDEX history_record ON {schema}.history USING btree (record, seq);
CREATE INDEX identity_audit_at ON {schema}.identity_audit USING btree (at DESC, seq DESC);
CREATE INDEX import_job_drafts ON {schema}.import_job USING btree (changed_at) WHERE (upload IS NOT NULL);
CREATE INDEX import_job_newest ON {schema}.import_job USING btree (member, started_at DESC, id);
CREATE INDEX import_job_running ON {schema}.import_job USING btree (digest, settings) WHERE (state = 'running'::text);
CREATE INDEX job_cause ON {schema}.job USING btree (caused_by) WHERE (caused_by IS NOT NULL);
CREATE INDEX job_cron_due ON {schema}.job_cron USING btree (next_run);
CREATE INDEX job_dead ON {schema}.job USING btree (dead_at DESC, id DESC) WHERE (dead_at IS NOT NULL);
CREATE UNIQUE INDEX job_dedupe ON {schema}.job USING btree (dedupe) WHERE ((dedupe IS NOT NULL) AND (dead_at IS NULL));
CREATE INDEX job_due ON {schema}.job USING btree (run_at, id) WHERE (dead_at IS NULL);
CREATE INDEX job_key ON {schema}.job USING btree (lock_key, id) WHERE ((lock_key IS NOT NULL) AND (dead_at IS NULL));
CREATE INDEX member_name ON {schema}.member USING btree (name, id);
CREATE INDEX member_role_role ON {schema}.member_role USING btree (role);
CREATE UNIQUE INDEX member_system ON {schema}.member USING btree (is_system) WHERE is_system;
CREATE INDEX notification_age ON {schema}.notification USING btree (at);
CREATE INDEX notification_inbox ON {schema}.notification USING btree (member, at DESC, id);
CREATE UNIQUE INDEX notification_key ON {schema}.notification USING btree (member, key) WHERE (key IS NOT NULL);
CREATE INDEX notification_unread ON {schema}.notification USING btree (member, kind) WHERE ((read_at IS NULL) AND (archived_at IS NULL));
CREATE UNIQUE INDEX object_key ON {schema}.object USING btree (key) WHERE (removed_at IS NULL);
CREATE INDEX purge_subject ON {schema}.purge USING btree (subject, started_at DESC);
CREATE INDEX retype_field ON {schema}.retype USING btree (field, id);
CREATE UNIQUE INDEX retype_running ON {schema}.retype USING btree (field) WHERE (state = ANY (ARRAY['fill'::text, 'follow'::text]));
CREATE INDEX rollup_drift_at ON {schema}.rollup_drift USING btree (at);
CREATE INDEX rule_object ON {schema}.rule USING btree (object);
CREATE INDEX search_key_keys ON {schema}.search_key USING gin (keys) WITH (gin_pending_list_limit='512');
CREATE INDEX share_carried ON {schema}.share USING btree (carried_from) WHERE (carried_from IS NOT NULL);
CREATE UNIQUE INDEX share_member ON {schema}.share USING btree (member, object, record) WHERE ((member IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX share_record ON {schema}.share USING btree (record);
CREATE UNIQUE INDEX share_team ON {schema}.share USING btree (team, object, record) WHERE ((team IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX team_member_member ON {schema}.team_member USING btree (member);
CREATE INDEX timer_due ON {schema}.timer USING btree (due, id) WHERE ((parked_at IS NULL) AND (tries = 0));
CREATE INDEX timer_held ON {schema}.timer USING btree (held_until, due, id) WHERE ((parked_at IS NULL) AND (tries > 0));
CREATE UNIQUE INDEX timer_key ON {schema}.timer USING btree (kind, key) WHERE (parked_at IS NULL);
CREATE INDEX timer_parked ON {schema}.timer USING btree (parked_at DESC, id DESC) WHERE (parked_at IS NOT NULL);
CREATE INDEX timer_record ON {schema}.timer USING btree (record) WHERE (record IS NOT NULL);
CREATE INDEX view_member ON {schema}.view USING btree (member) WHERE (member IS NOT NULL);
CREATE UNIQUE INDEX work_day_place ON {schema}.work_day USING btree (calendar, days_before) WHERE working;
CREATE UNIQUE INDEX work_day_time ON {schema}.work_day USING btree (calendar, seconds_before) WHERE working;
ALTER TABLE ONLY {schema}.bundle_part
    ADD CONSTRAINT bundle_part_bundle_fkey FOREIGN KEY (bundle) REFERENCES {schema}.bundle(key) ON DELETE CASCADE;
ALTER TABLE ONLY {schema}.import_fault
    ADD CONSTRAINT import_fault_import_fkey FOREIGN KEY (import) REFERENCES {schema}.import_job(id) ON DELETE CASCADE;
ALTER TABLE ONLY {schema}.import_member
    ADD CONSTRAINT import_member_import_fkey FOREIGN KEY (import) REFERENCES {schema}.import_job(id) ON DELETE CASCADE;
ALTER TABLE ONLY {schema}.member
    ADD CONSTRAINT member_main_team_fkey FOREIGN KEY (main_team) REFERENCES {schema}.team(id);
ALTER TABLE ONLY {schema}.member_role
    ADD CONSTRAINT member_role_member_fkey FOREIGN KEY (member) REFERENCES {schema}.member(id);
ALTER TABLE ONLY {schema}.member_role
    ADD CONSTRAINT member_role_role_fkey FOREIGN KEY (role) REFERENCES {schema}.role(id);
ALTER TABLE ONLY {schema}.team
    ADD CONSTRAINT team_leader_fkey FOREIGN KEY (leader) REFERENCES {schema}.member(id);
ALTER TABLE ONLY {schema}.team_member
    ADD CONSTRAINT team_member_member_fkey FOREIGN KEY (member) REFERENCES {schema}.member(id);
ALTER TABLE ONLY {schema}.team_member
    ADD CONSTRAINT team_member_team_fkey FOREIGN KEY (team) REFERENCES {schema}.team(id);
ALTER TABLE ONLY {schema}.team
    ADD CONSTRAINT team_parent_fkey FOREIGN KEY (parent) REFERENCES {schema}.team(id);
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT USAGE ON SCHEMA {schema} TO changliu_eraser;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.asked_index TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.bundle TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.bundle_demo TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.bundle_demo_load TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.bundle_part TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.changeset TO {role};
GRANT SELECT ON TABLE {schema}.changeset TO changliu_eraser;
GRANT UPDATE(answer) ON TABLE {schema}.changeset TO changliu_eraser;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.comment TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.comment_version TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.definition TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.definition_audit TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.definition_audit_seq_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.definition_use TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.duplicate_different TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.duplicate_pair TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.duplicate_rule TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.duplicate_search TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.export_job TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.export_log TO {role};
GRANT SELECT ON TABLE {schema}.export_log TO changliu_eraser;
GRANT UPDATE(filter) ON TABLE {schema}.export_log TO changliu_eraser;
GRANT UPDATE(q) ON TABLE {schema}.export_log TO changliu_eraser;
GRANT SELECT,USAGE ON SEQUENCE {schema}.export_log_seq_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.field TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.field_number TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.file TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.filling TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.follow TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.follow_setting TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.hint TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.history TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.history_personal TO {role};
GRANT SELECT,DELETE ON TABLE {schema}.history_personal TO changliu_eraser;
GRANT SELECT,USAGE ON SEQUENCE {schema}.history_seq_seq TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.identity_audit TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.identity_audit_seq_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.import_fault TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.import_job TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.import_mapping TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.import_member TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.import_member_number_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.job TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.job_cron TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.job_id_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.job_lease TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.job_running TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.job_running_id_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.job_strike TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.member TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.member_role TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.member_setting TO {role};
GRANT SELECT ON TABLE {schema}.migration TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.notification TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.notification_setting TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.number_counter TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.object TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.object_number TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.purge TO {role};
GRANT SELECT ON TABLE {schema}.purged TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.retype TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.retype_id_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.role TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.role_grant TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.rollup_drift TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.rollup_drift_id_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.rule TO {role};
GRANT SELECT,INSERT ON TABLE {schema}.seal TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.search_key TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.search_shape TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.share TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.state TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.team TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.team_member TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.timer TO {role};
GRANT SELECT,USAGE ON SEQUENCE {schema}.timer_id_seq TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.view TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.work_calendar TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.work_day TO {role};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE {schema}.work_team TO {role};
ALTER DEFAULT PRIVILEGES FOR ROLE changliu_owner IN SCHEMA {schema} GRANT SELECT,USAGE ON SEQUENCES TO {role};
ALTER DEFAULT PRIVILEGES FOR ROLE changliu_owner IN SCHEMA {schema} GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO {role};
