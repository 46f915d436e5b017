"""Finds a table's header among its first rows: titles above it, headers of two rows, blank columns.

1. The table is as wide as most of its rows; a header is nearly as wide and says nothing twice.
2. By names: the row that names most fields; a word that stands in other rows too is a value.
3. By shape: words above a column of figures, before the first row that looks like the data.
4. Else the first row of the table is taken, and said to be a guess: a person says whether it is.
5. A row below that names what a merged or blank cell above stands for belongs to the header.
6. A column gets the lowest name in its header, led by the one above where two would be the same.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

# Rows looked at; titles and notes above a table take fewer.
SAMPLE, DEEPEST, MOST_ROWS = 60, 20, 3
LONGEST = 100
# Marks people put around a name: required, colons, brackets, spaces.
_MARKS = re.compile(r"[\s_*:()\[\]【】<>/、.#-]+")
_FIGURE = re.compile(r"[\s¥$€£+(-]*[0-9][0-9,.]*\s*[%‰万亿元kKmM)]*|[0-9]{2,4}[-/.年][0-9]{1,2}.*")

_WRITTEN = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}").fullmatch,
    "url": re.compile(r"(https?://|www\.)\S+").fullmatch,
    "figure": _FIGURE.fullmatch,
}
# Words in a column of figures that say nothing of it.
_SILENT = frozenset(
    [
        "",
        "na",
        "n/a",
        "null",
        "none",
        "无",
        "暂无",
        "空",
        "未知",
        "未填",
        "—",
        "待定",
        "面议",
        "免费",
    ]
)
# Share of a column's cells that are written alike.
ALIKE = 0.8

Row = Sequence[str]
# What a header was found by: names of fields, the shape of what is below, nothing (the first row
# was taken), or a person.
By = Literal["names", "shape", "first", "given"]


def folded(name: str) -> str:
    """Return a column's name as names are compared: width, case, spaces and marks left out."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a header stands and what it says: `top` rows above it, `rows` rows of its own (none:
    the columns are numbered), the name of every column that is kept and its place, how wide its
    rows are, what it was found by."""

    top: int
    rows: int
    names: tuple[str, ...]
    places: tuple[int, ...]
    width: int
    by: By = "given"


def find_heading(
    sample: Sequence[Row],
    known: Collection[str] = (),
    top: int | None = None,
    rows: int | None = None,
) -> Heading | None:
    """Return the header of a table, None where nothing is written.

    `known` are folded names of fields; `top` and `rows` are given where a person has said them
    (`top` -1: there is no header).
    """
    cut = [[cell.strip() for cell in row] for row in sample[: (top or 0) + SAMPLE]]
    if top is not None and top < 0:
        first = next((at for at, row in enumerate(cut) if any(row)), None)
        return None if first is None else _named(cut, first, 0, "given")
    by: By = "given"
    if top is None:
        top, by = _top(cut, known)
    if top is None or top >= len(cut) or not any(cut[top]):
        return None
    rows = rows or _depth(cut, top, known)
    return _named(cut, top, rows, by)


def _top(cut: Sequence[Row], known: Collection[str]) -> tuple[int | None, By]:
    filled = [sum(map(bool, row)) for row in cut]
    widths = Counter(count for count in filled if count)
    if not widths:
        return None, "first"
    usual = max(widths, key=lambda count: (widths[count], count))
    likely = [
        at
        for at, row in enumerate(cut[:DEEPEST])
        if (filled[at] * 2 > usual or usual == 1)
        and len({*row} - {""}) * 2 >= min(usual, filled[at]) + 1
    ]
    first = next(at for at, count in enumerate(filled) if count)
    if not likely:
        return first, "first"
    hits = {at: _hits(_own_words(cut, at), known) for at in likely}
    best = max(hits.values())
    if best >= 2 or best == hits[likely[0]] > 0:
        found = next(at for at in likely if hits[at] == best)
        while found and _explains(cut[found - 1], cut[found], known):
            found -= 1
        return found, "names"
    shaped = _by_shape(cut, likely)
    whole = next((at for at in shaped if filled[at] >= usual), None)
    if shaped:
        found = shaped[0] if whole is None else whole
        while found - 1 in shaped and _explains(cut[found - 1], cut[found], known):
            found -= 1
        return found, "shape"
    return likely[0], "first"


def _own_words(cut: Sequence[Row], at: int) -> list[str]:
    """The cells of a row that stand in no other row: values come again.

    A name merged over two rows stands in both, one below the other.
    """
    return [
        cell
        for place, cell in enumerate(cut[at])
        if cell
        and not any(
            cell in row
            for other, row in enumerate(cut)
            if abs(other - at) > 1 or (other != at and row[place : place + 1] != [cell])
        )
    ]


def _by_shape(cut: Sequence[Row], likely: Sequence[int]) -> list[int]:
    """The likely rows from the first on that stand out from those below them."""
    found = []
    for at in likely:
        words, alike = _contrast(cut[at], cut[at + 1 :])
        if words <= alike:
            break
        found.append(at)
    return found


def _contrast(row: Row, below: Sequence[Row]) -> tuple[int, int]:
    """How many cells of a row are words above figures, and how many are as those below them."""
    words = alike = 0
    for place, cell in enumerate(row):
        kinds = Counter(_kind(r[place]) for r in below if place < len(r) and r[place])
        if not cell or not kinds:
            continue
        usual, count = kinds.most_common(1)[0]
        if usual == "word" or count < ALIKE * kinds.total():
            continue
        if _kind(cell) == usual:
            alike += 1
        elif folded(cell) not in _SILENT:
            words += 1
    return words, alike


def is_figure(cell: str) -> bool:
    """Say whether a cell is a number, an amount, a share or a day."""
    return _FIGURE.fullmatch(unicodedata.normalize("NFKC", cell).strip()) is not None


def _kind(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell)
    return next((kind for kind, fits in _WRITTEN.items() if fits(plain)), "word")


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


def _named(cut: Sequence[Row], top: int, rows: int, by: By) -> Heading:
    head = cut[top : top + rows]
    width = max(len(row) for row in head or cut[top:])
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
    return Heading(top, rows, tuple(_distinct(led)), tuple(kept), width, by)


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


def _hits(row: Sequence[str], known: Collection[str]) -> int:
    return len({folded(cell) for cell in row if cell} & {*known})


def _is_name(cell: str) -> bool:
    return len(cell) <= LONGEST and not _FIGURE.fullmatch(cell)
