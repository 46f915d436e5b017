"""A purge under way, and what other rooms keep about records; no I/O."""

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from changliu.kit.copies import Trace
from changliu.kit.db import Tx

TRACES = (Trace("history_personal"), Trace("search_key"), Trace("follow"), Trace("hint"))


@dataclass(frozen=True, slots=True)
class Doomed:
    """An object that goes: its id (also its table), its key, its columns of files."""

    id: str
    key: str
    files: tuple[str, ...]


# Takes away what a room keeps about an object beside its records, of before an instant: another
# object may have the key since.
Ender = Callable[[Tx, Doomed, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Traces:
    """What rooms keep about records and about objects, as main.py lists it."""

    items: tuple[Trace, ...] = ()
    enders: tuple[Ender, ...] = ()


@dataclass(frozen=True, slots=True)
class Purge:
    """A purge: `done` of `total` records are gone, up to `place` in the object number `at`."""

    id: UUID
    subject: str
    objects: tuple[Doomed, ...]
    fields: tuple[str, ...]
    member: UUID
    state: Literal["running", "done"]
    at: int
    place: UUID | None
    done: int
    total: int
    started_at: datetime
    ended_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return `{id, state, done, total, started_at, ended_at}`."""
        return {
            "id": self.id, "state": self.state, "done": self.done, "total": self.total,
            "started_at": self.started_at, "ended_at": self.ended_at,
        }  # fmt: skip


def stretches(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of consecutive numbers, each as (first, last), lowest first."""
    first = last = None
    for number in sorted(numbers):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last


class Stretches:
    """Numbers of entries as (first, last), lowest first, to look numbers up in."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        self._pairs, self._firsts = pairs, [first for first, _ in pairs]

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._firsts, number) - 1
        return at >= 0 and number <= self._pairs[at][1]
