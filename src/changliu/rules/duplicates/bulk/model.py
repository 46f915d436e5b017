"""A search for records alike and what it found; no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from changliu.kit.copies import Trace
from changliu.rules.duplicates.model import DuplicateBody

TRACES = (Trace("duplicate_pair", ("one", "two")), Trace("duplicate_different", ("one", "two")))
# The kind of its job.
SEARCH = "duplicate.search"
# Records looked at in one transaction; pairs kept of one record, and of a whole search: more is
# better narrowed by the rule than read.
STEP, MOST_OF_ONE, MOST = 2_000, 20, 100_000

State = Literal["running", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Search:
    """A rule's search: `done` of about `total` records have been looked at, up to the id `at`."""

    rule: str
    run: UUID
    object: str
    version: int
    body: DuplicateBody
    member: UUID
    state: State
    at: UUID | None
    done: int
    total: int
    pairs: int
    started_at: datetime
    changed_at: datetime

    def as_json(self, object_key: str, live: int | None) -> dict[str, Any]:
        """Return `{rule, object, state, progress, full, outdated, started_at, changed_at}`.

        `progress` is a share from 0 to 1: how many records there are, not everybody may know.
        """
        share = 1.0 if self.state == "done" else min(self.done / max(self.total, 1), 0.99)
        return {
            "rule": self.rule,
            "object": object_key,
            "state": self.state,
            "progress": round(share, 2),
            "full": self.pairs >= MOST,
            "outdated": live != self.version,
            "started_at": self.started_at,
            "changed_at": self.changed_at,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs: alike by `at_least`, `record` among them, behind (score, one, two)."""

    at_least: float = 0
    record: UUID | None = None
    after: tuple[str, UUID, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records alike: by which group of terms how much, and per record whose it is and whether
    the caller reads it; the older one first."""

    one: UUID
    two: UUID
    part: int
    score: str
    scores: list[float]
    owners: tuple[str | None, str | None]
    readable: tuple[bool, bool]
