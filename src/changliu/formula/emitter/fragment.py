"""What emission gives and takes: fragments of SQL, the joins they need, the names they may use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from changliu.formula.model import Node

TREE_PARAM = "my_tree"


@dataclass(frozen=True, slots=True)
class Join:
    """One LEFT JOIN a fragment needs: its alias, text and the parameters of its guard."""

    alias: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL in psycopg's %(name)s style (literal % doubled), its parameters and needed joins."""

    text: str
    params: dict[str, Any] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()

    @property
    def plain(self) -> str:
        """The text for a statement sent without parameters, such as CREATE INDEX."""
        return self.text.replace("%%", "%")


Guard: TypeAlias = Callable[[str, str], Fragment | Node | None]
"""The caller's read predicate of (object id, alias); None for all rows.

A Node is read with level 0 = the guarded row, over all rows (no guard inside the guard).
"""


Veil: TypeAlias = Callable[[str, str], Node | None]
"""On which rows the caller may read (object id, field id); None for all. Read as a guard's Node."""


class Joins:
    """The joins of one statement: the same hop from the same alias is made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Join] = {}

    def get(self, alias: str, field_id: str) -> Join | None:
        """The join that follows this field from this alias, if it was made."""
        return self._made.get((alias, field_id))

    def put(self, alias: str, field_id: str, join: Join) -> None:
        """Remember a join; call in the order in which SQL must name them."""
        self._made[alias, field_id] = join

    def all(self) -> tuple[Join, ...]:
        """Every join in order."""
        return tuple(self._made.values())

    def sql(self) -> str:
        """All joins as text that begins with a space, or nothing."""
        return "".join(f" {join.text}" for join in self._made.values())

    def params(self) -> dict[str, Any]:
        """The parameters of all guards."""
        return {name: value for join in self._made.values() for name, value in join.params.items()}


@dataclass(slots=True)
class EmitEnv:
    """Names and surroundings shared by all fragments of one statement; make one per statement.

    `prefix` begins every generated alias and parameter. TODAY, NOW and ME read the parameters
    `today_param` (date in `timezone`), `now_param` (aware), `me_param` (uuid); ISMYTEAM also reads
    `TREE_PARAM` (uuid[]: the member's teams and those below). `guard` narrows
    every hop and child list to what the caller may read; None computes over all rows. `veil` makes
    a field blank on rows where the caller may not read it.
    """

    prefix: str = "f"
    now_param: str = "now"
    today_param: str = "today"
    me_param: str = "me"
    timezone: str = "Asia/Shanghai"
    guard: Guard | None = None
    veil: Veil | None = None
    joins: Joins = field(default_factory=Joins)
    counter: int = 0

    def fresh(self, letter: str) -> str:
        """A name not used in this statement."""
        self.counter += 1
        return f"{self.prefix}{letter}{self.counter}"
