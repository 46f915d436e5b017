"""A change of type on its way; what the room needs to know of records' history. No I/O."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from changliu.kit.copies import Copy
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict
from changliu.kit.labels import Language

# What could not be converted is told with an example.
COPIES = (Copy("retype", json=("fault",)),)
# Still under way: filling the column, then following the history until the swap.
RUNNING = ("fill", "follow")
# How long the column of before is kept once the field reads another.
KEPT = timedelta(days=30)

_STATES = {
    "fill": ("正在转换已有记录", "converting existing records"),
    "follow": ("正在转换期间的新改动", "converting what was written meanwhile"),
    "done": ("已完成", "done"),
    "failed": ("没有完成，字段保持原样", "not done; the field is as it was"),
    "cancelled": ("已取消，字段保持原样", "cancelled; the field is as it was"),
}


@dataclass(frozen=True, slots=True)
class Changes:
    """The history of records, as `records` tells it: entries are numbered as they are written.

    `latest(tx)` is the highest number; `between(tx, object, after, upto, limit)` the records of an
    object with entries in (after, upto], lowest first, and the number up to which they go.
    """

    latest: Callable[[Tx], Awaitable[int]]
    between: Callable[[Tx, str, tuple[int, int], int], Awaitable[tuple[list[UUID], int]]]


@dataclass(frozen=True, slots=True)
class Retype:
    """One change of type. `wanted` is the field's body to be, `former` its type and settings of
    before; `place` the last record filled, `seen` the last entry of history looked at."""

    id: int
    object: str
    field: str
    wanted: dict[str, Any]
    confirm: str
    source: str
    target: str
    state: str
    place: UUID | None
    seen: int
    total: int
    done: int
    unconverted: int
    fault: dict[str, Any] | None
    former: dict[str, Any]
    started_at: datetime
    started_by: UUID
    ended_at: datetime | None

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return it in one language; counts are records."""
        words = _STATES[self.state][language == "en"]
        kept = self.ended_at + KEPT if self.ended_at and self.state == "done" else None
        return {
            "state": self.state,
            "message": words,
            "from": self.former["type"],
            "to": self.wanted["type"],
            "total": self.total,
            "done": min(self.done, self.total),
            "unconverted": self.unconverted,
            "fault": self.fault and self.fault[language],
            "started_at": _iso(self.started_at),
            "ended_at": self.ended_at and _iso(self.ended_at),
            "kept_until": kept and _iso(kept),
        }


@dataclass(slots=True)
class Survey:
    """What the values of a field would become, counted over at most `MOST` records.

    `examples` are `(record, value as text, reason zh, en)` of values that have no place.
    """

    rows: int = 0
    examined: int = 0
    filled: int = 0
    refused: int = 0
    examples: list[tuple[UUID, str, str, str]] = field(default_factory=list)

    def as_json(self, language: Language, *, values: bool) -> dict[str, Any]:
        """Return the counts, and examples: with their values where the caller may read them."""
        examples = [
            {"id": str(record), "message": en if language == "en" else zh, "value": value}
            for record, value, zh, en in self.examples
        ]
        return {
            "rows": self.rows,
            "examined": self.examined,
            "filled": self.filled,
            "convertible": self.filled - self.refused,
            "unconvertible": self.refused,
            "examples": examples if values else [],
        }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def already_running(label: dict[str, str]) -> Conflict:
    """Return the refusal of a second change of type while the first goes on."""
    return Conflict(
        "field.retyping",
        f"“{label['zh-CN']}”正在改类型，请等它完成，或先取消（DELETE …/retype）。",
        f"'{label['en']}' is changing its type; wait until it is done, or cancel it first"
        " (DELETE …/retype).",
    )
