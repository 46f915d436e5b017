"""The statement of one page of a list.

Shape, from the inside out: a branch per disjoint scope term, each with the filter, the place
where the last page ended, ORDER BY and LIMIT; their union cut to the page; then outputs and the
joins they need, for the rows of the page only. With one branch and no such joins it is flat.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from changliu.formula import emit, emit_condition
from changliu.formula.emitter.fragment import EmitEnv, Fragment
from changliu.formula.model import Node, TrueNode
from changliu.records.query.model import Statement
from changliu.records.query.plan import ListPlan, SortKey
from changliu.records.query.reader import Reader, Term, terms
from changliu.records.query.searched import Search
from changliu.records.query.store.text import (
    KEY_TYPES,
    columns,
    conjunction,
    deleted,
    live,
    quoted,
    source,
    spaced,
)


class Phase(StrEnum):
    """Which rows by their first sort key: all at once, those with a value, those without."""

    ALL = "all"
    FILLED = "filled"
    BLANK = "blank"


@dataclass
class _Parts:
    """The emitted pieces of one plan and the parameters they collected."""

    reader: Reader
    plan: ListPlan
    phase: Phase
    inner: EmitEnv
    outer: EmitEnv
    scope: EmitEnv
    params: dict[str, Any] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)

    def take(self, fragment: Fragment) -> str:
        """Keep a fragment's parameters and return its text."""
        self.params.update(fragment.params)
        return fragment.text

    def value(self, node: Node, env: EmitEnv) -> str:
        """Emit a value of row r."""
        world = self.reader.catalogue.world
        return self.take(emit(node, world, object_id=self.plan.object.id, env=env))

    def condition(self, node: Node, env: EmitEnv) -> str:
        """Emit a condition on row r."""
        if isinstance(node, TrueNode):
            return "TRUE"
        world = self.reader.catalogue.world
        return self.take(emit_condition(node, world, object_id=self.plan.object.id, env=env))


def page_statement(
    reader: Reader,
    plan: ListPlan,
    *,
    phase: Phase = Phase.ALL,
    after: tuple[bool, ...] | None = None,
    per_team: bool = False,
) -> Statement:
    """Write the statement of a page.

    `after` tells that the page continues behind a cursor and which of its key values are blank;
    they are bound as `c0 … cn` and `cid`, the row limit as `n`, closed ids as `ids`, the search
    as `search_params` says. Columns: id, outputs, sort keys.
    """
    parts = _emitted(reader, plan, phase)
    branches = (Term(plan.rows),) if plan.by_ids else terms(plan.rows, per_team=per_team)
    order = _order(plan, phase, parts.keys, '"r"."id"')
    if len(branches) == 1 and branches[0].each is None and not parts.outer.joins.all():
        heads = [*parts.outputs, *parts.keys]
        text = _branch(parts, branches[0], heads, after)
    else:
        text = _nested(parts, branches, after, order)
    for env in (parts.inner, parts.outer, parts.scope):
        parts.params.update(env.joins.params())
    return Statement(text, parts.params)


def count_statement(reader: Reader, plan: ListPlan) -> Statement:
    """Write the statement that counts all rows of a list, whatever the page."""
    parts = _Parts(
        reader, plan, Phase.ALL, reader.env("f"), reader.env("g"), reader.author_env("s")
    )
    where = _where(parts, Term(plan.rows))
    fact = reader.catalogue.world.object(plan.object.id)
    text = spaced("SELECT count(*) FROM", source(fact, parts.inner, parts.scope), "WHERE", where)
    for env in (parts.inner, parts.scope):
        parts.params.update(env.joins.params())
    return Statement(text, parts.params)


