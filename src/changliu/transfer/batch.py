"""One batch of an import in an open transaction: cells, links, matches, one changeset."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from changliu.kit.errors import Fault
from changliu.records.changeset.joining import JOINED
from changliu.records.changeset.model import Change, RowResult
from changliu.records.context import Context
from changliu.transfer.cells import Batch, CellFault, fill_values, makes_missing, start_batch
from changliu.transfer.detail import fill_detail, grouped, join_lines, tell_groups
from changliu.transfer.foreseeing import foresee
from changliu.transfer.heading import folded
from changliu.transfer.linking import link
from changliu.transfer.links import Match, find_matches
from changliu.transfer.model import record_id, row_fault
from changliu.transfer.needing import NEEDED
from changliu.transfer.plan import IDENTITY, BoundColumn, ImportPlan
from changliu.transfer.reader import Line
from changliu.transfer.settling import settle
from changliu.transfer.sweep import Fate, Outcome, Sweep, submitted

Key = tuple[str, ...]

# Refusals of what is there already, in the file or among the records.
REPEATED = frozenset({"import.repeated", "field.not_unique", "record.duplicate"})
# What a duplicate rule says of a row that is written.
ALIKE = frozenset({"record.duplicate", JOINED})


class _Again(Exception):  # noqa: N818 -- control flow, never seen outside
    """Take a batch back and do it again."""


async def run_first(context: Context, sweep: Sweep, lines: Sequence[Line]) -> Outcome:
    """Create or update the records of these rows; refused rows are told, the others stand.

    A record made along for rows that all come to nothing is not made: the batch is taken back and
    done again without it.
    """
    if not any(makes_missing(column) for column in sweep.plan.columns):
        return (await _first(context, sweep, lines, {}))[0]
    memory, idle = sweep.memory, dict[int, list[CellFault]]()
    counted = set(memory.made)
    with suppress(_Again):
        async with context.tx.savepoint():
            outcome, batch, written = await _first(context, sweep, lines, {})
            if all(rows & written for rows in batch.made):
                return outcome
            idle = {i: batch.faults[i] for i in range(len(batch.lines)) if i not in written}
            raise _Again
    memory.names.known.clear()
    memory.made = counted
    return (await _first(context, sweep, lines, idle))[0]


async def _first(
    context: Context, sweep: Sweep, lines: Sequence[Line], idle: Mapping[int, list[CellFault]]
) -> tuple[Outcome, Batch, set[int]]:
    """Do the batch; rows of `idle` are known to come to nothing, and why. Returns the rows that
    were written, too."""
    plan = sweep.plan
    groups = grouped(plan, lines)
    batch = start_batch(plan, [group.head for group in groups])
    batch.idle = frozenset(idle)
    fill_values(plan, batch, plan.first)
    for index, faults in idle.items():
        batch.faults[index] = list(faults)
    outcome = Outcome()
    for column in plan.first:
        if column.role != "value":
            await link(context, sweep, column, batch, outcome.counts.made)
    await fill_detail(context, sweep, groups, batch, outcome.counts.made)
    matches = await _matches(context, sweep, batch, outcome)
    await settle(context, plan, batch, _there(plan, batch, matches))
    changes: list[Change] = []
    rows: list[int] = []
    for index, line in enumerate(batch.lines):
        if batch.faults[index]:
            continue
        change = _change(sweep, batch, index, line, matches)
        if change is not None and change.op == "create":
            batch.faults[index] += _taken_before(sweep, batch, index)
        if batch.faults[index]:
            continue
        if change is None:
            _count_unmatched(plan, batch, index, matches, outcome)
        else:
            changes.append(change)
            rows.append(index)
    there = {i: c.id for i, c in zip(rows, changes, strict=True) if c.op == "update" and c.id}
    await join_lines(context, sweep, groups, batch, there)
    refused = await _submit(context, sweep, batch, (changes, rows), outcome)
    if plan.detail:
        kept = [i for i in rows if not batch.faults[i]]
        outcome.counts.lines += sum(row is not None for i in kept for row in groups[i].sent)
        outcome.faults += tell_groups(plan, groups, batch, refused)
        count_refused(outcome)
    else:
        collect(batch, outcome)
    return outcome, batch, {index for index in rows if not batch.faults[index]}


async def run_second(context: Context, sweep: Sweep, lines: Sequence[Line]) -> Outcome:
    """Fill references between rows of the file, now that all of them stand."""
    plan = sweep.plan
    heads = [group.head for group in grouped(plan, lines)]
    lines = [line for line in heads if line.row not in sweep.memory.refused]
    batch = start_batch(plan, lines)
    outcome = Outcome()
    for column in plan.second:
        await link(context, sweep, column, batch, outcome.counts.made)
    keyed = Batch(lines)
    fill_values(plan, keyed, plan.match)
    keyed.idle = frozenset(
        i for i in range(len(lines)) if not batch.values[i] and not batch.open[i]
    )
    there = _there(plan, keyed, await _found(context, sweep, keyed))
    await settle(context, plan, batch, there)
    linked = [index for index in range(len(lines)) if batch.values[index]]
    changes = []
    for index in linked:
        target = there.get(index) or record_id(sweep.id, lines[index].row)
        changes.append(Change("update", plan.object.key, target, values=batch.values[index]))
    results = (await submitted(context, sweep, changes)).rows
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
    batch = start_batch(plan, [group.head for group in grouped(plan, lines)])
    fill_values(plan, batch, plan.match)
    found: dict[int, int] = {}
    for index, line in enumerate(batch.lines):
        key = _key(plan, batch, index)
        if key is not None:
            found.setdefault(hash(key), line.row)
    return found


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
    rows = [i for i in range(len(batch.lines)) if batch.comes_to_something(i)]
    keys = {_key(plan, batch, i) for i in rows} - {None}
    fields = tuple(column.key for column in plan.match)
    wanted = [key for key in keys if key is not None]
    return await find_matches(context, plan.object.key, fields, wanted) if wanted else {}


def _there(plan: ImportPlan, batch: Batch, matches: Mapping[Key, list[Match]]) -> dict[int, UUID]:
    """Return the record of each row that brings one up to date."""
    if plan.mode == "create":
        return {}
    pairs = ((i, matches.get(_key(plan, batch, i) or (), [])) for i in range(len(batch.lines)))
    return {index: UUID(found[0].id) for index, found in pairs if len(found) == 1}


def _key(plan: ImportPlan, batch: Batch, index: int) -> Key | None:
    values = batch.values[index]
    if not plan.match or any(c.key not in values for c in plan.match):
        return None
    return tuple(_plain(c, str(values[c.key])) for c in plan.match)


def _plain(column: BoundColumn, text: str) -> str:
    """A value as the database writes it: ids in small letters."""
    if column.key != IDENTITY:
        return text
    try:
        return str(UUID(text))
    except ValueError:  # no record's
        return str(UUID(int=0))


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
    if any(c.given and c.key in batch.values[index] for c in plan.match):
        batch.faults[index].append(_gone(plan, batch.values[index]))
        return None
    if plan.mode == "update":
        return None
    made = record_id(sweep.id, line.row)
    return Change("create", plan.object.key, made, values=batch.values[index])


def _count_unmatched(
    plan: ImportPlan,
    batch: Batch,
    index: int,
    matches: dict[Key, list[Match]],
    outcome: Outcome,
) -> None:
    if batch.faults[index]:
        return
    if plan.mode == "create":
        there = UUID(matches[_key(plan, batch, index) or ()][0].id)
        outcome.tell("skipped", batch.lines[index], batch.values[index], there)
        return
    batch.faults[index].append(
        CellFault(
            plan.match[0].header if plan.match else None,
            "import.no_match",
            "没有可更新的记录；要新建它，请改为“新增，已有的更新”（mode: both），或检查匹配字段。",
            "there is no record to update; to create it use mode: both, or check the match field.",
        )
    )


async def _submit(
    context: Context,
    sweep: Sweep,
    batch: Batch,
    work: tuple[list[Change], list[int]],
    outcome: Outcome,
) -> dict[int, Sequence[Fault]]:
    """Write; return what was refused of each row."""
    told: dict[int, Sequence[Fault]] = {}
    changes, rows = work
    sent = [replace(change, values=sweep.plan.written(change.values)) for change in changes]
    written = await submitted(context, sweep, sent)
    for change, index, result in zip(changes, rows, written.rows, strict=True):
        if result.refused:
            told[index] = result.faults
            batch.faults[index] += _cell_faults(sweep.plan, result.faults)
        else:
            fate = _fate(change, result)
            outcome.tell(fate, batch.lines[index], batch.values[index], result.id)
            outcome.counts.alike += any(w.code in ALIKE for w in result.warnings)
            _keep_unique(sweep, batch, index)
    if context.rehearsing:
        await foresee(context, sweep.plan.object, written.id, outcome.shown)
    return told


def _fate(change: Change, result: RowResult) -> Fate:
    if change.op == "create" and not any(w.code == JOINED for w in result.warnings):
        return "created"
    same = change.version is not None and result.version == change.version
    return "unchanged" if same else "updated"


def collect(batch: Batch, outcome: Outcome) -> None:
    """Tell the refused rows of a batch, and count them."""
    for index, line in enumerate(batch.lines):
        if batch.faults[index]:
            outcome.faults.append(row_fault(line, batch.faults[index]))
    count_refused(outcome)


def count_refused(outcome: Outcome) -> None:
    """Count the refused rows of a batch, and those that are there already."""
    outcome.counts.refused += len(outcome.faults)
    outcome.counts.repeated += sum(
        any(cell.code in REPEATED for cell in row.faults) for row in outcome.faults
    )


def _cell_faults(plan: ImportPlan, faults: Sequence[Fault]) -> list[CellFault]:
    headers: dict[str | None, Any] = {c.key: c.header for c in plan.columns if not c.holder}
    return [
        CellFault(headers.get(f.path), NEEDED if plan.asks_for(f) else f.code, f.zh, f.en)
        for f in faults
    ]


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
    return [
        _twice(column, batch.values[index], row)
        for column, row in pairs
        if row not in (None, batch.lines[index].row)
    ]


def _keep_unique(sweep: Sweep, batch: Batch, index: int) -> None:
    unique = sweep.memory.unique
    if unique is not None:
        for column, value in _unique_values(sweep, batch, index):
            unique.setdefault(column.key, {}).setdefault(value, batch.lines[index].row)


def _twice(column: BoundColumn, values: dict[str, Any], first: int | None) -> CellFault:
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


def _gone(plan: ImportPlan, values: dict[str, Any]) -> CellFault:
    column = next(c for c in plan.match if c.given and c.key in values)
    return CellFault(
        column.header,
        "import.no_match",
        "没有这条记录（可能已删除，或您看不到）；要作为新记录导入，请清空这一格。",
        "there is no such record (it may be deleted, or not for you); to import the row as a new"
        " record, leave this cell blank.",
        str(values[column.key])[:60],
    )


def _several(plan: ImportPlan, count: int) -> CellFault:
    return CellFault(
        plan.match[0].header,
        "import.ambiguous",
        f"有 {count} 条记录与本行匹配，请改用唯一的字段来匹配。",
        f"{count} records match this row; match by a unique field instead.",
    )
