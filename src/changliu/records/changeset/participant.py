"""How other rooms take part in a write: typed clauses, compiled into the plan once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from changliu.formula.model import Column, Kind, Node
from changliu.formula.world import Option
from changliu.kit.db import Tx
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
class Shown:
    """How a value in a message reads: its kind, its options, and whether it is a percentage."""

    kind: Kind
    options: tuple[Option, ...] = ()
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A field whose value a message tells; `shown` is None where the caller may not read it."""

    tree: Column
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """check, recheck: where the condition holds, this is wrong, at this field (by key).

    `{0}`, `{1}` … in the texts stand for `values`; without values braces are plain text. `about`
    is told to programs beside the code, such as which rule it was.
    """

    code: str
    zh: str
    en: str
    path: str | None = None
    blocking: bool = True
    values: tuple[Value, ...] = ()
    about: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Enqueue:
    """react: where the condition holds, a job of this kind gets the record's id.

    Automations stay quiet when a changeset is taken back; clocks and scores do not (`on_revert`).
    What is not wanted `at_once` wakes no worker: one finds it when it looks, within seconds.
    """

    job: str
    on_revert: bool = False
    at_once: bool = True


Outcome = SetField | Violation | Enqueue


@dataclass(frozen=True, slots=True)
class Match:
    """check: another live record has the same key of these (field id, method), and this one is new
    or has come by it; `tells_owner` fills `{0}` of the message with whose record it is.

    All records count, also those the caller does not see; those that are alike by less than
    `at_least` (0 to 1) do not. With `joins` a new record may be put into the one that is there.
    """

    terms: tuple[tuple[str, str], ...]
    tells_owner: bool = False
    at_least: float = 0
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition over new and old row and what follows from it; `id` is stable and logged.

    `ops` are the operations it watches; a `match` has to hold beside the condition. A `version` is
    noted in the history of what is written.
    """

    id: str
    placement: Placement
    condition: Node
    outcome: Outcome
    ops: tuple[str, ...] = ("create", "update")
    version: int | None = None
    match: Match | None = None


class Participant(Protocol):
    """A room that has a say in writes to an object; called when a plan is compiled."""

    async def clauses(self, tx: Tx, target: Object, catalogue: Catalogue) -> Sequence[Clause]:
        """Return this room's clauses for one object at one catalogue version.

        `tx` is the transaction of the write: what was published before it is seen.
        """
        ...


@dataclass(frozen=True, slots=True)
class Participants:
    """The rooms that take part in writes, in the order main.py lists them."""

    items: tuple[Participant, ...] = ()
