"""The order in which many hits are told, and where a page of them ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from changliu.records.search.found import ORDER, Hit
from changliu.records.search.targets import Target


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows of one way to match, newest first: which of their hits belong here, and which stage
    follows (None: it is the last)."""

    target: Target
    how: str
    matches: tuple[str, ...]
    then: int | None

    @property
    def lines(self) -> bool:
        """Whether records are found through their lines here."""
        return self.target.above is not None

    def takes(self, hit: Hit) -> bool:
        """Say whether a hit is told here, not at a stage before."""
        return hit.match in self.matches


# Where a search begins: all that begins with the text at once, or what is all of a field first.
TOGETHER, APART, PART = 0, 1, 3


def stages_of(target: Target, *, single: bool) -> tuple[Stage, ...]:
    """Return the stages of a search; one character is looked for at the beginning of titles."""
    lines = () if single else target.lines
    part = None if single else PART
    after = [PART + 1 + at for at in range(len(lines))]
    own = (
        Stage(target, "prefix", ORDER[:2], part),
        Stage(target, "exact", ORDER[:1], 2),
        Stage(target, "prefix", ORDER[1:2], part),
        Stage(target, "part", ORDER[2:], next(iter(after), None)),
    )
    nexts = (*after[1:], None)
    return (
        *own,
        *(Stage(line, "part", ORDER, then) for line, then in zip(lines, nexts, strict=False)),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: of many hits the stage and its last row's keys (None: before its first
    row), of few the last hit's rank, time of entry and id."""

    stage: int
    keys: tuple[str, ...] | None = None

    @staticmethod
    def at_row(stage: int, keys: Sequence[Any], row: str) -> "Place":
        """Return the place of a row by its sort keys and id."""
        texts = (str(k.isoformat()) if hasattr(k, "isoformat") else str(k) for k in keys)
        return Place(stage, (*texts, row))

    @staticmethod
    def at_hit(hit: Hit) -> "Place":
        """Return the place of a hit among few."""
        match, untitled = hit.rank
        return Place(match * 2 + untitled, (hit.created_at, hit.id))

    def precedes(self, hit: Hit) -> bool:
        """Say whether a hit among few comes behind this place: later rank, older, higher id."""
        other = Place.at_hit(hit)
        if self.stage != other.stage or self.keys is None or other.keys is None:
            return self.stage < other.stage
        (entered, id_), (theirs, their_id) = self.keys, other.keys
        return theirs < entered or (theirs == entered and their_id > id_)

    def as_list(self) -> list[Any]:
        """Return what a cursor carries."""
        return [self.stage, self.keys]


def read_place(values: Sequence[Any]) -> Place | None:
    """Return the place a cursor carries, None without one."""
    if not values:
        return None
    stage, keys = values
    return Place(int(stage), None if keys is None else tuple(keys))
