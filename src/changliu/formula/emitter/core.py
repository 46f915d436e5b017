"""Tree to SQL: the entrance of the emitter, and which file knows which function."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from changliu.formula.emitter import changes, dates, lists, logic, numbers, rollups, texts, work
from changliu.formula.emitter.arguments import Templates, filled
from changliu.formula.emitter.fragment import EmitEnv, Fragment
from changliu.formula.emitter.machine import Emitter, Maker
from changliu.formula.emitter.row import Row
from changliu.formula.functions.work import CALENDAR
from changliu.formula.model import (
    Aggregate,
    Arithmetic,
    Call,
    Change,
    ExistsRows,
    Measure,
    Node,
    Unary,
)
from changliu.formula.reading import kinded
from changliu.formula.world import World

_TEMPLATES: Templates = numbers.MATH | texts.TEXTS | dates.DATES
_FUNCTIONS: dict[str, Callable[[Emitter, Any, Row], str]] = {
    **dict.fromkeys(("SUM", "AVG", "MIN", "MAX", "PRODUCT"), numbers.over_values),
    **dict.fromkeys(("CONTAINS", "STARTSWITH", "ENDSWITH"), texts.searched),
    "TEXT": texts.formatted,
    "TEXTJOIN": texts.joined,
    "CONCAT": texts.concatenated,
    "TODAY": dates.today,
    "NOW": dates.now,
    "DATETIME": dates.date_time,
    "DATEVALUE": dates.date_value,
    "WEEKDAY": dates.weekday,
    "DATEADD": dates.added,
    "DATEDIF": dates.between,
    **dict.fromkeys(("HOURSBETWEEN", "MINUTESBETWEEN"), dates.apart),
    "AGE": dates.age,
    **dict.fromkeys(
        ("ISTODAY", "THISWEEK", "THISMONTH", "THISQUARTER", "THISYEAR", "LASTDAYS", "NEXTDAYS"),
        dates.within,
    ),
    **dict.fromkeys(CALENDAR, work.worked),
    **dict.fromkeys(("IF", "IFS"), logic.if_else),
    "SWITCH": logic.switch,
    "CHOOSE": logic.choose,
    "IFBLANK": logic.if_blank,
    **dict.fromkeys(("ISBLANK", "NOTBLANK"), logic.blank),
    **dict.fromkeys(("COUNTBLANK", "COUNTTRUE"), logic.counted),
    "XOR": logic.exclusive,
    "BETWEEN": logic.between,
    **dict.fromkeys(("HAS", "HASANY", "HASALL", "HASNONE"), lists.held),
    "SIZE": lists.size,
    **dict.fromkeys(("GET", "GETNUM", "GETBOOL", "GETDATE", "HASKEY"), lists.json_value),
    "KEY": lists.key,
    "LABEL": lists.label,
    "OPTIONINDEX": lists.place,
    "JOIN": lists.joined,
    "ISME": lists.is_me,
    "ISMYTEAM": lists.is_my_team,
}


def _call(emitter: Emitter, node: Call, row: Row) -> str:
    maker = _FUNCTIONS.get(node.name)
    return maker(emitter, node, row) if maker else filled(_TEMPLATES, emitter, node, row)


_MAKERS: dict[type[Node], Maker] = {
    Arithmetic: numbers.arithmetic,
    Unary: numbers.unary,
    Call: _call,
    Aggregate: rollups.aggregate,
    Measure: rollups.measure,
    ExistsRows: rollups.exists_rows,
    Change: changes.change,
}


def emit(
    node: Node,
    world: World,
    *,
    object_id: str,
    env: EmitEnv,
    alias: str = "r",
    inline: bool = False,
    old_alias: str | None = None,
) -> Fragment:
    """The value of a tree: goes into SELECT, ORDER BY, GROUP BY, SET. A BOOL is never NULL.

    `alias` is the row of `object_id`, `old_alias` the same row before the changeset. `inline`
    writes constants into the text (DDL, indexes, stored definitions) instead of binding them.
    Joins are put into `env.joins`, once per path of the statement.
    """
    emitter = Emitter(world, env, _MAKERS, inline=inline)
    node = kinded(node, world, (object_id,))
    text = emitter.value(node, _row(world, object_id, env, alias, old_alias))
    return Fragment(text, emitter.params, tuple(emitter.used.values()))


def emit_condition(
    node: Node,
    world: World,
    *,
    object_id: str,
    env: EmitEnv,
    alias: str = "r",
    inline: bool = False,
    old_alias: str | None = None,
) -> Fragment:
    """A BOOL tree for WHERE, FILTER, ON, CASE WHEN: indexable, NULL counts as false."""
    emitter = Emitter(world, env, _MAKERS, inline=inline)
    node = kinded(node, world, (object_id,))
    text = emitter.condition(node, _row(world, object_id, env, alias, old_alias))
    return Fragment(text, emitter.params, tuple(emitter.used.values()))


def functions_sql() -> str:
    """The SQL functions formulas call, for the migration runner (schema changliu_fx)."""
    return files("changliu.formula").joinpath("functions.sql").read_text("utf-8")


def _row(world: World, object_id: str, env: EmitEnv, alias: str, old_alias: str | None) -> Row:
    owner = world.object(object_id)
    old = Row(owner, old_alias, env.joins) if old_alias else None
    return Row(owner, alias, env.joins, old=old)
