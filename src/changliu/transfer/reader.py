"""Reads CSV files as a stream: encoding and delimiter found, every bound checked, never whole."""

import codecs
import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from changliu.kit.errors import Fault, Invalid

CHUNK = 1 << 20
MAX_COLUMNS = 500
MAX_CELL = 100_000  # the longest text field; a longer cell is a missing closing quote
MAX_FILE = 2_000_000_000
DELIMITERS = (",", ";", "\t", "|")
# Bytes GB18030 text has before its first invalid UTF-8 byte are ASCII; this many well-formed
# UTF-8 characters before it mean a UTF-8 file with foreign bytes pasted in.
MIXED_AFTER = 8

csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: where, how it is encoded and cut, its digest and header."""

    path: Path
    encoding: str
    delimiter: str
    digest: str
    size: int
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its 1-based number among the data rows, the file line it ends on, its cells."""

    row: int
    line: int
    cells: list[str]


def open_source(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Source:
    """Look at a file once; raises `Invalid` (codes `csv.*`) naming file, line and remedy."""
    size = _size(path)
    scan = _scan(path, encoding)
    with _text(path, scan.encoding) as text:
        cut = delimiter or _sniff(text.read(64_000))
    with _text(path, scan.encoding) as text:
        header = _header(path, next(_rows(text, cut, path), (1, []))[1])
    return Source(path, scan.encoding, cut, scan.digest, size, header)


def read_lines(source: Source, skip: int = 0) -> Iterator[Line]:
    """Yield data rows after the first `skip`; blank rows are passed over, but counted.

    Raises `Invalid` (codes `csv.*`) where the file breaks off inside quotes or a cell is too long.
    """
    with _text(source.path, source.encoding) as text:
        rows = _rows(text, source.delimiter, source.path)
        next(rows, None)
        for number, (line, cells) in enumerate(rows, start=1):
            if number > skip and any(cells):
                yield Line(number, line, cells)


def count_rows(source: Source) -> int:
    """Return how many data rows the file has, blank ones too: what progress is measured against."""
    with _text(source.path, source.encoding) as text:
        return max(0, sum(1 for _ in _rows(text, source.delimiter, source.path)) - 1)


def refused(code: str, path: Path, line: int | None, zh: str, en: str) -> Invalid:
    """Return the failure of a file at a line."""
    at_zh = f"{path.name}" + (f" 第 {line} 行" if line else "")
    at_en = f"{path.name}" + (f", line {line}" if line else "")
    extra = {"file": path.name, **({"line": line} if line else {})}
    fault = Fault(code, f"{at_zh}：{zh}", f"{at_en}: {en}", extra=extra)
    return Invalid(code, fault.zh, fault.en, [fault])


@dataclass(frozen=True, slots=True)
class _Scan:
    encoding: str
    digest: str


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise refused(
            "csv.unreadable",
            path,
            None,
            f"无法读取（{error.strerror}），请检查路径和权限。",
            f"cannot be read ({error.strerror}); check path and permissions.",
        ) from error
    if size == 0:
        raise refused("csv.empty", path, None, "文件是空的。", "the file is empty.")
    if size > MAX_FILE:
        limit = MAX_FILE // 1_000_000_000
        raise refused(
            "csv.too_large",
            path,
            None,
            f"文件超过 {limit} GB，请拆成几个文件。",
            f"the file is larger than {limit} GB; split it.",
        )
    return size


def _scan(path: Path, given: str | None) -> _Scan:
    """One pass over the bytes: digest, NULs, and which encoding the whole file obeys."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(4)
        wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        file.seek(0)
        offset = 0
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if not wide and (at := chunk.find(b"\0")) >= 0:
                raise _nul(path, offset + at)
            offset += len(chunk)
    if given:
        return _Scan(_named(path, given), digest.hexdigest())
    if wide:
        return _Scan("utf-16", digest.hexdigest())
    broken, seen = _first_bad(path, "utf-8")
    if broken is None:
        return _Scan("utf-8-sig", digest.hexdigest())
    if seen <= MIXED_AFTER and not head.startswith(codecs.BOM_UTF8):
        bad, _ = _first_bad(path, "gb18030")
        if bad is None:
            return _Scan("gb18030", digest.hexdigest())
    line = _line_at(path, broken)
    raise refused(
        "csv.encoding",
        path,
        line,
        "这里的字节既不是 UTF-8 也不是 GB18030（文件混用了编码？）。请用一种编码另存后再导入。",
        "bytes here are neither UTF-8 nor GB18030 (mixed encodings?). Save the file in one"
        " encoding and import it again.",
    )


def _nul(path: Path, offset: int) -> Invalid:
    return refused(
        "csv.nul",
        path,
        _line_at(path, offset),
        "含有 NUL 字符，这不是文本文件。请从原程序重新导出为 CSV。",
        "holds a NUL character, so this is not a text file. Export it as CSV again.",
    )


def _named(path: Path, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise refused(
            "csv.encoding",
            path,
            None,
            f"不认识编码“{encoding}”，请写 utf-8 或 gb18030。",
            f"the encoding '{encoding}' is unknown; write utf-8 or gb18030.",
        ) from None
    broken, _ = _first_bad(path, name)
    if broken is not None:
        line = _line_at(path, broken)
        raise refused(
            "csv.encoding",
            path,
            line,
            f"这里的字节不符合编码 {encoding}。",
            f"bytes here do not fit the encoding {encoding}.",
        )
    return "utf-8-sig" if name == "utf-8" else name


def _first_bad(path: Path, encoding: str) -> tuple[int | None, int]:
    """Return the offset of the first undecodable byte, and how many wide characters precede it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    wide, offset = 0, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "ignore")
                return offset - pending + error.start, wide + _wide(good)
            wide += 0 if text.isascii() else _wide(text)
            offset += len(chunk)
            if not chunk:
                return None, wide


def _wide(text: str) -> int:
    return sum(1 for character in text if character > "\x7f")


def _line_at(path: Path, offset: int) -> int:
    lines, left = 1, offset
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines


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
        if not widths or widths[0] < 2:
            continue
        agreeing = Counter(widths)[widths[0]]
        best = max(best, (agreeing, widths[0], delimiter), key=lambda b: (b[0], b[1]))
    return best[2]


def _header(path: Path, cells: list[str]) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    if not any(header):
        raise refused(
            "csv.header", path, 1, "第一行应是列名。", "the first line must hold column names."
        )
    if len(header) > MAX_COLUMNS:
        raise refused(
            "csv.columns",
            path,
            1,
            f"有 {len(header)} 列，最多 {MAX_COLUMNS} 列。",
            f"there are {len(header)} columns, at most {MAX_COLUMNS} are allowed.",
        )
    doubled = [name for name, times in Counter(header).items() if times > 1 and name]
    if doubled:
        raise refused(
            "csv.header",
            path,
            1,
            f"列名“{doubled[0]}”重复了，请改名。",
            f"the column '{doubled[0]}' is there twice; rename one.",
        )
    if "" in header:
        place = header.index("") + 1
        raise refused(
            "csv.header",
            path,
            1,
            f"第 {place} 列没有列名，请补上。",
            f"column {place} has no name; add one.",
        )
    return header


def _rows(text: TextIO, delimiter: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refused(
                "csv.syntax",
                path,
                reader.line_num,
                f"引号或分隔符有误（{error}），请检查本行附近的引号。",
                f"quotes or delimiters are wrong ({error}); check the quotes near this line.",
            ) from error
        yield reader.line_num, row