def place_statement(reader: Reader, plan: ListPlan) -> Statement:
    """Write the statement that finds the one row behind `skip` others in the plan's order.

    Columns: id, sort keys. It walks over all rows before it, so it is for leaps, not for pages.
    """
    parts = _Parts(
        reader, plan, Phase.ALL, reader.env("f"), reader.env("g"), reader.author_env("s")
    )
    parts.keys = [_key(parts, i, key) for i, key in enumerate(plan.sorts)]
    text = spaced(_branch(parts, Term(plan.rows), parts.keys, None), "OFFSET %(skip)s")
    for env in (parts.inner, parts.scope):
        parts.params.update(env.joins.params())
    return Statement(text, parts.params)


def _emitted(reader: Reader, plan: ListPlan, phase: Phase) -> _Parts:
    outer = reader.output_env("g")
    parts = _Parts(reader, plan, phase, reader.env("f"), outer, reader.author_env("s"))
    parts.keys = [_key(parts, i, key) for i, key in enumerate(plan.sorts)]
    parts.outputs = [
        quoted("r", o.column) if o.column else parts.value(o.node, parts.outer)
        for o in plan.outputs
    ]
    return parts


def _key(parts: _Parts, index: int, key: SortKey) -> str:
    text = quoted("r", key.column) if key.column else parts.value(key.node, parts.inner)
    if not key.choices:
        return text
    parts.params[f"rank{index}"] = list(key.choices)
    return f"array_position(%(rank{index})s::text[], {text})"


def _branch(parts: _Parts, term: Term, heads: list[str], after: tuple[bool, ...] | None) -> str:
    fact = parts.reader.catalogue.world.object(parts.plan.object.id)
    where = _where(parts, term, after)
    order = _order(parts.plan, parts.phase, parts.keys, '"r"."id"')
    named = [*heads[: len(heads) - len(parts.keys)]]
    named += [f"{key} AS s{i}" for i, key in enumerate(parts.keys)]
    return spaced(
        "SELECT", ", ".join(['"r"."id"', *named]),
        "FROM", source(fact, parts.inner, parts.scope),
        "WHERE", where, "ORDER BY", order, "LIMIT %(n)s",
    )  # fmt: skip


def _nested(
    parts: _Parts, branches: tuple[Term, ...], after: tuple[bool, ...] | None, order: str
) -> str:
    own = [c for c in columns(parts.plan.object, "r") if c != quoted("r", "id")]
    texts = []
    for term in branches:
        inner = _branch(parts, term, [*own, *parts.keys], after)
        if term.each is not None:
            each = f"unnest(%({term.each.param.name})s::uuid[]) AS each_of(v)"
            inner = spaced("SELECT x.* FROM", each, "CROSS JOIN LATERAL (", inner, ") AS x")
        texts.append(f"({inner})")
    names = [f'"r"."s{i}"' for i in range(len(parts.keys))]
    order = _order(parts.plan, parts.phase, names, '"r"."id"')
    page = texts[0]
    if len(texts) > 1 or branches[0].each is not None:
        union = " UNION ALL ".join(texts)
        page = spaced("(SELECT r.* FROM (", union, ") AS r ORDER BY", order, "LIMIT %(n)s)")
    heads = ", ".join(['"r"."id"', *parts.outputs, *names])
    return spaced("SELECT", heads, "FROM", page, "AS r", parts.outer.joins.sql(), "ORDER BY", order)


def _where(parts: _Parts, term: Term, after: tuple[bool, ...] | None = None) -> str:
    fact = parts.reader.catalogue.world.object(parts.plan.object.id)
    conditions = [deleted(fact) if parts.plan.deleted else live(fact)]
    if term.each is not None:
        conditions.append(f"{parts.value(term.each.value, parts.scope)} = each_of.v")
    conditions.append(parts.condition(term.where, parts.scope))
    conditions.append(parts.condition(parts.plan.where, parts.inner))
    if parts.plan.search is not None:
        conditions.append(_found(parts, parts.plan.search))
    if parts.plan.by_ids:
        conditions.append('"r"."id" = ANY(%(ids)s::uuid[])')
    if parts.phase is not Phase.ALL:
        blank = "IS NULL" if parts.phase is Phase.BLANK else "IS NOT NULL"
        conditions.append(f"{parts.keys[0]} {blank}")
    if after is not None:
        conditions += _behind(parts.plan, parts.phase, parts.keys, after)
    return conjunction(conditions)


