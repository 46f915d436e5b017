"""One batch of an import in an open transaction: cells, links, matches, one changeset."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from changliu.identity.directory import members_named, teams_named
from changliu.kit.errors import Fault
from changliu.records.changeset.model import Change, Changeset, RowResult
from changliu.records.changeset.service import submit
from changliu.records.context import Context
from changliu.transfer.cells import (
    Batch,
    CellFault,
    fill_links,
    fill_values,
    names_in,
    start_batch,
    texts_of,
)
from changliu.transfer.heading import folded
from changliu.transfer.links import Directory, Match, find_matches
from changliu.transfer.model import Counts, RowFault, record_id, row_fault
from changliu.transfer.plan import BoundColumn, ImportPlan
from changliu.transfer.reader import Line

Key = tuple[str, ...]

# Refusals of what is there already, in the file or among the records.
REPEATED = frozenset({"import.repeated", "field.not_unique"})


@dataclass(slots=True)
class Memory:
    """What an import remembers between batches; rebuilt from the file when it is resumed.

    `unique` is for a rehearsal only, whose batches are undone: by field, values of earlier rows
    and where they stood.
    """

    names: Directory = field(default_factory=Directory)
    keys: dict[int, int] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    unique: dict[str, dict[str, int]] | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """The import a batch belongs to; `name` is the file's. A quiet one sets off no automations."""

    id: UUID
    name: str
    plan: ImportPlan
    memory: Memory
    quiet: bool = False


Fate = Literal["created", "updated", "unchanged", "skipped"]
# Rows of each fate that a batch shows.
SHOWN = 10


@dataclass(slots=True)
class Outcome:
    """What became of a batch; `shown` are the first rows of every fate, with their values."""

    counts: Counts = field(default_factory=Counts)
    faults: list[RowFault] = field(default_factory=list)
    keys: dict[int, int] = field(default_factory=dict)
    shown: list[tuple[Fate, Line, dict[str, Any]]] = field(default_factory=list)

    def tell(self, fate: Fate, line: Line, values: dict[str, Any]) -> None:
        """Count a row, and show it when it is among the first of its fate."""
        count = getattr(self.counts, fate) + 1
        setattr(self.counts, fate, count)
        if count <= SHOWN:
            self.shown.append((fate, line, values))


async def run_first(context: Context, sweep: Sweep, lines: Sequence[Line]) -> Outcome:
    """Create or update the records of these rows; refused rows are told, the others stand."""
    plan = sweep.plan
    batch = start_batch(plan, lines)
    fill_values(plan, batch, plan.first)
    for column in plan.first:
        if column.role != "value":
            await _link(context, sweep, column, batch)
    outcome = Outcome()
    matches = await _matches(context, sweep, batch, outcome)
    changes: list[Change] = []
    rows: list[int] = []
    for index, line in enumerate(lines):
        if batch.faults[index]:
            continue
        change = _change(sweep, batch, index, line, matches)
        if change is not None and change.op == "create":
            batch.faults[index] += _taken_before(sweep, batch, index)
        if batch.faults[index]:
            continue
        if change is None:
            _count_unmatched(plan, batch, index, outcome)
        else:
            changes.append(change)
            rows.append(index)
    await _submit(context, sweep, batch, (changes, rows), outcome)
    _collect(batch, outcome)
    return outcome


async def run_second(context: Context, sweep: Sweep, lines: Sequence[Line]) -> Outcome:
    """Fill references between rows of the file, now that all of them stand."""
    plan = sweep.plan
    lines = [line for line in lines if line.row not in sweep.memory.refused]
    batch = start_batch(plan, lines)
    for column in plan.second:
        await _link(context, sweep, column, batch)
    linked = [index for index in range(len(lines)) if batch.values[index]]
    keyed = Batch([lines[index] for index in linked])
    fill_values(plan, keyed, plan.match)
    found = await _found(context, sweep, keyed)
    changes = []
    for place, index in enumerate(linked):
        match = found.get(_key(plan, keyed, place) or ())
        target = UUID(match[0].id) if match else record_id(sweep.id, lines[index].row)
        if plan.mode == "create":
            target = record_id(sweep.id, lines[index].row)
        changes.append(Change("update", plan.object.key, target, values=batch.values[index]))
    outcome = Outcome()
    results = await _results(context, sweep, changes)
    for index, result in zip(linked, results, strict=True):
        own = [f for f in result.faults if f.code != "record.missing"]
        batch.faults[index] += _cell_faults(plan, own)
        outcome.counts.linked += not result.refused
    for index, line in enumerate(lines):
        if batch.faults[index]:
            outcome.counts.unlinked += 1
            outcome.faults.append(row_fault(line, batch.faults[index]))
    return outcome


