"""Aggregates: over child lists as subqueries, over groups as measures; rows that exist."""

from changliu.formula.emitter.fragment import Join, Joins
from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.numbers import divided
from changliu.formula.emitter.row import Row, conjunction, quoted
from changliu.formula.model import Aggregate, Column, ExistsRows, Kind, Measure
from changliu.formula.reading import along
from changliu.formula.world import FieldFact

MAX_TEXT = 100_000


def aggregate(emitter: Emitter, node: Aggregate, row: Row) -> str:
    """SUM, COUNT … over the rows of a child list."""
    source, inner, where = _rows(emitter, node, row)
    filters = [emitter.condition(part, inner) for part in node.filters]
    if node.name == "ALL":
        where.append(f"({conjunction(filters)}) IS NOT TRUE")
    else:
        where += filters
    value = _of_rows(emitter, node, inner)
    order = _order(inner)
    body = f"FROM {source}{inner.joins.sql()} WHERE {conjunction(where)}"
    if node.name == "EXISTS":
        return f"EXISTS (SELECT 1 {body})"
    if node.name == "ALL":
        return f"(NOT EXISTS (SELECT 1 {body}))"
    if node.name in ("FIRST", "LAST"):
        way = "ASC" if node.name == "FIRST" else "DESC"
        ordered = ", ".join(f"{part} {way}" for part in order)
        return f"(SELECT {value} {body} ORDER BY {ordered} LIMIT 1)"
    if node.name == "JOIN":
        return _joined(value, body, ", ".join(order), node.separator)
    total = _total(node.name, value)
    if _repeats(emitter, node, row):
        return _beside(emitter, f"SELECT {total} AS v {body}", row)
    return f"(SELECT {total} {body})"


def _repeats(emitter: Emitter, node: Aggregate, row: Row) -> bool:
    """Whether many rows of a statement share this total: one over a list of a row referred to.

    A write asks about few rows, and most of its rules do not apply: there the total stays where it
    is worked out only when it is needed.
    """
    return not emitter.inline and node.level == 0 and _single(emitter, node, row) > 0


def _beside(emitter: Emitter, query: str, row: Row) -> str:
    """A total as a join: the planner remembers it by what it is about; a subquery it runs anew."""
    alias = emitter.env.fresh("t")
    join = Join(alias, f"LEFT JOIN LATERAL ({query}) {alias} ON TRUE")
    row.joins.put(row.alias, alias, join)
    if row.joins is emitter.env.joins:
        emitter.used[alias] = join
    return f"{alias}.v"


def measure(emitter: Emitter, node: Measure, row: Row) -> str:
    """COUNT, SUM … over the rows of a group."""
    value = None if node.value is None else emitter.value(node.value, row)
    if node.condition is None:
        return _total(node.name, value)
    return _total(node.name, value, f" FILTER (WHERE {emitter.condition(node.condition, row)})")


def exists_rows(emitter: Emitter, node: ExistsRows, row: Row) -> str:
    """A row of another object with this value in a field."""
    target = emitter.world.object(node.object_id)
    inner = Row(target, emitter.env.fresh("c"), Joins(), outer=row)
    wanted, back = emitter.value(node.value, row), target.fields[node.field_id]
    where = [*inner.alive]
    if not node.few:
        where.insert(0, _points(emitter, inner, back, wanted))
    if node.condition is not None:
        where.append(emitter.condition(node.condition, inner))
    held = emitter.field(inner, back)
    body = f"FROM {inner.table} {inner.alias}{inner.joins.sql()} WHERE {conjunction(where)}"
    if node.few:
        # An array read beforehand is a constant to the planner: OR with another column stays
        # two index reads, where EXISTS would visit every row.
        return f"({wanted} = ANY(ARRAY(SELECT {held} {body})))"
    return f"EXISTS (SELECT 1 {body})"


def _rows(emitter: Emitter, node: Aggregate, row: Row) -> tuple[str, Row, list[str]]:
    """FROM text, the child row, and the conditions that tie it to the row outside."""
    single = _single(emitter, node, row)
    current, _ = emitter.holder(Column(node.path[: single + 1], node.level), row)
    joins, source, where = Joins(), "", list[str]()
    for field_id in node.path[single:]:
        fact = current.object.fields[field_id]
        target = emitter.world.object(fact.target or "")
        child = Row(target, emitter.env.fresh("c"), joins, outer=row)
        tie = [_tie(emitter, current, fact, child), *child.alive, *emitter.guarded(child)]
        if source:
            source += f" JOIN {child.table} {child.alias} ON {conjunction(tie)}"
        else:
            source, where = f"{child.table} {child.alias}", tie
        current = child
    return source, current, where


def _single(emitter: Emitter, node: Aggregate, row: Row) -> int:
    """How many references precede the first list."""
    for _ in range(node.level):
        row = row.outer or row
    facts = (fact for _, fact in along(emitter.world, row.object.id, node.path))
    return next(place for place, fact in enumerate(facts) if fact.is_list)


def _tie(emitter: Emitter, parent: Row, fact: FieldFact, child: Row) -> str:
    if fact.kind is Kind.CHILDREN:
        points = _points(emitter, child, child.object.fields[fact.via or ""], parent.key)
        return " AND ".join([points, *(f"{child.column(c)} = {quoted(v)}" for c, v in fact.only)])
    held = emitter.field(parent, fact)
    return f"{child.key} = ANY({held})" if fact.holds_ids else f"{child.key} = {held}"


def _points(emitter: Emitter, child: Row, back: FieldFact, key: str) -> str:
    value = emitter.field(child, back)
    return f"{value} @> ARRAY[{key}]" if back.holds_ids else f"{value} = {key}"


def _of_rows(emitter: Emitter, node: Aggregate, inner: Row) -> str | None:
    if node.value is None:
        return None
    if node.name == "JOIN" or (node.value.kind is Kind.CHOICE and node.kind is Kind.TEXT):
        return emitter.text(node.value, inner)
    return emitter.value(node.value, inner)


def _order(row: Row) -> list[str]:
    created = row.object.fields.get("created_at")
    first = [row.column(created.column)] if created and created.column else []
    return [*first, row.key]


def _total(name: str, value: str | None, where: str = "") -> str:
    if name == "COUNT":
        return f"count({value or '*'}){where}::numeric"
    if name == "COUNTD":
        return f"count(DISTINCT {value}){where}::numeric"
    if name == "SUM":
        return f"COALESCE(sum({value}){where}, 0)"
    if name == "AVG":
        return divided(f"sum({value}){where}", f"count({value}){where}")
    if name == "MEDIAN":
        middle = " WITHIN GROUP (ORDER BY {} {}){}"
        low = f"percentile_disc(0.5){middle.format(value, 'ASC', where)}"
        high = f"percentile_disc(0.5){middle.format(value, 'DESC', where)}"
        return f"(({low} + {high}) * 0.5)"
    return f"{name.lower()}({value}){where}"


def _joined(value: str | None, body: str, order: str, separator: str) -> str:
    # The running length keeps string_agg from building a text past PostgreSQL's 1 GB.
    limit = MAX_TEXT + len(separator)
    row = f"SELECT {value} AS v, row_number() OVER w AS n, sum(length({value}) + {len(separator)})"
    rows = f"{row} OVER w AS run {body} WINDOW w AS (ORDER BY {order})"
    whole = f"string_agg(v, {quoted(separator)} ORDER BY n) FILTER (WHERE run <= {limit})"
    return f"(SELECT CASE WHEN max(run) <= {limit} THEN {whole} END FROM ({rows}) listed)"
