"""Bodies of steps 8, 11 and 12: the write itself, its history, its jobs, and the answer."""

from collections.abc import Callable, Iterable

import orjson

from changliu.fields.model import Field
from changliu.formula import EmitEnv, emit_condition
from changliu.records.changeset.model import MOVES, Op
from changliu.records.changeset.participant import Clause, Enqueue
from changliu.records.changeset.store.text import (
    CARRIED,
    CARRIER,
    MERGED,
    MERGED_INTO,
    SENT_HEAD,
    column_of,
    columns,
    listed,
    literal,
    quote,
    table_of,
)
from changliu.schema.lines import lines_fields
from changliu.schema.model import Catalogue, Object

# Records a job may carry (design §4, reactions).
JOB_RECORDS = 1_000


# Mode all: one violation refuses everything; mode each: it refuses its group.
_ALLOWED = (
    "CASE WHEN %(each)s::boolean"
    " THEN n.grp NOT IN (SELECT v.grp FROM viol v WHERE v.blocking)"
    " ELSE NOT EXISTS (SELECT 1 FROM viol v WHERE v.blocking) END"
)


def allowed_rows() -> str:
    """`allowed`: staged rows that may be written."""
    return f"SELECT n.* FROM cand n WHERE {_ALLOWED}"


def good_rows(target: Object, op: Op) -> str:
    """`good`: what is allowed; `changed` is false where an update says nothing new."""
    if op != "update":
        return f"SELECT n.*, TRUE AS changed FROM cand n WHERE {_ALLOWED}"
    watched = [quote(name) for name in SENT_HEAD] + [column_of(f) for f in target.stored]
    new, old = listed("n", watched), listed("o", watched)
    told = [MERGED, *(f.id for f in lines_fields(target))]
    lines = "".join(f" OR n.p ? {literal(name)}" for name in told)
    return (
        f"SELECT n.*, ({new}) IS DISTINCT FROM ({old}){lines} AS changed"
        f" FROM cand n JOIN old o ON o.id = n.id WHERE {_ALLOWED}"
    )


def write_rows(catalogue: Catalogue, target: Object, op: Op) -> str:
    """`written`: insert, update or soft delete; returns id and version of what was touched."""
    table = table_of(catalogue, target)
    if op == "create":
        names = columns(target)
        return (
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {listed('n', names)} FROM good n"
            " ON CONFLICT (id) DO NOTHING RETURNING id, version"
        )
    if op == "delete":
        sets = "deleted_at = %(now)s::timestamptz, deleted_by = %(me)s::uuid"
    elif op == "restore":
        sets = "deleted_at = NULL, deleted_by = NULL"
        pointing = [column_of(f) for f in target.stored if f.type == "reference"]
        sets += "".join(f", {name} = n.{name}" for name in pointing)
    else:
        sent = [quote(name) for name in SENT_HEAD] + [column_of(f) for f in target.stored]
        sets = ", ".join(f"{name} = n.{name}" for name in sent)
        sets += ", updated_at = %(now)s::timestamptz, updated_by = %(me)s::uuid"
    return (
        f"UPDATE {table} t SET version = t.version + 1, {sets} FROM good n"
        " WHERE t.id = n.id AND n.changed RETURNING t.id, t.version"
    )


def record_rows(
    catalogue: Catalogue,
    target: Object,
    op: Op,
    clauses: Iterable[Clause] = (),
    *,
    carried: bool = False,
) -> str:
    """Insert one history row per written record; personal values go by their hash.

    `definitions` notes the catalogue's version and that of every clause that was asked, and for a
    change that went along with another the record that carried it.
    """
    noted = {c.id: c.version for c in clauses if c.version is not None}
    asked = orjson.dumps({"catalogue": catalogue.version, **noted}).decode()
    history = quote(catalogue.schema, "history")
    diff = "'{}'::jsonb" if op == "delete" else _diff(target, op)
    because = _because(op, carried)
    return (
        f"INSERT INTO {history}"
        " (changeset, object, record, version, op, at, actor, via, diff, definitions)"
        f" SELECT %(changeset)s::uuid, {literal(target.id)}, w.id, w.version, {literal(op)},"
        " %(now)s::timestamptz, %(me)s::uuid, %(via)s::text,"
        f" {diff}, {literal(asked)}::jsonb{because}"
        " FROM written w JOIN good n ON n.id = w.id LEFT JOIN old o ON o.id = w.id"
        + ("" if op == "delete" else _secret_join(target))
    )


