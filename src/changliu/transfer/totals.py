"""Rows that sum up the others: 合计 in front, or nothing but figures at the end.

They are left out of an import, which says so; `totals: keep` in the mapping lets them in.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from changliu.kit.errors import Fault
from changliu.transfer.heading import folded, is_figure
from changliu.transfer.reader import Line, Source, read_lines

_TOTAL = re.compile(
    r"(?:本?[页月年季周日]|累计|全部|数据|金额|数量)?(?:合计|小计|总计|共计|汇总|总和)(?:金额|数量)?"
    r"|(?:sub|grand)?totals?|sum"
).fullmatch
# Rows at the end that may be sums without a word; sums that are remembered (their rows are kept
# beside the import).
LAST, MOST = 3, 1_000
# Share of the rows that have a word in a column for it to be told by.
WORDED = 0.9
# Characters of a row that are shown.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Total:
    """A row that sums up others: its number among the data rows, its line, how it begins."""

    row: int
    line: int
    text: str


def totals_in(source: Source, sample: Sequence[Line]) -> list[Total]:
    """Return the rows that sum up others; `sample` are the first rows. Blocks."""
    worded = _worded(sample)
    last: deque[Line] = deque(maxlen=LAST)
    found: list[Total] = []
    for line in read_lines(source):
        last.append(line)
        if len(found) < MOST and _says_so(line.cells):
            found.append(_total(line))
    known = {total.row for total in found}
    for line in reversed(last):
        if line.row in known:
            continue
        if not worded or not _only_figures(line.cells, worded):
            break
        found.append(_total(line))
    return sorted(found, key=lambda total: total.row)


def without(source: Source, rows: Sequence[int]) -> Source:
    """Return the file without these rows."""
    return replace(source, left_out=frozenset(rows))


def total_notices(told: dict[str, Any], kept: str) -> Iterator[Fault]:
    """Say which rows are left out; `told` is what is known of the file."""
    totals = told.get("totals", ())
    if not totals or kept == "keep":
        return
    lines = [line for _, line, _ in totals]
    zh = "、".join(f"第 {line} 行（{text}）" for _, line, text in totals[:LAST])
    en = ", ".join(f"line {line} ({text})" for _, line, text in totals[:LAST])
    more = len(totals) - LAST
    zh, en = (f"{zh}等 {len(totals)} 行", f"{en} and {more} more") if more > 0 else (zh, en)
    yield Fault(
        "import.totals",
        f"{zh}像是合计行，不导入；若是数据，把映射里的 totals 改为 keep。",
        f"Left out as totals: {en}; if they are data, set 'totals' of the mapping to keep.",
        path="mapping.totals",
        extra={"lines": lines},
    )


def totals_json(told: dict[str, Any]) -> dict[str, Any]:
    """Return `{rows, first: [{line, text}]}` of the rows that look like totals, left out or not."""
    totals = told.get("totals", ())
    return {
        "rows": len(totals),
        "first": [{"line": line, "text": text} for _, line, text in totals[:LAST]],
    }


def _says_so(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell.strip()), "")
    if len(first) > 20 or not _TOTAL(folded(first)):
        return False
    rest = [cell for cell in cells if cell.strip() and not _TOTAL(folded(cell))]
    return bool(rest) and all(map(is_figure, rest))


def _worded(sample: Sequence[Line]) -> list[int]:
    """The columns that hold a word in nearly every row."""
    if len(sample) <= LAST:
        return []
    width = max(len(line.cells) for line in sample)
    counts = [
        sum(1 for line in sample if place < len(line.cells) and _is_word(line.cells[place]))
        for place in range(width)
    ]
    # Up to `LAST` of the rows may be sums themselves.
    return [p for p, n in enumerate(counts) if n >= WORDED * (len(sample) - LAST)]


def _is_word(cell: str) -> bool:
    return bool(cell.strip()) and not is_figure(cell)


def _only_figures(cells: Sequence[str], worded: Sequence[int]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    blank = all(place >= len(cells) or not cells[place].strip() for place in worded)
    return blank and bool(filled) and all(is_figure(c) and not _is_number(c) for c in filled)


def _is_number(cell: str) -> bool:
    """Whether a figure names something, as a telephone or a code does: no sum is written so."""
    return re.fullmatch(r"[0+][0-9 -]+|[0-9 -]{10,}", cell.strip()) is not None


def _total(line: Line) -> Total:
    text = " ".join(cell.strip() for cell in line.cells if cell.strip())
    return Total(line.row, line.line, text[:SHOWN])
