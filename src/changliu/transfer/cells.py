"""Cells to wire values, a column at a time; what does not fit becomes a fault at its cell."""

import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from changliu.fields.lists import entries_of
from changliu.fields.options import OptionSettings
from changliu.kit.errors import Fault
from changliu.transfer.guarding import bare
from changliu.transfer.plan import BoundColumn, ImportPlan
from changliu.transfer.reader import Line

# Day 0 of spreadsheets, which count a 29 February 1900 that never was.
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 -- as written, without a zone
_SERIAL = re.compile(r"[2-7][0-9]{4}(\.[0-9]+)?").fullmatch
_UNIT = re.compile(r"[千万亿]").search
# Ids a name stands for: none, one, or (a fault) several.
Found = Map[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell (or, without a column, the whole row)."""

    column: str | None
    code: str
    zh: str
    en: str
    value: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fault as it is stored."""
        shown = None if self.value is None else self.value[:200]
        return {
            "column": self.column, "code": self.code, "zh": self.zh, "en": self.en, "value": shown,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a column stand for; `told` says why some stand for none or several, `gone`
    whom they meant that can no longer be chosen."""

    found: Found
    told: Map[str, CellFault] = field(default_factory=dict)
    gone: Found = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell by which one of several ids is meant, and what to say if none of them is."""

    candidates: tuple[str, ...]
    fault: CellFault


@dataclass(slots=True)
class Batch:
    """Some rows under conversion: their values so far and what was wrong, row by row."""

    lines: Sequence[Line]
    values: list[dict[str, Any]] = field(default_factory=list)
    faults: list[list[CellFault]] = field(default_factory=list)
    # Rows that are known to come to nothing, and for each record made along the rows naming it.
    idle: frozenset[int] = frozenset()
    made: list[set[int]] = field(default_factory=list)
    # By row and key, cells that wait for what their record has.
    open: list[dict[str, OpenCell]] = field(default_factory=list)

    def refuse_open(self, index: int) -> None:
        """Refuse what is still open in a row."""
        self.faults[index] += [cell.fault for cell in self.open[index].values()]
        self.open[index].clear()

    def comes_to_something(self, index: int) -> bool:
        """Say whether a row is still to be written."""
        return not self.faults[index] and index not in self.idle

    def __post_init__(self) -> None:
        self.values = [{} for _ in self.lines]
        self.faults = [[] for _ in self.lines]
        self.open = [{} for _ in self.lines]


def start_batch(plan: ImportPlan, lines: Sequence[Line]) -> Batch:
    """Return the rows with their shape checked: as many cells as there are columns."""
    batch = Batch(lines)
    width = len(plan.header)
    for index, line in enumerate(lines):
        if line.had is not None:
            have = line.had
            batch.faults[index].append(
                CellFault(
                    None,
                    "import.width",
                    f"本行有 {have} 格，表头有 {width} 列，请检查分隔符和引号。",
                    f"the row has {have} cells, the header {width} columns; check delimiters"
                    " and quotes.",
                )
            )
    return batch


def texts_of(column: BoundColumn, lines: Sequence[Line]) -> list[str | None]:
    """Return a column's texts after null words, replacements and prefix."""
    nulls, swap = column.nulls, column.replacements
    prefix, place = column.rule.prefix or "", column.place
    out: list[str | None] = []
    for line in lines:
        text: str | None = bare(line.cells[place].strip()) if place < len(line.cells) else ""
        if text in nulls or not text:
            text = None
        elif swap:
            text = _meant(text, column)
        out.append(prefix + text if prefix and text is not None else text)
    return out


def _meant(text: str, column: BoundColumn) -> str | None:
    """Return what a cell stands for; where a field holds several, each of them is looked up."""
    swap, blank = column.replacements, column.rule.others == "blank"
    if text in swap:
        return swap[text]
    parts = _entries(text, column)
    if not any(part in swap for part in parts):
        return None if blank else text
    meant = [swap.get(part, None if blank else part) for part in parts]
    return (column.rule.split or ";").join(filter(None, meant)) or None


def _entries(text: str, column: BoundColumn) -> list[str]:
    """Return the several words of a cell; none where a field holds one, or the cell is one."""
    if _is_many(column) or column.rule.split:
        return _parts(text, column)
    settings = column.field and column.field.settings
    several = column.field is not None and column.field.type != "select"
    if not (several and isinstance(settings, OptionSettings)) or settings.vocabulary.knows(text):
        return []
    return entries_of(text)


def fill_values(
    plan: ImportPlan, batch: Batch, columns: Sequence[BoundColumn], *, constants: bool = True
) -> None:
    """Convert the value columns into `batch.values`; blanks are left out."""
    for column in columns:
        if column.role != "value":
            continue
        texts = texts_of(column, batch.lines)
        _refuse_others(column, batch)
        _fill(column, batch, texts)
    if plan.constants and constants:
        for values in batch.values:
            for key, value in plan.constants.items():
                values.setdefault(key, value)


def fill_links(column: BoundColumn, batch: Batch, texts: list[str | None], meant: Names) -> None:
    """Set a reference, member or team column from the ids its names stand for.

    A cell of one name by which several may be meant stays open.
    """
    many = _is_many(column)
    for index, text in enumerate(texts):
        if text is None or (makes_missing(column) and not batch.comes_to_something(index)):
            continue
        names = _parts(text, column) if many else [text]
        ids: list[str] = []
        for name in names:
            candidates = meant.found.get(name, ())
            if len(candidates) == 1:
                ids.append(candidates[0])
                continue
            fault = meant.told.get(name) or _unlinked(column, name, len(candidates))
            several = (*candidates, *meant.gone.get(name, ()))
            if several and not many:
                batch.open[index][column.key] = OpenCell(several, fault)
            else:
                batch.faults[index].append(fault)
        if len(ids) == len(names):
            batch.values[index][column.key] = ids if many else ids[0]


def makes_missing(column: BoundColumn) -> bool:
    """Say whether records that cells of a column name are made where they are missing."""
    return column.rule.reference is not None and column.rule.reference.create_missing


def names_of_row(column: BoundColumn, text: str | None) -> list[str]:
    """Return the names one cell mentions."""
    if text is None:
        return []
    return _parts(text, column) if _is_many(column) else [text]


def _is_many(column: BoundColumn) -> bool:
    return bool(getattr(column.field and column.field.settings, "many", False))


def names_in(column: BoundColumn, texts: Sequence[str | None]) -> set[str]:
    """Return the distinct names a link column mentions."""
    return {name for text in {*texts} for name in names_of_row(column, text)}


def _parts(text: str, column: BoundColumn) -> list[str]:
    return [p for p in (part.strip() for part in text.split(column.rule.split or ";")) if p]


def _refuse_others(column: BoundColumn, batch: Batch) -> None:
    if column.rule.others != "refuse":
        return
    for index, line in enumerate(batch.lines):
        text = line.cells[column.place].strip() if column.place < len(line.cells) else ""
        if text and text not in column.nulls and not _is_known(text, column):
            batch.faults[index].append(
                CellFault(
                    column.header,
                    "import.word",
                    f"“{text[:40]}”不在映射文件的 values 里，请补上或改正单元格。",
                    f"'{text[:40]}' is not among the mapping's values; add it or correct the cell.",
                    text,
                )
            )


def _is_known(text: str, column: BoundColumn) -> bool:
    known = column.replacements
    entries = _entries(text, column)
    return text in known or (bool(entries) and all(entry in known for entry in entries))


def _fill(column: BoundColumn, batch: Batch, texts: list[str | None]) -> None:
    assert column.field is not None
    assert column.type is not None
    if column.rule.split:
        texts = [t if t is None else ";".join(_parts(t, column)) for t in texts]
    if column.field.type in ("date", "datetime"):
        texts = [_day_of_serial(text) for text in texts]
    cells = column.type.from_text(texts, column.field, column.rule.format)
    key, scale = column.key, column.rule.scale
    factor = Decimal(scale) if scale else None
    for index, (value, fault) in enumerate(zip(cells.values, cells.faults, strict=True)):
        if fault is not None:
            batch.faults[index].append(_cell_fault(column, fault, texts[index]))
        elif value is not None:
            # A cell that says its own unit (50万) is read as it says.
            if factor is not None and not _UNIT(texts[index] or ""):
                value = _scaled(value, factor)
            batch.values[index][key] = value


def _day_of_serial(text: str | None) -> str | None:
    """Return the moment a spreadsheet's day number stands for, any other text as it is.

    Five digits from 1954 to 2119: no date is written so.
    """
    if text is None or not _SERIAL(text):
        return text
    days, _, part = text.partition(".")
    moment = _FIRST_DAY + timedelta(days=int(days), seconds=round(float(f"0.{part or 0}") * 86_400))
    return moment.isoformat(" ") if part else moment.date().isoformat()


def _scaled(value: Any, factor: Decimal) -> Any:
    try:
        product = Decimal(str(value)) * factor
    except InvalidOperation:
        return value
    return format(product.normalize(), "f")


def _cell_fault(column: BoundColumn, fault: Fault, text: str | None) -> CellFault:
    return CellFault(column.header, fault.code, fault.zh, fault.en, text)


def _unlinked(column: BoundColumn, name: str, candidates: int) -> CellFault:
    target = column.target.label if column.target else _OWNERSHIP_WORDS[column.role]
    shown = name[:40]
    if candidates:
        return CellFault(
            column.header,
            "import.ambiguous",
            f"有 {candidates} 条{target['zh-CN']}叫“{shown}”，请改用唯一的字段来匹配。",
            f"{candidates} records of {target['en']} are called '{shown}'; refer by a unique"
            " field instead.",
            name,
        )
    return CellFault(
        column.header,
        "import.no_such",
        f"没有叫“{shown}”的{target['zh-CN']}，请先导入它，或让这个词对应到已有的。",
        f"there is no {target['en']} called '{shown}'; import it first, or let the word"
        " stand for one that exists (the mapping's 'values').",
        name,
    )


_OWNERSHIP_WORDS = {
    "member": {"zh-CN": "成员", "en": "member"},
    "team": {"zh-CN": "团队", "en": "team"},
}
