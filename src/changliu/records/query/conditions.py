"""Conditions as rows of a filter builder, and back: what fits into field, operator, value.

A group is `{join: and | or, not?, items}`; a row `{field, op, value?, not?}`. `op` is a comparison
(`=`, `<>`, `<`, `<=`, `>`, `>=`), `in` (a list), `is` (a yes/no field) or the name of a function of
`ASKED` or, with a list, of `HELD`. A value is a decimal string, a text, an option's key,
`{me: true}`, `{date: ISO}` or `{today: days from today}`. A formula that says more has no rows: it
stays text.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from changliu.formula import FormulaError, Mode, compile_text, print_tree
from changliu.formula.model import (
    And,
    Arithmetic,
    Call,
    Column,
    Compare,
    In,
    Kind,
    Me,
    Node,
    Not,
    Or,
    Unary,
)
from changliu.formula.model import Literal as Constant
from changliu.kit.errors import Fault, Invalid
from changliu.kit.labels import Language
from changliu.records.query.paths import refused, resolve
from changliu.records.query.reader import Reader

MAX_ITEMS, MAX_DEPTH, MAX_TEXT = 100, 6, 2_000
# Functions that ask one thing of a field.
ASKED = frozenset(
    {
        *("ISBLANK", "NOTBLANK", "CONTAINS", "STARTSWITH", "ENDSWITH", "ISTODAY", "THISWEEK"),
        *("THISMONTH", "THISQUARTER", "THISYEAR", "LASTDAYS", "NEXTDAYS", "ISMYTEAM"),
    }
)
# Functions that ask which of several values a list holds.
HELD = frozenset({"HASANY", "HASALL", "HASNONE"})
COMPARED = ("=", "<>", "<", "<=", ">", ">=")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Moment(_Part):
    """A value that moves: the caller, a day, or days from today."""

    me: Literal[True] | None = None
    date: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    today: int | None = Field(None, ge=-36_500, le=36_500, strict=True)


Text = Annotated[str, Field(max_length=MAX_TEXT)]
Value = Text | Moment


class ConditionRow(_Part):
    """A field, an operator, a value."""

    field: str = Field(min_length=1, max_length=400)
    op: str = Field(max_length=20)
    value: Value | list[Value] | None = None
    negated: bool = Field(False, alias="not")


class ConditionGroup(_Part):
    """Rows and groups of which all, or any, have to hold."""

    join: Literal["and", "or"] = "and"
    negated: bool = Field(False, alias="not")
    items: "list[ConditionGroup | ConditionRow]" = Field(max_length=MAX_ITEMS)


class ToConditionsBody(_Part):
    """The body of POST /formulas/to-conditions."""

    object: str = Field(max_length=60)
    formula: str = Field(max_length=10_000)


class FromConditionsBody(_Part):
    """The body of POST /formulas/from-conditions."""

    object: str = Field(max_length=60)
    conditions: ConditionGroup


Json = dict[str, Any]


def to_conditions(reader: Reader, request: ToConditionsBody, language: Language) -> Json:
    """Return `{formula, conditions}`; `conditions` is null for what only text can say.

    Raises `NotFound` for the object and `Invalid` with start and end for the formula.
    """
    return _answer(reader, request.object, request.formula, language)


def from_conditions(reader: Reader, request: FromConditionsBody, language: Language) -> Json:
    """Return `{formula, conditions}` of rows; raises `Invalid` naming the row that is wrong."""
    found = reader.object(request.object)
    text = _Writer(reader, found.id).group(request.conditions, "conditions", 1)
    return _answer(reader, request.object, text, language)


def _answer(reader: Reader, object_key: str, text: str, language: Language) -> Json:
    found, world = reader.object(object_key), reader.catalogue.world
    if not text.strip():
        return {"formula": "", "conditions": {"join": "and", "items": []}}
    try:
        node = compile_text(text, world, found.id, Mode.CONDITION, reader.readable).node
    except FormulaError as error:
        raise refused("formula", error) from error
    rows = _Rows(reader, found.id).item(node)
    if rows is not None and "items" not in rows:
        rows = {"join": "and", "items": [rows]}
    return {"formula": print_tree(node, world, found.id, language), "conditions": rows}


class _Rows:
    """Reads a tree into rows; None wherever it says more than a row can."""

    def __init__(self, reader: Reader, object_id: str) -> None:
        self.reader, self.object_id = reader, object_id

    def item(self, node: Node) -> Json | None:
        if isinstance(node, And | Or):
            items = [self.item(part) for part in node.items]
            join = "and" if isinstance(node, And) else "or"
            return None if None in items else {"join": join, "items": items}
        if isinstance(node, Not):
            inner = self.item(node.item)
            return inner and {**inner, "not": not inner.get("not", False)}
        if isinstance(node, Column):
            return self.row(node, "is") if node.kind is Kind.BOOL else None
        return self.asked(node)

    def asked(self, node: Node) -> Json | None:
        if isinstance(node, Compare):
            value = _value(node.right)
            return self.row(node.left, node.op, value) if value is not None else None
        if isinstance(node, In):
            values = [_value(each) for each in node.items]
            return None if None in values else self.row(node.value, "in", values)
        if isinstance(node, Call) and node.name in {*HELD, "HAS"}:
            values = [_value(each) for each in node.args[1:]]
            op = "HASANY" if node.name == "HAS" else node.name
            return None if None in values else self.row(node.args[0], op, values)
        if isinstance(node, Call) and node.name in ASKED and len(node.args) <= 2:
            if len(node.args) == 1:
                return self.row(node.args[0], node.name)
            value = _value(node.args[1])
            return self.row(node.args[0], node.name, value) if value is not None else None
        return None

    def row(self, column: Node, op: str, value: Any = None) -> Json | None:
        if not isinstance(column, Column) or column.level:
            return None
        world, here, names = self.reader.catalogue.world, self.object_id, []
        for field_id in column.path:
            fact = world.object(here).fields[field_id]
            names.append(fact.names[0])
            here = fact.target or here
        made: Json = {"field": ".".join(names), "op": op}
        return made if value is None else {**made, "value": value}


def _value(node: Node) -> Any:
    if isinstance(node, Me):
        return {"me": True}
    if isinstance(node, Constant):
        return f"{node.value:f}" if isinstance(node.value, Decimal) else node.value
    if isinstance(node, Unary):
        inner = _value(node.item) if node.op == "-" else None
        return f"-{inner}" if isinstance(inner, str) and inner[:1] != "-" else None
    if isinstance(node, Call) and node.name == "DATE":
        with suppress(ValueError, TypeError):
            return {"date": date(*(_whole(part) for part in node.args)).isoformat()}
    if isinstance(node, Call) and node.name == "TODAY":
        return {"today": 0}
    if isinstance(node, Arithmetic) and node.op in "+-" and _value(node.left) == {"today": 0}:
        with suppress(ValueError):
            return {"today": _whole(node.right) * (1 if node.op == "+" else -1)}
    return None


def _whole(node: Node) -> int:
    """Return a constant whole number; raises ValueError for anything else."""
    value = node.value if isinstance(node, Constant) else None
    if not isinstance(value, Decimal) or value != int(value):
        raise ValueError
    return int(value)


class _Writer:
    """Writes rows as a formula, each checked by itself so that its mistake is told at its place."""

    def __init__(self, reader: Reader, object_id: str) -> None:
        self.reader, self.object_id = reader, object_id

    def group(self, group: ConditionGroup, place: str, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise _wrong(place, f"条件最多嵌套 {MAX_DEPTH} 层。", f"Nest {MAX_DEPTH} deep at most.")
        parts = []
        for at, item in enumerate(group.items):
            where = f"{place}.items.{at}"
            inner = isinstance(item, ConditionGroup)
            text = self.group(item, where, depth + 1) if inner else self.row(item, where)  # type: ignore[arg-type]
            if text:
                parts.append(f"({text})")
        text = f" {group.join.upper()} ".join(parts)
        return f"NOT({text})" if group.negated and text else text

    def row(self, row: ConditionRow, place: str) -> str:
        path = resolve(self.reader, self.object_id, row.field, f"{place}.field")
        name = ".".join(f"[{part.strip('[]【】 ')}]" for part in row.field.split("."))
        text = self.asked(row, name, path.kind, place)
        text = f"NOT({text})" if row.negated else text
        world = self.reader.catalogue.world
        try:
            compile_text(text, world, self.object_id, Mode.CONDITION, self.reader.readable)
        except FormulaError as error:
            raise _wrong(place, error.zh, error.en, f"formula.{error.code}") from error
        return text

    def asked(self, row: ConditionRow, name: str, kind: Kind, place: str) -> str:
        values = row.value if isinstance(row.value, list) else [row.value]
        if row.op == "is":
            return name
        if row.op in ("ISBLANK", "NOTBLANK") or (row.op in ASKED and row.value is None):
            return f"{row.op}({name})"
        known = {"LASTDAYS": Kind.NUMBER, "NEXTDAYS": Kind.NUMBER}.get(row.op, kind)
        said = self.values(values, known, place)
        if row.op == "in":
            return f"{name} IN ({', '.join(said)})"
        if row.op in HELD:
            return f"{row.op}({name}, {', '.join(said)})"
        if row.op in COMPARED and len(said) == 1:
            return f"{name} {row.op} {said[0]}"
        if row.op in ASKED and len(said) == 1:
            return f"{row.op}({name}, {said[0]})"
        zh, en = f"不认识运算“{row.op}”。", f"There is no operator '{row.op}'."
        raise _wrong(f"{place}.op", zh, en)

    def values(self, given: Sequence[Value | None], kind: Kind, place: str) -> list[str]:
        made = []
        for value in given:
            text = _typed(value, kind)
            if text is None:
                raise _wrong(f"{place}.value", "请填写合适的值。", "Give a value that fits.")
            made.append(text)
        if not made:
            raise _wrong(f"{place}.value", "请至少选择一个值。", "Choose one value at least.")
        return made


def _typed(value: Value | None, kind: Kind) -> str | None:
    if isinstance(value, Moment):
        return _moment(value)
    if value is None:
        return None
    if kind is not Kind.NUMBER:
        return '"' + value.replace('"', '""') + '"'
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) < 40 else None


def _moment(value: Moment) -> str | None:
    if value.me:
        return "ME()"
    if value.today is not None:
        sign = "-" if value.today < 0 else "+"
        return f"TODAY(){sign}{abs(value.today)}" if value.today else "TODAY()"
    try:
        day = date.fromisoformat(value.date or "")
    except ValueError:
        return None
    return f"DATE({day.year},{day.month},{day.day})"


def _wrong(place: str, zh: str, en: str, code: str = "condition.row") -> Invalid:
    return Invalid("condition.row", zh, en, [Fault(code, zh, en, place)])
