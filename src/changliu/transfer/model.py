"""An import under way: what was asked, how far it is, what became of it; no I/O."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from changliu.kit.copies import Copy
from changliu.transfer.cells import CellFault
from changliu.transfer.mapping import Mode
from changliu.transfer.plan import BATCH_ROWS
from changliu.transfer.reader import Line

# A file is often named after somebody; values are mapped by what cells say.
COPIES = (
    Copy(
        "import_job", texts=("file",),
        json=("mapping", "described", "body", "guesses", "preview", "failure"),
    ),
    Copy("import_mapping", json=("body",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import: the file, the object, and how; blanks take what the mapping file says."""

    file: Path
    object: str | None = None
    mapping: Path | None = None
    match: tuple[str, ...] = ()
    mode: Mode | None = None
    dry_run: bool = False
    restart: bool = False
    batch_rows: int = BATCH_ROWS


@dataclass(slots=True)
class Counts:
    """Rows by what became of them; `unchanged` ones were found as the file says, `repeated` are
    those of the `refused` that are there already. `linked` and `unlinked` count the second sweep,
    which fills references between rows of the file; `lines` those written with their records.
    `made` counts, by object, what was made along:
    records that cells name, teams and leaders of members. `alike` are those that a duplicate rule
    found and that were written: with a warning, or put into the record that was there."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    unchanged: int = 0
    refused: int = 0
    repeated: int = 0
    alike: int = 0
    linked: int = 0
    unlinked: int = 0
    lines: int = 0
    made: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return self.created + self.updated + self.unchanged + self.skipped + self.refused

    def add(self, other: "Counts") -> None:
        """Add the counts of a batch."""
        for name, count in other.as_json().items():
            if name != "made":
                setattr(self, name, getattr(self, name) + count)
        both = {*self.made, *other.made}
        self.made = {key: self.made.get(key, 0) + other.made.get(key, 0) for key in both}

    def as_json(self) -> dict[str, Any]:
        """Return the counts by name."""
        return {
            "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "skipped": self.skipped, "refused": self.refused, "repeated": self.repeated,
            "linked": self.linked, "unlinked": self.unlinked, "lines": self.lines,
            "made": self.made, "alike": self.alike,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowFault:
    """A refused row: where it stands, its cells, what was wrong."""

    row: int
    line: int
    cells: tuple[str, ...]
    faults: tuple[CellFault, ...]


@dataclass(slots=True)
class Progress:
    """How far an import is: rows read in this sweep out of `total`, seconds so far."""

    total: int
    done: int = 0
    sweep: int = 1
    seconds: float = 0.0
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of an import: its id (None for a dry run and for members), the file's header,
    counts, the first refused rows, the rows that were left out as totals."""

    id: UUID | None
    object: str
    header: tuple[str, ...]
    counts: Counts
    faults: tuple[RowFault, ...]
    seconds: float
    resumed_at: int = 0
    left_out: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what a program wants to know."""
        return {
            "id": str(self.id) if self.id else None,
            "object": self.object,
            **self.counts.as_json(),
            "seconds": round(self.seconds, 3),
            "resumed_at": self.resumed_at,
            "left_out": list(self.left_out),
        }


Report = Callable[[Progress], None]


def record_id(import_id: UUID, row: int) -> UUID:
    """Return the id of the record a row creates: a UUIDv7 of the import's moment, the same on
    every attempt, so a row can never be created twice."""
    seed = hashlib.sha256(import_id.bytes + row.to_bytes(8, "big")).digest()
    random = int.from_bytes(seed[:10], "big") & ((1 << 74) - 1)
    high, low = random >> 62, random & ((1 << 62) - 1)
    moment = import_id.int >> 80
    return UUID(int=moment << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def row_fault(line: Line, faults: list[CellFault]) -> RowFault:
    """Return the refused row of a line."""
    return RowFault(line.row, line.line, tuple(line.cells), tuple(faults))


State = Literal["draft", "running", "done", "cancelled", "failed"]
# Whether automations are set off by what an import writes.
Automations = Literal["run", "quiet"]


@dataclass(frozen=True, slots=True)
class Import:
    """An import that came over HTTP, as stored.

    `described` says what the file is, `body` the mapping as it stands, `preview` what a trial of
    its `revision` found, `failure` why the work stopped (code, zh, en). `reverted_at` is of
    members.
    """

    id: UUID
    object: str
    file: str
    state: State
    member: UUID
    upload: UUID | None
    described: dict[str, Any]
    body: dict[str, Any]
    guesses: list[dict[str, Any]]
    revision: int
    preview: dict[str, Any] | None
    quiet: bool
    sweep: int
    place: int
    counts: Counts
    failure: dict[str, Any] | None
    started_at: datetime
    changed_at: datetime
    reverted_at: datetime | None = None
