"""The statement of an aggregate: one GROUP BY over the rows the caller reads."""

from typing import Any

from changliu.formula import emit, emit_condition
from changliu.formula.emitter.fragment import EmitEnv, Fragment
from changliu.formula.model import Kind, Node, TrueNode
from changliu.records.query.figures import AggregatePlan, Group
from changliu.records.query.model import Statement
from changliu.records.query.reader import Reader
from changliu.records.query.store.text import conjunction, live, quoted, source, spaced


def aggregate_statement(reader: Reader, plan: AggregatePlan) -> Statement:
    """Write the statement; columns are the groups, then the figures. `n` limits the groups."""
    world, found = reader.catalogue.world, plan.object.id
    env, scope = reader.env("f"), reader.author_env("s")
    params: dict[str, Any] = {}

    def take(fragment: Fragment) -> str:
        params.update(fragment.params)
        return fragment.text

    def value(node: Node) -> str:
        return take(emit(node, world, object_id=found, env=env))

    def holds(node: Node, within: EmitEnv) -> str:
        if isinstance(node, TrueNode):
            return "TRUE"
        return take(emit_condition(node, world, object_id=found, env=within))

    groups = [
        _grained(g, quoted("r", column) if column else value(g.output.node), reader.timezone)
        for g in plan.groups
        for column in (g.output.column,)
    ]
    figures = [value(f.node) for f in plan.figures]
    fact = world.object(found)
    where = conjunction([live(fact), holds(plan.rows, scope), holds(plan.where, env)])
    order = _order(plan, [*groups, *figures], params)
    text = spaced(
        "SELECT", ", ".join([*groups, *figures]),
        "FROM", source(fact, env, scope),
        "WHERE", where,
        "GROUP BY " + ", ".join(str(i + 1) for i in range(len(groups))) if groups else "",
        "ORDER BY " + order if order else "",
        "LIMIT %(n)s",
    )  # fmt: skip
    return Statement(text, {**params, **env.joins.params(), **scope.joins.params()})


def _grained(group: Group, text: str, timezone: str) -> str:
    """Return the start of the period a date falls in, in the organisation's time zone."""
    if group.grain is None:
        return text
    quoted_zone = "'" + timezone.replace("'", "''") + "'"
    local = f"({text} AT TIME ZONE {quoted_zone})"
    moment = local if group.output.kind is Kind.DATETIME else f"({text})::timestamp"
    return f"date_trunc('{group.grain}', {moment})::date"


def _order(plan: AggregatePlan, columns: list[str], params: dict[str, Any]) -> str:
    if plan.sorts_by_title:
        return ""
    out = []
    for order in plan.order:
        text = columns[order.column]
        if order.column < len(plan.groups) and (choices := plan.groups[order.column].choices):
            params[f"rank{order.column}"] = list(choices)
            text = f"array_position(%(rank{order.column})s::text[], {text})"
        else:
            text = str(order.column + 1)
        out.append(f"{text}{' DESC NULLS LAST' if order.descending else ''}")
    return ", ".join(out)
