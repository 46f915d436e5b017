"""What goes into a write and what comes out; no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from uuid import UUID

from changliu.kit.errors import Fault

Op = Literal["create", "update", "delete", "restore"]
# What may be asked for: a merge becomes an update of the record that stays and deletes.
Asked = Literal["create", "update", "delete", "restore", "merge"]
OPS: tuple[Asked, ...] = get_args(Asked)
# Operations that move a whole row in or out of the trash and take no values.
MOVES: tuple[Op, ...] = ("delete", "restore")
Mode = Literal["all", "each"]

# Bounds of one changeset (design §4): more is a chain of changesets.
MAX_CHANGES = 10_000
MAX_BYTES = 16 * 1024 * 1024
# Records merged into one at once, and rows such a merge may move along: a big account's children.
MAX_SOURCES = 50
MAX_MOVED = 50_000
# Up to this many rows the steps are glued into one statement; above, temp tables (research §4.2).
SMALL = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change as it came in: `values` by field key, wire shape, plus owner and team.

    `version` is the version the caller saw; None means "whatever is there". A merge names in
    `sources` the records that go into this one, and as values where each field's value comes from;
    `seen` are the versions of those records the caller saw, in the same order, or nothing.
    """

    op: Asked
    object: str
    id: UUID | None = None
    version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[UUID, ...] = ()
    seen: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Changeset:
    """Everything one actor changes at once: who is in the context, through what is `via`.

    `parent` groups a chain (an import); `caused_by` names the changeset that set this one off,
    `reverts` the one it takes back. A `quiet` one, like a revert, sets off no automations. `about`
    is what the door tells beside the rows: kept with the answer where a key is given.
    """

    changes: Sequence[Change]
    mode: Mode = "all"
    via: str = "api"
    reason: str | None = None
    dry_run: bool = False
    idempotency_key: str | None = None
    body_hash: bytes | None = None
    parent: UUID | None = None
    caused_by: UUID | None = None
    reverts: UUID | None = None
    quiet: bool = False
    about: Mapping[str, Any] | None = None


@dataclass(slots=True)
class RowResult:
    """What became of one change: id and version, or what was wrong; warnings beside either.

    A dry run counts in `along` the records that would go with it, by object key, and tells in
    `taken` which fields of a merge would change, and whose value each takes. `closed`: its faults
    say that a record asked for may not be seen or touched, and nothing else.
    """

    id: UUID | None = None
    version: int | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    along: dict[str, int] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    closed: bool = False

    @property
    def refused(self) -> bool:
        """Whether a blocking fault stands against the change."""
        return bool(self.faults)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a changeset: its id, a result per change in order, and whether it is a replay.

    `id` is None for a dry run; `about` is that of the changeset, of a replay the one kept then.
    """

    id: UUID | None
    rows: tuple[RowResult, ...]
    replayed: bool = False
    about: Mapping[str, Any] | None = None
