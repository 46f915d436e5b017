"""Files in which several rows are the lines of one record: rows to groups, groups to lists.

1. A row goes on with the record above it when its columns of the record are blank or the same; with
   match fields, when those are.
2. A record takes each cell from the first row that fills it; a row that says otherwise is refused.
3. What is wrong with one row is told there, and at the others that the record was not written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.fields.types.lines import MAX_LINES
from changliu.kit.errors import Fault
from changliu.records.context import Context
from changliu.records.query.service import fetch
from changliu.transfer.cells import Batch, CellFault, fill_values, start_batch
from changliu.transfer.linking import link
from changliu.transfer.model import RowFault, row_fault
from changliu.transfer.needing import NEEDED
from changliu.transfer.plan import ImportPlan
from changliu.transfer.reader import Line
from changliu.transfer.sweep import Sweep

# Records whose lines are read at a time: a page holds at most ten full lists.
RECORDS = 10

GROUP = "import.group"

Values = dict[str, Any]


@dataclass(slots=True)
class Group:
    """The rows of one record; `head` has the record's cells, `sent` the row of each line sent."""

    head: Line
    rows: list[Line]
    faults: dict[int, list[CellFault]] = field(default_factory=dict)
    sent: list[int | None] = field(default_factory=list)


def goes_on(plan: ImportPlan, first: Line, line: Line) -> bool:
    """Say whether a row belongs to the record that begins at `first`."""
    places = [c.place for c in plan.match] or [c.place for c in plan.columns if not c.holder]
    return all(_cell(plan, line, p) in ("", _cell(plan, first, p)) for p in places)


def grouped(plan: ImportPlan, lines: Sequence[Line]) -> list[Group]:
    """Return the rows by record; without columns of lines each row is one."""
    if not plan.detail:
        return [Group(line, [line]) for line in lines]
    groups: list[Group] = []
    for line in lines:
        if groups and goes_on(plan, groups[-1].rows[0], line):
            groups[-1].rows.append(line)
        else:
            groups.append(Group(line, [line]))
    for group in groups:
        _head(plan, group)
    return groups


def _head(plan: ImportPlan, group: Group) -> None:
    """Gather the record's cells, and note the rows that say otherwise."""
    cells = list(group.rows[0].cells)
    for column in (c for c in plan.columns if not c.holder):
        place = column.place
        for line in group.rows:
            text = _cell(plan, line, place)
            known = _text(cells, place)
            if text and (not known or known in plan.nulls):
                cells += [""] * (place + 1 - len(cells))
                cells[place] = text
            elif text and text != known:
                group.faults.setdefault(line.row, []).append(_differs(column.header, text, known))
    first = group.rows[0]
    group.head = Line(first.row, first.line, cells, None)


async def fill_detail(
    context: Context, sweep: Sweep, groups: Sequence[Group], batch: Batch, made: dict[str, int]
) -> None:
    """Read the columns of lines into the records' values; what is wrong stays with its row."""
    plan = sweep.plan
    if not plan.detail:
        return
    holder = plan.detail[0].holder
    inner = start_batch(plan, [line for group in groups for line in group.rows])
    owners = [index for index, group in enumerate(groups) for _ in group.rows]
    idle = {i for i in range(len(groups)) if not batch.comes_to_something(i)}
    inner.idle = frozenset(at for at, index in enumerate(owners) if index in idle)
    fill_values(plan, inner, plan.detail, constants=False)
    for column in plan.detail:
        if column.role != "value":
            await link(context, sweep, column, inner, made)
    for at in range(len(inner.lines)):
        inner.refuse_open(at)
    batch.made += [{owners[at] for at in rows} for rows in inner.made]
    rows = iter(zip(inner.values, inner.faults, strict=True))
    for index, group in enumerate(groups):
        found = _gather(group, rows)
        if found:
            batch.values[index][str(holder)] = found
        if index not in idle and (len(found) > MAX_LINES or group.faults):
            batch.faults[index] += _whole(group, len(found))


def _gather(group: Group, read: Iterator[tuple[Values, list[CellFault]]]) -> list[Values]:
    """Return the lines of a group from the rows as read, which are taken off."""
    found: list[Values] = []
    for line, (values, faults) in zip(group.rows, read, strict=False):
        if faults:
            group.faults.setdefault(line.row, []).extend(faults)
        if values:
            found.append(values)
            group.sent.append(line.row)
    return found


def _whole(group: Group, lines: int) -> list[CellFault]:
    if group.faults:
        return [_with_others(min(group.faults))]
    return [
        CellFault(
            None,
            "lines.too_many",
            f"有 {lines} 行明细，最多 {MAX_LINES} 行，请拆成几条记录。",
            f"there are {lines} lines, at most {MAX_LINES} are allowed; split the record.",
        )
    ]


