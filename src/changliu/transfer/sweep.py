"""One sweep over a file: what it remembers between batches, what became of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from changliu.records.changeset.model import Change, Changeset, Result
from changliu.records.changeset.service import submit
from changliu.records.context import Context
from changliu.transfer.links import Directory
from changliu.transfer.model import Counts, RowFault
from changliu.transfer.plan import ImportPlan
from changliu.transfer.reader import Line


@dataclass(slots=True)
class Memory:
    """What an import remembers between batches; rebuilt from the file when it is resumed.

    `unique` and `made` are for a rehearsal only, whose batches are undone: by field, values of
    earlier rows and where they stood; names (by object) of records made along.
    """

    names: Directory = field(default_factory=Directory)
    keys: dict[int, int] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    unique: dict[str, dict[str, int]] | None = None
    made: set[tuple[str, str]] = field(default_factory=set)

    def is_new(self, object_key: str, name: str) -> bool:
        """Say whether a record made along counts: each once, though every batch is undone."""
        if self.unique is None:
            return True
        known = (object_key, name) in self.made
        self.made.add((object_key, name))
        return not known


@dataclass(frozen=True, slots=True)
class Sweep:
    """The import a batch belongs to; `name` is the file's. A quiet one sets off no automations."""

    id: UUID
    name: str
    plan: ImportPlan
    memory: Memory
    quiet: bool = False


Fate = Literal["created", "updated", "unchanged", "skipped"]
# Rows of each fate that are shown.
SHOWN = 50


@dataclass(slots=True)
class Shown:
    """A row that came to something: the values it sends, the record it makes or finds, and, of a
    trial, what that record is called and what changes there, as its history would tell."""

    fate: Fate
    line: Line
    values: dict[str, Any]
    record: UUID | None = None
    title: str | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What became of a batch; `shown` are the first rows of every fate."""

    counts: Counts = field(default_factory=Counts)
    faults: list[RowFault] = field(default_factory=list)
    keys: dict[int, int] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)

    def tell(
        self, fate: Fate, line: Line, values: dict[str, Any], record: UUID | None = None
    ) -> None:
        """Count a row, and show it when it is among the first of its fate."""
        count = getattr(self.counts, fate) + 1
        setattr(self.counts, fate, count)
        if count <= SHOWN:
            self.shown.append(Shown(fate, line, values, record))


async def submitted(context: Context, sweep: Sweep, changes: Sequence[Change]) -> Result:
    """Hand the changes to records as a part of the import, each row for itself."""
    if not changes:
        return Result(None, ())
    changeset = Changeset(
        changes,
        mode="each",
        via="import",
        reason=sweep.name[:200],
        parent=sweep.id,
        quiet=sweep.quiet,
    )
    return await submit(context, changeset)
