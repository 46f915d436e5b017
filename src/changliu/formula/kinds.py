"""The rules of kinds: what may be compared, added, chosen between, and read from a literal."""

import re
from datetime import date, datetime
from uuid import UUID

from changliu.formula.errors import FormulaError, closest, refuse
from changliu.formula.model import Kind, Literal, Node
from changliu.formula.world import FieldFact, fold

_ORDERED = frozenset({Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME})
_EQUAL = _ORDERED | {Kind.BOOL, Kind.CHOICE, Kind.REF}
_DAYS = frozenset({Kind.DATE, Kind.DATETIME})
_TEXTS = frozenset({Kind.TEXT, Kind.CHOICE})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?")


def comparable(op: str, left: Kind, right: Kind) -> bool:
    """Whether `left op right` is allowed (after literals were adapted)."""
    if Kind.BLANK in (left, right):
        return op in ("=", "<>") or {left, right} <= _ORDERED | {Kind.BLANK}
    if left is right:
        return left in (_EQUAL if op in ("=", "<>") else _ORDERED)
    pair = {left, right}
    return pair == _DAYS or (pair == _TEXTS and op in ("=", "<>"))


def arithmetic(op: str, left: Kind, right: Kind) -> Kind | None:
    """The kind of `left op right`, or None when it has no meaning. Blank counts as a number."""
    left, right = (Kind.NUMBER if kind is Kind.BLANK else kind for kind in (left, right))
    if left is Kind.NUMBER and right is Kind.NUMBER:
        return Kind.NUMBER
    if op in "+-" and left in _DAYS and right is Kind.NUMBER:
        return left
    if op == "+" and left is Kind.NUMBER and right in _DAYS:
        return right
    if op == "-" and left in _DAYS and right in _DAYS:
        return Kind.NUMBER
    return None


def merged(kinds: list[Kind]) -> Kind | int:
    """The one kind that holds all these (blanks fit anywhere), or the index of the first misfit."""
    whole = Kind.BLANK
    for index, kind in enumerate(kinds):
        kind = Kind.TEXT if kind is Kind.CHOICE else kind
        if whole is Kind.BLANK or whole is kind:
            whole = kind
        elif {whole, kind} == _DAYS:
            whole = Kind.DATETIME
        elif kind is not Kind.BLANK:
            return index
    return whole


def adapted(node: Node, kind: Kind, fact: FieldFact | None, owner_id: str) -> Node:
    """A text literal read as what it is compared with: an option, a date, a record's id.

    FormulaError: option, date. Other nodes come back as they are.
    """
    if not isinstance(node, Literal) or node.kind is not Kind.TEXT or kind is Kind.TEXT:
        return node
    text, at = str(node.value or ""), (node.start, node.end)
    if text == "":
        return Literal(None, kind=Kind.BLANK, start=node.start, end=node.end)
    if kind in _DAYS:
        return _moment(text, at)
    if kind in (Kind.CHOICE, Kind.MULTI) and fact is not None:
        key = _option(text, fact, at)
        return Literal(key, of=(owner_id, fact.id), kind=Kind.CHOICE, start=at[0], end=at[1])
    if kind in (Kind.REF, Kind.UUIDS) and (known := _uuid(text)):
        return Literal(known, kind=Kind.REF, start=at[0], end=at[1])
    return node


def _option(text: str, fact: FieldFact, at: tuple[int, int]) -> str:
    option = fact.option(text)
    if option:
        return option.key
    if not fact.options:
        return text
    known = {fold(name): name for o in fact.options for name in (o.key, *o.names)}
    suggestion = closest(fold(text), known)
    shown = fact.names[1] if len(fact.names) > 1 else fact.names[0]
    raise refuse("option", *at, name=text, field=shown, suggestion=suggestion)


def _moment(text: str, at: tuple[int, int]) -> Literal:
    try:
        if _DATE.fullmatch(text):
            value, kind = date.fromisoformat(text).isoformat(), Kind.DATE
        elif _TIME.fullmatch(text):
            moment = datetime.fromisoformat(text)
            value, kind = moment.isoformat(" "), Kind.DATETIME
        else:
            raise ValueError(text)
    except ValueError:
        raise _not_a_date(text, at) from None
    return Literal(value, kind=kind, start=at[0], end=at[1])


def _not_a_date(text: str, at: tuple[int, int]) -> FormulaError:
    return refuse("date", *at, name=text)


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