def _because(op: Op, carried: bool) -> str:
    """What a history row notes beside definitions: who carried it, what was merged with it."""
    notes = {CARRIED: CARRIER} if carried else {}
    merges = MERGED_INTO if op in MOVES else MERGED
    if op != "create":
        notes[merges] = merges
    return "".join(
        f" || CASE WHEN n.p ? '{given}' THEN jsonb_build_object('{note}', n.p -> '{given}')"
        " ELSE '{}' END"
        for note, given in notes.items()
    )


def _diff(target: Object, op: Op) -> str:
    """The diff as JSON text, parsed once: joining jsonb values copies them, up to five times."""
    plain = [f for f in target.stored if not f.personal]
    parts = [(f.id, column_of(f), f.type == "json") for f in plain]
    parts += [(name, quote(name), False) for name in SENT_HEAD]
    pair = _first if op == "create" else _pair
    pairs = [pair(*each) for each in parts]
    pairs += [_lines(f) for f in lines_fields(target)]
    built = f"('{{' || array_to_string(ARRAY[{', '.join(pairs)}], ',') || '}}')::jsonb"
    if len(plain) < len(target.stored):
        built += " || coalesce(s.diff, '{}')"
    return built


def _lines(field: Field) -> str:
    """Which lines change, as the patch notes it; NULL where none does."""
    opened = literal(f'"{field.id}":{{"n":')
    return f"{opened} || (n.p -> {literal(field.id)})::text || '}}'"


def _first(name: str, column: str, blank_stays: bool) -> str:
    """The same of a new row: nothing was there before, and half as much is to be set up."""
    opened, closed = f'"{name}":{{"n":', ',"o":null}' if blank_stays else "}"
    return f"{literal(opened)} || to_json(n.{column})::text || {literal(closed)}"


def _pair(name: str, column: str, blank_stays: bool) -> str:
    """`"name":{"o":…,"n":…}`, NULL where nothing changed; a blank side is left out, or null."""
    sides = [_side("o", column, blank_stays), _side("n", column, blank_stays)]
    opened = literal(f'"{name}":{{')
    return (
        f"CASE WHEN n.{column} IS DISTINCT FROM o.{column}"
        f" THEN {opened} || concat_ws(',', {', '.join(sides)}) || '}}' END"
    )


def _side(alias: str, column: str, blank_stays: bool) -> str:
    key = f'"{alias}":'
    text = f"{literal(key)} || to_json({alias}.{column})::text"
    return f"coalesce({text}, {literal(key + 'null')})" if blank_stays else text


def _secret_join(target: Object) -> str:
    if not any(f.personal for f in target.stored):
        return ""
    hashed = ("jsonb_strip_nulls(jsonb_build_object('o', {old}, 'n', {new}))").format(
        old=_hash("p.old"), new=_hash("p.new")
    )
    rows = f"SELECT p.record, jsonb_object_agg(p.field, {hashed}) AS diff FROM secret p GROUP BY 1"
    # Grouped once: asking `secret` again for each record would be quadratic.
    return f" LEFT JOIN ({rows}) s ON s.record = w.id"


def _hash(value: str) -> str:
    digest = f"encode(sha256(convert_to(p.salt || ({value})::text, 'UTF8')), 'hex')"
    return f"CASE WHEN {value} IS NOT NULL THEN jsonb_build_object('h', {digest}) END"