def keys_of(plan: ImportPlan, lines: Sequence[Line]) -> dict[int, int]:
    """Return the hashed match key of each row: what a resumed import must remember."""
    batch = start_batch(plan, lines)
    fill_values(plan, batch, plan.match)
    found: dict[int, int] = {}
    for index, line in enumerate(lines):
        key = _key(plan, batch, index)
        if key is not None:
            found.setdefault(hash(key), line.row)
    return found


async def _link(context: Context, sweep: Sweep, column: BoundColumn, batch: Batch) -> None:
    texts = texts_of(column, batch.lines)
    names = names_in(column, texts)
    found: dict[str, list[str]]
    if column.role == "member":
        found = _texts(await members_named(context.tx, names))
    elif column.role == "team":
        found = _texts(await teams_named(context.tx, names))
    else:
        assert column.target is not None
        assert column.by is not None
        target, by = column.target.key, column.by.key
        found = await sweep.memory.names.resolve(context, target, by, names)
        missing = [name for name in names if not found[name]]
        if missing and column.rule.reference and column.rule.reference.create_missing:
            await _make(context, sweep, column, missing)
            found = await sweep.memory.names.resolve(context, target, by, names)
    fill_links(column, batch, texts, found)


def _texts(found: dict[str, list[UUID]]) -> dict[str, list[str]]:
    return {name: [str(id_) for id_ in ids] for name, ids in found.items()}


async def _make(
    context: Context, sweep: Sweep, column: BoundColumn, names: Collection[str]
) -> None:
    """Create the records that cells name and that do not exist yet."""
    assert column.target is not None
    assert column.by is not None
    key, by, ordered = column.target.key, column.by.key, sorted(names)
    changes = [Change("create", key, values={by: name}) for name in ordered]
    for name, result in zip(ordered, await _results(context, sweep, changes), strict=True):
        if result.id is not None and not result.refused:
            sweep.memory.names.learn(key, by, name, result.id)


async def _matches(
    context: Context, sweep: Sweep, batch: Batch, outcome: Outcome
) -> dict[Key, list[Match]]:
    """Find the records that the rows' match fields recognise; tell rows that repeat a key."""
    plan = sweep.plan
    if not plan.match:
        return {}
    for index, line in enumerate(batch.lines):
        key = _key(plan, batch, index)
        if key is None:
            continue
        first = sweep.memory.keys.get(hash(key)) or outcome.keys.get(hash(key))
        if first is not None and first != line.row:
            batch.faults[index].append(_repeated(plan, key, first))
        outcome.keys.setdefault(hash(key), line.row)
    return await _found(context, sweep, batch)


async def _found(context: Context, sweep: Sweep, batch: Batch) -> dict[Key, list[Match]]:
    plan = sweep.plan
    keys = {_key(plan, batch, i) for i in range(len(batch.lines)) if not batch.faults[i]} - {None}
    fields = tuple(column.key for column in plan.match)
    wanted = [key for key in keys if key is not None]
    return await find_matches(context, plan.object.key, fields, wanted) if wanted else {}


def _key(plan: ImportPlan, batch: Batch, index: int) -> Key | None:
    values = batch.values[index]
    if not plan.match or any(c.key not in values for c in plan.match):
        return None
    return tuple(str(values[c.key]) for c in plan.match)


def _change(
    sweep: Sweep, batch: Batch, index: int, line: Line, matches: dict[Key, list[Match]]
) -> Change | None:
    """Return the change of a row, None where the mode has nothing to do with it."""
    plan = sweep.plan
    found = matches.get(_key(plan, batch, index) or (), [])
    if len(found) > 1:
        batch.faults[index].append(_several(plan, len(found)))
        return None
    if found:
        if plan.mode == "create":
            return None
        values = batch.values[index]
        return Change("update", plan.object.key, UUID(found[0].id), found[0].version, values)
    if plan.mode == "update":
        return None
    made = record_id(sweep.id, line.row)
    return Change("create", plan.object.key, made, values=batch.values[index])


