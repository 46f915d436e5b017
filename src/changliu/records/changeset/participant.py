"""How other rooms take part in a write: typed clauses, compiled into the plan once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from changliu.formula.model import Node
from changliu.schema.model import Catalogue, Object


class Placement(StrEnum):
    """Where in the sequence a clause works; all clauses of one placement are one statement."""

    DERIVE = "derive"
    CHECK = "check"
    RECHECK = "recheck"
    REACT = "react"


@dataclass(frozen=True, slots=True)
class SetField:
    """derive: where the condition holds, field (by id) := tree."""

    field: str
    tree: Node


@dataclass(frozen=True, slots=True)
class Violation:
    """check, recheck: where the condition holds, this is wrong, at this field (by key)."""

    code: str
    zh: str
    en: str
    path: str | None = None
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Enqueue:
    """react: where the condition holds, a job of this kind gets the record's id."""

    job: str


Outcome = SetField | Violation | Enqueue


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition over new and old row and what follows from it; `id` is stable and logged.

    `ops` are the operations it watches.
    """

    id: str
    placement: Placement
    condition: Node
    outcome: Outcome
    ops: tuple[str, ...] = ("create", "update")


class Participant(Protocol):
    """A room that has a say in writes to an object; called when a plan is compiled."""

    def clauses(self, target: Object, catalogue: Catalogue) -> Sequence[Clause]:
        """Return this room's clauses for one object at one catalogue version."""
        ...


@dataclass(frozen=True, slots=True)
class Participants:
    """The rooms that take part in writes, in the order main.py lists them."""

    items: tuple[Participant, ...] = ()