def secret_rows(target: Object) -> str | None:
    """`secret`: salt, old and new of every personal field that changed; None without any."""
    runs = [
        f"SELECT n.id AS record, {literal(f.id)} AS field, gen_random_uuid()::text AS salt,"
        f" to_jsonb(o.{column_of(f)}) AS old, to_jsonb(n.{column_of(f)}) AS new"
        " FROM good n LEFT JOIN old o ON o.id = n.id"
        f" WHERE n.{column_of(f)} IS DISTINCT FROM o.{column_of(f)}"
        for f in target.stored
        if f.personal
    ]
    return " UNION ALL ".join(runs) or None


def keep_secrets(catalogue: Catalogue) -> str:
    """Insert the clear values of personal fields beside the history."""
    table = quote(catalogue.schema, "history_personal")
    return (
        f"INSERT INTO {table} (changeset, record, field, salt, old, new)"
        " SELECT %(changeset)s::uuid, p.record, p.field, p.salt, p.old, p.new"
        " FROM secret p JOIN written w ON w.id = p.record"
    )


def react_rows(
    catalogue: Catalogue,
    target: Object,
    clauses: Iterable[Clause],
    env: EmitEnv,
    watched: Callable[[Clause], str] = lambda _: "TRUE",
) -> str | None:
    """Insert one job per (clause, ≤ 1,000 records) whose condition holds; None without clauses.

    `watched` is a condition per clause over n, where operations are mixed.
    """
    watching = [c for c in clauses if isinstance(c.outcome, Enqueue)]
    if not watching:
        return None
    values = []
    for clause in watching:
        assert isinstance(clause.outcome, Enqueue)
        where = emit_condition(
            clause.condition, catalogue.world, object_id=target.id, env=env, alias="n",
            inline=True, old_alias="o",
        )  # fmt: skip
        kind, name = literal(clause.outcome.job), literal(clause.id)
        quiet = "" if clause.outcome.on_revert else " AND NOT %(quiet)s::boolean"
        values.append(f"({kind}, {name}, ({where.text}) IS TRUE{quiet} AND {watched(clause)})")
    hits = (
        "SELECT c.job, c.clause, w.id,"
        f" (row_number() OVER (PARTITION BY c.clause ORDER BY w.id) - 1) / {JOB_RECORDS} AS part"
        " FROM written w JOIN good n ON n.id = w.id LEFT JOIN old o ON o.id = w.id"
        f"{env.joins.sql()} CROSS JOIN LATERAL (VALUES {', '.join(values)}) AS c(job, clause, hit)"
        " WHERE c.hit"
    )
    payload = (
        "jsonb_build_object('clause', h.clause, 'changeset', %(changeset)s::uuid,"
        f" 'object', {literal(target.id)}::text, 'records', jsonb_agg(h.id ORDER BY h.id))"
    )
    jobs = quote(catalogue.schema, "job")
    return (
        f"INSERT INTO {jobs} (kind, payload, run_at, caused_by, created_at)"
        f" SELECT h.job, {payload}, %(now)s::timestamptz, %(changeset)s::uuid,"
        f" %(now)s::timestamptz FROM ({hits}) h GROUP BY h.job, h.clause, h.part"
    )


def answer_rows(*, carried: bool = False) -> str:
    """The answer: ('row', i, id, version) for what may stand, ('viol', i, k) for what may not.

    Of rows that go along only those are told that something is said about, or that slipped.
    """
    told = " WHERE (w.id IS NULL AND n.changed) OR n.i IN (SELECT v.i FROM viol v)"
    return (
        "SELECT 'row' AS what, n.i, NULL::integer AS k, n.id,"
        " coalesce(w.version, n.version) AS version, w.id IS NOT NULL AS written, n.changed,"
        " NULL::text[] AS told"
        f" FROM good n LEFT JOIN written w ON w.id = n.id{told if carried else ''}"
        " UNION ALL SELECT 'viol', v.i, v.k, NULL, NULL, FALSE, FALSE, v.told FROM viol v"
    )