async def join_lines(
    context: Context, sweep: Sweep, groups: Sequence[Group], batch: Batch, known: dict[int, UUID]
) -> None:
    """Let the lines of records that exist keep their ids: `known` are the ids by group."""
    plan = sweep.plan
    if not plan.detail:
        return
    holder = str(plan.detail[0].holder)
    wanted = [i for i in known if holder in batch.values[i]]
    for start in range(0, len(wanted), RECORDS):
        page = wanted[start : start + RECORDS]
        ids = [known[i] for i in page]
        records = await fetch(context.tx, context.access, context.catalogue, plan.object, ids)
        there = {record["id"]: record["values"].get(holder) or [] for record in records}
        for index in page:
            old = there.get(str(known[index]), [])
            new = batch.values[index][holder]
            joined, sent = _joined(plan, old, (new, groups[index].sent))
            batch.values[index][holder], groups[index].sent = joined, sent


def _joined(
    plan: ImportPlan, old: Sequence[Values], new: tuple[list[Values], list[int | None]]
) -> tuple[list[Values], list[int | None]]:
    """Return the list to send, and the row each line of it came from (None: it was there)."""
    keep, keys = plan.keeps_lines, plan.line_match
    free = [line["id"] for line in old]
    key_of = {line["id"]: _key(keys, line) for line in old}
    pairs: list[tuple[str | None, Values, int | None]] = []
    for line, row in zip(*new, strict=True):
        key = _key(keys, line)
        same = (id_ for id_ in free if not keys or key_of[id_] == key)
        known = next(same, None)
        if known is not None:
            free.remove(known)
        pairs.append((known, line, row))
    if not keep:
        made = [({**line, "id": known} if known else line, row) for known, line, row in pairs]
        return [line for line, _ in made], [row for _, row in made]
    changed = {known: (line, row) for known, line, row in pairs if known}
    lines: list[Values] = []
    rows: list[int | None] = []
    for line in old:
        values, row = changed.get(line["id"], ({}, None))
        lines.append({**values, "id": line["id"]})
        rows.append(row)
    added = [(line, row) for known, line, row in pairs if not known]
    return lines + [line for line, _ in added], rows + [row for _, row in added]


def _key(keys: Sequence[str], line: Values) -> tuple[str, ...]:
    values = (line.get(key) for key in keys)
    return tuple(str(v["id"] if isinstance(v, dict) else v) for v in values)


def tell_groups(
    plan: ImportPlan, groups: Sequence[Group], batch: Batch, written: dict[int, Sequence[Fault]]
) -> list[RowFault]:
    """Return the refused rows; `written` are refusals of the write, by group."""
    told: list[RowFault] = []
    for index, group in enumerate(groups):
        if not batch.faults[index]:
            continue
        own = {row: list(faults) for row, faults in group.faults.items()}
        if own:
            heads = [fault for fault in batch.faults[index] if fault.code != GROUP]
            own.setdefault(group.rows[0].row, []).extend(heads)
            own = {row: faults for row, faults in own.items() if faults}
        else:
            own = _placed(plan, group, batch.faults[index], written.get(index, ()))
        for line in group.rows:
            faults = own.get(line.row) or [_with_others(min(own))]
            told.append(row_fault(line, faults))
    return told


def _placed(
    plan: ImportPlan, group: Group, faults: list[CellFault], written: Sequence[Fault]
) -> dict[int, list[CellFault]]:
    """Put each fault at the row it is about: the record's at the first."""
    own: dict[int, list[CellFault]] = {}
    first = group.rows[0].row
    headers = {column.key: column.header for column in plan.detail}
    for fault in written:
        _, _, rest = (fault.path or "").partition(".")
        number, _, key = rest.partition(".")
        if not number.isdigit():
            continue
        sent = group.sent[int(number)] if int(number) < len(group.sent) else None
        code = NEEDED if plan.asks_for(fault) else fault.code
        cell = CellFault(headers.get(key), code, fault.zh, fault.en)
        own.setdefault(sent or first, []).append(cell)
    if not own:
        own[first] = faults
    return own


def _differs(header: str, text: str, known: str) -> CellFault:
    return CellFault(
        header,
        "import.differs",
        f"与同一条记录的上一行不一致（“{known[:40]}”），请改成一样，或留空。",
        f"differs from the record's row above ('{known[:40]}'); make them alike, or leave it"
        " blank.",
        text,
    )


def _with_others(row: int) -> CellFault:
    return CellFault(
        None,
        GROUP,
        f"同一条记录的第 {row} 行有误，整条记录没有写入；请一并改正后重新导入。",
        f"row {row} of the same record is wrong and none of it was written; correct it and import"
        " them together.",
    )


def _cell(plan: ImportPlan, line: Line, place: int) -> str:
    text = _text(line.cells, place)
    return "" if text in plan.nulls else text


def _text(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""