def _count_unmatched(plan: ImportPlan, batch: Batch, index: int, outcome: Outcome) -> None:
    if batch.faults[index]:
        return
    if plan.mode == "create":
        outcome.tell("skipped", batch.lines[index], batch.values[index])
        return
    batch.faults[index].append(
        CellFault(
            plan.match[0].header if plan.match else None,
            "import.no_match",
            "没有可更新的记录，请改用 --mode both，或检查匹配字段。",
            "there is no record to update; use --mode both, or check the match field.",
        )
    )


async def _submit(
    context: Context,
    sweep: Sweep,
    batch: Batch,
    work: tuple[list[Change], list[int]],
    outcome: Outcome,
) -> None:
    changes, rows = work
    results = await _results(context, sweep, changes)
    for change, index, result in zip(changes, rows, results, strict=True):
        if result.refused:
            batch.faults[index] += _cell_faults(sweep.plan, result.faults)
        else:
            outcome.tell(_fate(change, result), batch.lines[index], batch.values[index])
            _keep_unique(sweep, batch, index)


def _fate(change: Change, result: RowResult) -> Fate:
    if change.op == "create":
        return "created"
    same = change.version is not None and result.version == change.version
    return "unchanged" if same else "updated"


async def _results(
    context: Context, sweep: Sweep, changes: Sequence[Change]
) -> Sequence[RowResult]:
    if not changes:
        return ()
    changeset = Changeset(
        changes,
        mode="each",
        via="import",
        reason=sweep.name[:200],
        parent=sweep.id,
        quiet=sweep.quiet,
    )
    return (await submit(context, changeset)).rows


def _collect(batch: Batch, outcome: Outcome) -> None:
    for index, line in enumerate(batch.lines):
        if batch.faults[index]:
            outcome.faults.append(row_fault(line, batch.faults[index]))
    outcome.counts.refused += len(outcome.faults)
    outcome.counts.repeated += sum(
        any(cell.code in REPEATED for cell in row.faults) for row in outcome.faults
    )


def _cell_faults(plan: ImportPlan, faults: Sequence[Fault]) -> list[CellFault]:
    headers: dict[str | None, Any] = {column.key: column.header for column in plan.columns}
    return [CellFault(headers.get(f.path), f.code, f.zh, f.en) for f in faults]


def _unique_values(sweep: Sweep, batch: Batch, index: int) -> Iterator[tuple[BoundColumn, str]]:
    for column in sweep.plan.first:
        value = batch.values[index].get(column.key)
        if column.field is not None and column.field.unique and value is not None:
            yield column, folded(str(value))


def _taken_before(sweep: Sweep, batch: Batch, index: int) -> list[CellFault]:
    """What a unique index would say had the earlier batches of a rehearsal been kept."""
    unique = sweep.memory.unique
    if unique is None:
        return []
    pairs = [
        (column, unique.get(column.key, {}).get(value))
        for column, value in _unique_values(sweep, batch, index)
    ]
    return [_twice(column, batch.values[index], row) for column, row in pairs if row is not None]


def _keep_unique(sweep: Sweep, batch: Batch, index: int) -> None:
    unique = sweep.memory.unique
    if unique is not None:
        for column, value in _unique_values(sweep, batch, index):
            unique.setdefault(column.key, {}).setdefault(value, batch.lines[index].row)


def _twice(column: BoundColumn, values: dict[str, Any], first: int) -> CellFault:
    shown = str(values[column.key])[:60]
    return CellFault(
        column.header,
        "import.repeated",
        f"文件第 {first} 条数据已有“{shown}”，请只保留一条。",
        f"row {first} of the file has '{shown}' already; keep one of them.",
        shown,
    )


def _repeated(plan: ImportPlan, key: Key, first: int) -> CellFault:
    shown = " / ".join(key)[:60]
    return CellFault(
        plan.match[0].header,
        "import.repeated",
        f"文件第 {first} 条数据已有“{shown}”，请只保留一条。",
        f"row {first} of the file has '{shown}' already; keep one of them.",
        shown,
    )


def _several(plan: ImportPlan, count: int) -> CellFault:
    return CellFault(
        plan.match[0].header,
        "import.ambiguous",
        f"有 {count} 条记录与本行匹配，请改用唯一的字段来匹配。",
        f"{count} records match this row; match by a unique field instead.",
    )
