"""Finds a table's header among its first rows: titles above it, headers of two rows, blank columns.

1. The table is as wide as most of its rows; the header is the first row nearly as wide that holds
words only, and before any other one that names fields of the object.
2. A row below that names what a merged or blank cell above stands for belongs to the header.
3. A column gets the lowest name in its header, led by the one above where two would be the same.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

# Rows looked at; titles and notes above a table take fewer.
SAMPLE, DEEPEST, MOST_ROWS = 60, 20, 3
LONGEST = 100
# Marks people put around a name: required, colons, brackets, spaces.
_MARKS = re.compile(r"[\s_*:()\[\]【】<>/、.#-]+")
_FIGURE = re.compile(r"[\s¥$€£+(-]*[0-9][0-9,.]*\s*[%‰万亿元kKmM)]*|[0-9]{2,4}[-/.年][0-9]{1,2}.*")

Row = Sequence[str]


def folded(name: str) -> str:
    """Return a column's name as names are compared: width, case, spaces and marks left out."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a header stands and what it says: `top` rows above it, `rows` rows of its own, the
    name of every column that is kept and its place, how wide its rows are."""

    top: int
    rows: int
    names: tuple[str, ...]
    places: tuple[int, ...]
    width: int


def find_heading(
    sample: Sequence[Row],
    known: Collection[str] = (),
    top: int | None = None,
    rows: int | None = None,
) -> Heading | None:
    """Return the header of a table, None where nothing is written.

    `known` are folded names of fields; `top` and `rows` are given where a person has said them.
    """
    cut = [[cell.strip() for cell in row] for row in sample[: (top or 0) + SAMPLE]]
    if top is None:
        top = _top(cut, known)
    if top is None or top >= len(cut) or not any(cut[top]):
        return None
    rows = rows or _depth(cut, top, known)
    return _named(cut, top, rows)


def _top(cut: Sequence[Row], known: Collection[str]) -> int | None:
    filled = [sum(map(bool, row)) for row in cut]
    widths = Counter(count for count in filled if count)
    if not widths:
        return None
    usual = max(widths, key=lambda count: (widths[count], count))
    likely = [
        at
        for at, row in enumerate(cut[:DEEPEST])
        if (filled[at] * 2 > usual or usual == 1)
        and len({*row} - {""}) * 2 >= min(usual, filled[at]) + 1
    ]
    hits = {at: _hits(cut[at], known) for at in likely}
    best = max(hits.values(), default=0)
    if best >= 2:
        found = next(at for at in likely if hits[at] == best)
        while found and _explains(cut[found - 1], cut[found], known):
            found -= 1
        return found
    worded = (at for at in likely if all(_is_name(cell) for cell in cut[at] if cell))
    first = next(at for at, count in enumerate(filled) if count)
    return next(worded, first)


def _depth(cut: Sequence[Row], top: int, known: Collection[str]) -> int:
    """How many rows from `top` the header takes."""
    depth = 1
    while depth < MOST_ROWS and top + depth < len(cut):
        upper, lower = cut[top + depth - 1], cut[top + depth]
        if not _explains(upper, lower, known):
            break
        depth += 1
    return depth


def _explains(upper: Row, lower: Row, known: Collection[str]) -> bool:
    """Whether the lower row says more about the columns of the upper one."""
    worded = any(lower) and all(_is_name(cell) for cell in lower if cell)
    if not worded or len({*upper} - {""}) < 2:
        return False
    pairs = [
        (one, lower[at] if at < len(lower) else "", upper[at - 1] if at else "")
        for at, one in enumerate(upper)
    ]
    # A group's name stands over several columns: repeated when merged, blank after it otherwise.
    open_places = [(one, below) for one, below, before in pairs if one in ("", before)]
    if not open_places or not all(below for _, below in open_places):
        return False
    repeated = any(one and one == before for one, _, before in pairs)
    spans_down = any(one and below in ("", one) for one, below, _ in pairs)
    more_known = _hits(lower, known) > _hits(upper, known)
    return more_known or spans_down or repeated


def _named(cut: Sequence[Row], top: int, rows: int) -> Heading:
    head = cut[top : top + rows]
    width = max(len(row) for row in head)
    below = cut[top + rows : top + rows + SAMPLE - DEEPEST]
    stacks = [_stack(head, place) for place in range(width)]
    kept = [
        place
        for place in range(width)
        if stacks[place] or any(place < len(row) and row[place] for row in below)
    ]
    lowest = [stacks[place][-1] if stacks[place] else f"第{place + 1}列" for place in kept]
    times = Counter(lowest)
    led = [
        " ".join(dict.fromkeys(stacks[place])) if times[name] > 1 and stacks[place] else name
        for place, name in zip(kept, lowest, strict=True)
    ]
    return Heading(top, rows, tuple(_distinct(led)), tuple(kept), width)


def _stack(head: Sequence[Row], place: int) -> list[str]:
    """The names over a column, from the top down; a blank group takes the one on its left."""
    found = []
    for depth, row in enumerate(head):
        name = row[place] if place < len(row) else ""
        if not name and depth < len(head) - 1 and any(head[-1][place : place + 1]):
            name = next((cell for cell in reversed(row[:place]) if cell), "")
        if name:
            found.append(" ".join(name.split()))
    return found


def _distinct(names: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


def _hits(row: Row, known: Collection[str]) -> int:
    return len({folded(cell) for cell in row if cell} & {*known})


def _is_name(cell: str) -> bool:
    return len(cell) <= LONGEST and not _FIGURE.fullmatch(cell)
