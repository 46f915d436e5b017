"""What the parser makes: the formula's shape before any name is looked up."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Syntax:
    """A part of the text; `depth` counts the levels below and including this one."""

    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a path or a call."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Syntax):
    """A number as typed and its value (`800万` is 8000000)."""

    written: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Syntax):
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Syntax):
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Path(Syntax):
    """`a.b.c`."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Invoke(Syntax):
    """`name(args)`."""

    name: Name
    args: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Binary(Syntax):
    """`left op right`: a comparison or arithmetic."""

    op: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Many(Syntax):
    """AND, OR or & over any number of items."""

    op: str
    items: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Prefix(Syntax):
    """`-item`, `item%` or NOT item."""

    op: str
    item: Syntax


@dataclass(frozen=True, slots=True)
class Among(Syntax):
    """`value IN (items)`."""

    value: Syntax
    items: tuple[Syntax, ...]