def _found(parts: _Parts, search: Search) -> str:
    """That a record is found: by its keys in a field the caller reads on it, or by its title."""
    ways = []
    if search.fields:
        ways.append("k.spelled ~ %(q_text)s")
    for name, rows in search.partly:
        ways.append(f"k.spelled ~ %(q_{name})s AND {parts.condition(rows, parts.scope)}")
    found = []
    if ways:
        keys = quoted(parts.reader.catalogue.schema, "search_key")
        either = " OR ".join(f"({way})" for way in ways)
        found.append(
            f'EXISTS (SELECT FROM {keys} AS k WHERE k.record = "r"."id"'
            f" AND k.keys @@ %(q_keys)s::tsquery AND ({either}))"
        )
    if search.text is not None:
        found.append(f"lower({parts.value(search.text, parts.inner)}) LIKE %(q)s")
    return " OR ".join(found)


def _order(plan: ListPlan, phase: Phase, keys: list[str], id_column: str) -> str:
    out = []
    for i, (key, text) in enumerate(zip(plan.sorts, keys, strict=True)):
        if i == 0 and phase is Phase.BLANK:
            continue
        filled = not key.nullable or (i == 0 and phase is Phase.FILLED)
        last = "" if filled or not key.descending else " NULLS LAST"
        out.append(f"{text}{' DESC' if key.descending else ''}{last}")
    out.append(f"{id_column}{' DESC' if plan.id_descending else ''}")
    return ", ".join(out)


def _behind(plan: ListPlan, phase: Phase, keys: list[str], after: tuple[bool, ...]) -> list[str]:
    """Return the conditions that a row comes after the cursor in the plan's order.

    The first is a plain bound on the first key, which an index can use; the second is exact.
    """
    exact = f'"r"."id" {"<" if plan.id_descending else ">"} %(cid)s::uuid'
    for i in reversed(range(len(keys))):
        key, text = plan.sorts[i], keys[i]
        if after[i]:
            exact = f"({text} IS NULL AND {exact})"
            continue
        bound = f"%(c{i})s::{key_type(key)}"
        beyond = f"{text} {'<' if key.descending else '>'} {bound}"
        if key.nullable and not (i == 0 and phase is Phase.FILLED):
            beyond = f"{beyond} OR {text} IS NULL"
        exact = f"({beyond} OR ({text} = {bound} AND {exact}))"
    first = plan.sorts[0]
    if after[0] or (first.nullable and phase is not Phase.FILLED):
        return [exact]
    lead = f"{keys[0]} {'<=' if first.descending else '>='} %(c0)s::{key_type(first)}"
    return [lead, exact]


def key_type(key: SortKey) -> str:
    """Return the PostgreSQL type of a sort key's values."""
    return "bigint" if key.integer else KEY_TYPES.get(key.kind, "text")


def phases(plan: ListPlan, first_blank: bool | None) -> tuple[Phase, ...]:
    """Return the statements a page may take, in order; later ones only run while rows are missing.

    `ORDER BY x DESC NULLS LAST` is served by no default index. When the caller reads all rows and
    the first key is a column of the object or has an index, the values and the blanks are therefore
    read apart. A narrow scope is read through its own index and sorted, so there one statement is
    cheaper.
    `first_blank` tells whether a cursor stands among the blanks; None without a cursor.
    """
    first = plan.sorts[0]
    served = bool(first.column) or first.indexed
    splits = first.descending and first.nullable and served and not first.choices
    if plan.by_ids or not splits or not isinstance(plan.rows, TrueNode):
        return (Phase.ALL,)
    return (Phase.BLANK,) if first_blank else (Phase.FILLED, Phase.BLANK)
