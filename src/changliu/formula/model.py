"""The typed tree of a formula: what the checker makes, definitions store and emitters read.

Nodes name fields by id, never by label, so a rename touches no stored formula. Positions are
0-based character offsets of the text the tree came from; they take no part in equality.
"""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kind of a value. Money, percent, integer, duration are NUMBER; member, team are REF."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    MULTI = "multi"
    JSON = "json"
    REF = "ref"
    CHILDREN = "children"
    UUIDS = "uuids"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a formula; `start`, `end` are character offsets, end exclusive."""

    kind: Kind = field(default=Kind.BLANK, kw_only=True)
    start: int = field(default=0, kw_only=True, compare=False)
    end: int = field(default=0, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: Decimal (NUMBER), str (TEXT, option key of CHOICE, id of REF) or None (BLANK).

    `written` is the number as typed (`800万`); `of` is the (object, field) whose option this is.
    """

    value: Decimal | str | None = None
    written: str = ""
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TrueNode(Node):
    """TRUE."""

    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class FalseNode(Node):
    """FALSE."""

    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A field reached by field ids through references; `level` 0 is the innermost row in scope.

    Inside a child-list aggregate level 0 is the child row, level 1 the row that owns the list.
    Emitters take the kind from the catalogue, so code that builds trees may leave it out.
    """

    path: tuple[str, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Me(Node):
    """The acting member's id."""

    kind: Kind = field(default=Kind.REF, kw_only=True)


@dataclass(frozen=True, slots=True)
class Param(Node):
    """A value bound when the statement runs, under exactly this name (UUIDS, MULTI: an array)."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left op right`, op one of = <> < <= > >=; blank is never less, equals only blank."""

    op: str
    left: Node
    right: Node
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class In(Node):
    """The value equals one of the items."""

    value: Node
    items: tuple[Node, ...]
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class InParam(Node):
    """The value is an element of an array bound when the statement runs."""

    value: Node
    param: Param
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class And(Node):
    """Every item holds; true without items."""

    items: tuple[Node, ...]
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Some item holds; false without items."""

    items: tuple[Node, ...]
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The item does not hold; true when the item is blank."""

    item: Node
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left op right`, op one of + - * / ^; dates: date ± days, date - date = days."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-item` or `item%`."""

    op: str
    item: Node
    kind: Kind = field(default=Kind.NUMBER, kw_only=True)


@dataclass(frozen=True, slots=True)
class Concat(Node):
    """`a & b & …`: texts joined, blanks skipped."""

    items: tuple[Node, ...]
    kind: Kind = field(default=Kind.TEXT, kw_only=True)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the registry by its canonical English name."""

    name: str
    args: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """SUM, COUNT, EXISTS … over the rows of a child list.

    `path` leads from the row at `level` to the list; `value` and `filters` see the child row as
    level 0. `separator` belongs to JOIN.
    """

    name: str
    path: tuple[str, ...]
    level: int = 0
    value: Node | None = None
    filters: tuple[Node, ...] = ()
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """COUNT, SUM, AVG … over the rows of a group (`/query`), with an optional row condition."""

    name: str
    value: Node | None = None
    condition: Node | None = None


@dataclass(frozen=True, slots=True)
class Change(Node):
    """OLD, CHANGED, CHANGEDTO or BECAME: compares the row with itself before the changeset."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ExistsRows(Node):
    """Some row of `object_id` has `field_id` equal to `value` and satisfies `condition`.

    `value` belongs to the outer row; in `condition` level 0 is the row looked for. `few`: the
    condition alone leaves few rows; they are then read once, and an index on the value serves.
    """

    object_id: str
    field_id: str
    value: Node
    condition: Node | None = None
    few: bool = False
    kind: Kind = field(default=Kind.BOOL, kw_only=True)


@dataclass(frozen=True, slots=True)
class Slot(Node):
    """A part of a browser tree whose value the server computes.

    `of` is the (object, field) with the options of a choice; `reads` are the record's own fields
    from which the value starts: once one of them is edited, it says what was before.
    """

    index: int
    of: tuple[str, str] | None = None
    reads: tuple[str, ...] = ()


_CLASSES: dict[str, type[Node]] = {c.__name__: c for c in Node.__subclasses__()}
PARTS: dict[type[Node], tuple[str, ...]] = {
    made: tuple(f.name for f in fields(made) if "Node" in str(f.type) or f.type is Param)
    for made in _CLASSES.values()
}
"""Per class the attributes that hold nodes, or tuples of nodes, in reading order."""
_UNSAVED = ("start", "end")
_SIGNS = ("is", "v")


def children(node: Node) -> list[Node]:
    """The direct parts of a node, in reading order."""
    found: list[Node] = []
    for name in PARTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            found += value
        elif value is not None:
            found.append(value)
    return found


def walk(node: Node) -> Iterator[Node]:
    """The node and all its parts, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def to_json(node: Node) -> dict[str, Any]:
    """The tree as plain JSON: `{"is": class, …}`; numbers as decimal strings, defaults left out."""
    out: dict[str, Any] = {"is": type(node).__name__}
    for item in fields(node):
        value = getattr(node, item.name)
        if item.name not in _UNSAVED and (item.default is MISSING or value != item.default):
            out[item.name] = _plain(value)
    return out


def from_json(obj: dict[str, Any]) -> Node:
    """The tree of `to_json`, or of a browser tree. ValueError for anything else."""
    try:
        made = _CLASSES[obj["is"]]
        given = {key: _typed(key, value) for key, value in obj.items() if key not in _SIGNS}
        if made is Literal and given.get("kind") is Kind.NUMBER:
            given["value"] = Decimal(given["value"])
        return made(**given)
    except (KeyError, TypeError, ArithmeticError) as problem:
        raise ValueError(f"not a formula tree: {obj!r:.200}") from problem


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return to_json(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.value if isinstance(value, Kind) else value


def _typed(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return from_json(value)
    if isinstance(value, list):
        return tuple(_typed("", item) for item in value)
    return Kind(value) if key == "kind" else value
