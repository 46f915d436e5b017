"""Reads tables as a stream: encoding, delimiter and header found, every bound checked.

A CSV file is read where it lies; a sheet of a workbook is written out as CSV first, by a child
process. Nothing is ever held whole.
"""

import csv
import io
import logging
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import orjson

from changliu.kit.ids import uuid7
from changliu.transfer.encoding import digest_of, refused, scan, size_of
from changliu.transfer.heading import SAMPLE, By, find_heading
from changliu.transfer.sheets import process

MAX_COLUMNS = 500
# Characters of one row, however many lines it takes: what is held of a file at a time.
MAX_LINE = 4_000_000
MAX_CELL = 100_000  # the longest text field; a longer cell is a missing closing quote
# More rows than this belong into several files: every row's key is remembered while it runs.
MAX_ROWS = 2_000_000
# A single column whose usual cell is longer holds sentences.
SENTENCE = 80
DELIMITERS = (",", ";", "\t", "|")
# Of a table's top: rows, cells of a row and characters of a cell that are shown.
TOP_ROWS, TOP_CELLS, TOP_CELL = 10, 40, 80
# How a workbook begins: a zip archive (.xlsx, .ods) or a compound file (.xls).
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

csv.field_size_limit(MAX_CELL)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a person said of a file; None is found out. `header_row` counts from 1;
    0: there is none, and the columns are numbered."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    header_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: where its rows lie, what it is called, how it is encoded and cut,
    the digest and size of its bytes, its header, what is above the data (`skip` rows), the
    `places` of its columns in rows of `width` cells, a workbook's sheets, the `top` of the
    table as it stands, cut short, and the numbers of rows that are passed over."""

    path: Path
    name: str
    encoding: str
    delimiter: str
    digest: str
    size: int
    header: tuple[str, ...]
    places: tuple[int, ...]
    width: int
    skip: int = 1
    header_rows: int = 1
    header_by: By = "given"
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    merged: int = 0
    left_out: frozenset[int] = frozenset()
    top: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its 1-based number among the data rows, the file line it ends on, its cells.

    `had` is how many cells there were where they are not as many as the header's.
    """

    row: int
    line: int
    cells: list[str]
    had: int | None = None


def open_source(
    path: Path,
    *,
    name: str | None = None,
    layout: Layout | None = None,
    known: Collection[str] = (),
    into: Path | None = None,
) -> Source:
    """Look at a file once; raises `Invalid` (codes `csv.*`, `xlsx.*`) with place and remedy.

    `name` is what messages call it, `known` are folded names that tell a header. The rows of a
    workbook are written to `into`, which is used as it is when it exists already.
    """
    name, layout = name or path.name, layout or Layout()
    size = size_of(path, name)
    if not is_workbook(path):
        found = scan(path, name, layout.encoding)
        with _text(path, found.encoding) as text:
            cut = layout.delimiter or _sniff(text.read(64_000))
        bare = Source(path, name, found.encoding, cut, found.digest, size, (), (), 0)
        return _headed(bare, layout, known)
    if into is None:
        raise ValueError("a workbook needs a place for its rows")
    answer = _converted(path, name, layout.sheet, into)
    bare = Source(into, name, "utf-8", ",", digest_of(path), size, (), (), 0)
    bare = replace(
        bare, sheet=answer["sheet"], sheets=tuple(answer["sheets"]), merged=answer["merged"]
    )
    return _headed(bare, layout, known)


def is_workbook(path: Path) -> bool:
    """Say whether a file begins like a workbook."""
    with path.open("rb") as file:
        return file.read(4) in WORKBOOKS


@contextmanager
def place_for_rows() -> Iterator[Path]:
    """A place for the rows of a workbook, gone again afterwards."""
    with tempfile.TemporaryDirectory(prefix="changliu-import-") as folder:
        yield Path(folder) / "rows.csv"


def read_lines(source: Source, skip: int = 0) -> Iterator[Line]:
    """Yield data rows after the first `skip`; blank rows are passed over, but counted.

    Raises `Invalid` (codes `csv.*`) where the file breaks off inside quotes or a cell is too long.
    """
    whole = source.places == tuple(range(source.width))
    with _text(source.path, source.encoding) as text:
        rows = _rows(text, source.delimiter, source.name, numbered=source.sheet is not None)
        for number, (line, cells) in enumerate(islice(rows, source.skip, None), start=1):
            if number <= skip or not any(cells) or number in source.left_out:
                continue
            have = len(cells)
            if have != source.width or not whole:
                padded = cells + [""] * (source.width - have)
                cells = [padded[at] for at in source.places]
            yield Line(number, line, cells, None if have == source.width else have)


def check_table(source: Source, sample: Sequence[Line]) -> None:
    """Raise `Invalid` (`csv.not_table`) for a text that is no table: one column of sentences."""
    if len(source.header) > 1 or source.sheet is not None:
        return
    texts = sorted(len(line.cells[0]) for line in sample if line.cells)
    if texts and max(len(source.header[0]), texts[len(texts) // 2]) > SENTENCE:
        raise refused(
            "csv.not_table",
            source.name,
            None,
            "这像一篇文字，不是表格：没有分隔成列。请上传 Excel 或用逗号、制表符分列的 CSV。",
            "this looks like prose, not a table: nothing parts it into columns. Upload a workbook,"
            " or a CSV with commas or tabs.",
        )


def count_rows(source: Source) -> int:
    """Return how many data rows the file has, blank ones too: what progress is measured against.

    Counting stops one above `MAX_ROWS`.
    """
    with _text(source.path, source.encoding) as text:
        rows = _rows(text, source.delimiter, source.name)
        return sum(1 for _ in islice(rows, source.skip, source.skip + MAX_ROWS + 1))


def rows_of(into: Path) -> tuple[Path, Path]:
    """Return where the rows of a workbook are, and what is told of them."""
    return into, into.with_suffix(".json")


def _converted(path: Path, name: str, sheet: str | None, into: Path) -> dict[str, Any]:
    _, told = rows_of(into)
    if told.is_file() and into.is_file():
        found: dict[str, Any] = orjson.loads(told.read_bytes())
        return found
    fresh = into.with_name(f"{into.stem}-{uuid7().hex}.part")
    task = {
        "path": str(path), "sheet": sheet, "target": str(fresh),
        "rows": MAX_ROWS + SAMPLE, "columns": MAX_COLUMNS,
    }  # fmt: skip
    try:
        answer = process.run("reading", task)
        fresh.replace(into)
        # Written last, whole or not at all: others may be converting the same file.
        fresh.write_bytes(orjson.dumps(answer))
        fresh.replace(told)
    except process.Failed as error:
        log.warning("a workbook was given up: %s", error)
        raise refused(
            "xlsx.too_much",
            name,
            None,
            "打开它要用的内存或时间超过上限，没有导入。请另存为 CSV，或删去多余的行和列再试。",
            "opening it takes more memory or time than allowed. Save it as CSV, or delete what"
            " is not needed.",
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
    return answer


def _headed(source: Source, layout: Layout, known: Collection[str]) -> Source:
    with _text(source.path, source.encoding) as text:
        rows = _rows(text, source.delimiter, source.name)
        sample = [cells for _, cells in islice(rows, (layout.header_row or 0) + SAMPLE)]
    top = None if layout.header_row is None else layout.header_row - 1
    heading = find_heading(sample, known, top, layout.header_rows)
    if heading is None:
        raise refused(
            "csv.header",
            source.name,
            layout.header_row or 1,
            "这里应是列名。",
            "this row must hold column names.",
        )
    if heading.width > MAX_COLUMNS:
        raise refused(
            "csv.columns",
            source.name,
            heading.top + 1,
            f"有 {heading.width} 列，最多 {MAX_COLUMNS} 列。",
            f"there are {heading.width} columns, at most {MAX_COLUMNS} are allowed.",
        )
    return replace(
        source,
        header=heading.names,
        places=heading.places,
        width=heading.width,
        skip=heading.top + heading.rows,
        header_rows=heading.rows,
        header_by=heading.by,
        top=_top(sample, heading.top + heading.rows),
    )


def _top(sample: Sequence[Sequence[str]], data: int) -> tuple[tuple[str, ...], ...]:
    """The first rows, down to some of the data: who chooses a header sees them."""
    shown = sample[: max(TOP_ROWS, data + 3)]
    return tuple(tuple(cell[:TOP_CELL] for cell in row[:TOP_CELLS]) for row in shown)


def _text(path: Path, encoding: str) -> TextIO:
    return path.open("r", encoding=encoding, newline="")


def _sniff(sample: str) -> str:
    """Choose the delimiter that cuts the first lines most often into the same number of cells."""
    lines = sample.splitlines(keepends=True)[:50]
    if len(sample) >= 64_000 and len(lines) > 1:
        lines = lines[:-1]
    best = (0, 0, ",")
    for delimiter in DELIMITERS:
        try:
            widths = [
                len(row)
                for row in csv.reader(io.StringIO("".join(lines)), delimiter=delimiter)
                if row
            ]
        except csv.Error:
            continue
        cut = Counter(width for width in widths if width > 1)
        if cut:
            width, agreeing = max(cut.items(), key=lambda found: (found[1], found[0]))
            best = max(best, (agreeing, width, delimiter), key=lambda b: (b[0], b[1]))
    return best[2]


def _rows(
    text: TextIO, delimiter: str, name: str, *, numbered: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line they end on, or with their number where a sheet was written out."""
    pieces = _Pieces(text, name)
    reader = csv.reader(pieces, delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refused(
                "csv.syntax",
                name,
                reader.line_num,
                f"引号或分隔符有误（{error}），请检查本行附近的引号。",
                f"quotes or delimiters are wrong ({error}); check the quotes near this line.",
            ) from error
        number += 1
        pieces.held = 0
        yield number if numbered else reader.line_num, row


class _Pieces:
    """Lines of a text, refused before a row of them fills the memory."""

    def __init__(self, text: TextIO, name: str) -> None:
        self.text, self.name = text, name
        self.line = self.held = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.line += 1
        self.held += len(line)
        if self.held > MAX_LINE:
            raise refused(
                "csv.line",
                self.name,
                self.line,
                f"这一行超过 {MAX_LINE // 10_000} 万字，这不像表格；请检查分隔符、换行和引号。",
                f"the row has more than {MAX_LINE:,} characters, which is no table; check"
                " delimiters, line ends and quotes.",
            )
        return line
