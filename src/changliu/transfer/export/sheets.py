"""Files that grow row by row: CSV in this process, XLSX in a child process."""

import asyncio
import csv
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

import orjson

from changliu.kit.errors import Unavailable
from changliu.kit.labels import Language
from changliu.records.query.model import WireRecord
from changliu.transfer.export.cells import exact_of, texts_of
from changliu.transfer.export.columns import Column
from changliu.transfer.export.model import CellTooLong, Format
from changliu.transfer.guarding import guarded, marked

# What one cell of Excel holds, in UTF-16 units.
LONGEST = 32_767
# Lines sent to the child at once.
PIECE = 500


class Sheet(Protocol):
    """A file that takes records."""

    async def add(self, records: Sequence[WireRecord]) -> None:
        """Write records below the others."""
        ...


@asynccontextmanager
async def sheet_at(
    path: Path, form: Format, columns: Sequence[Column], language: Language
) -> AsyncIterator[Sheet]:
    """Open a file for records; whole and synced to disk when the block ends, else removed.

    Raises `Unavailable` (`export.writer`) when the process that writes XLSX dies.
    """
    opened = _csv(path, columns, language) if form == "csv" else _xlsx(path, columns, language)
    try:
        async with opened as sheet:
            yield sheet
        await asyncio.to_thread(_sync, path)
    except BaseException:
        _remove(path)
        raise


class _Csv:
    """RFC 4180 with a byte order mark, which Excel needs to read Chinese."""

    def __init__(self, file: TextIO, columns: Sequence[Column], language: Language) -> None:
        self.columns, self.language = columns, language
        self.writer = csv.writer(file)

    async def add(self, records: Sequence[WireRecord]) -> None:
        """Write records below the others."""
        cells = [
            [guarded(text) for text in texts_of(column, records, self.language)]
            for column in self.columns
        ]
        self.writer.writerows(zip(*cells, strict=True))


@asynccontextmanager
async def _csv(path: Path, columns: Sequence[Column], language: Language) -> AsyncIterator[Sheet]:
    file = await asyncio.to_thread(path.open, "w", encoding="utf-8-sig", newline="")
    with file:
        sheet = _Csv(file, columns, language)
        sheet.writer.writerow([guarded(column.title) for column in columns])
        yield sheet


class _Xlsx:
    """The parent's end of the pipe to the workbook."""

    def __init__(
        self, process: asyncio.subprocess.Process, columns: Sequence[Column], language: Language
    ) -> None:
        self.process, self.columns, self.language = process, columns, language
        self.rows = 0

    async def add(self, records: Sequence[WireRecord]) -> None:
        """Write records below the others; raises `CellTooLong`."""
        cells = [self._cells(column, records) for column in self.columns]
        self.rows += len(records)
        await self.send(list(zip(*cells, strict=True)))

    async def send(self, value: object) -> None:
        """Send one line; waits while the child is behind."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(orjson.dumps(value) + b"\n")
            await self.process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise _died() from None

    def _cells(self, column: Column, records: Sequence[WireRecord]) -> Sequence[str | None]:
        if column.kind != "text":
            return exact_of(column, records)
        texts = texts_of(column, records, self.language)
        for place, text in enumerate(texts):
            # A character is at most two units: short texts need no counting.
            if len(text) * 2 > LONGEST and len(text.encode("utf-16-le")) // 2 > LONGEST:
                raise CellTooLong(column.title, self.rows + place + 1, LONGEST)
        return [marked(text) for text in texts]


async def write_texts(path: Path, lines: Sequence[Sequence[str]]) -> None:
    """Write a workbook of texts, the first line its head; texts too long for a cell are cut.

    Raises `Unavailable` (`export.writer`).
    """
    head, *rows = lines
    shapes = [{"title": title, "kind": "text", "format": None} for title in head]
    async with _writer(path, shapes) as sheet:
        for start in range(0, len(rows), PIECE):
            piece = rows[start : start + PIECE]
            await sheet.send([[marked(text[: LONGEST // 2]) for text in row] for row in piece])


@asynccontextmanager
async def _xlsx(path: Path, columns: Sequence[Column], language: Language) -> AsyncIterator[Sheet]:
    shapes = [
        {"title": c.title, "kind": c.kind, "format": c.format, "hidden": c.hidden} for c in columns
    ]
    async with _writer(path, shapes, columns, language) as sheet:
        yield sheet


@asynccontextmanager
async def _writer(
    path: Path,
    shapes: Sequence[dict[str, Any]],
    columns: Sequence[Column] = (),
    language: Language = "zh-CN",
) -> AsyncIterator[_Xlsx]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "changliu.transfer.export.workbook",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        sheet = _Xlsx(process, columns, language)
        await sheet.send({"path": str(path), "folder": str(path.parent), "columns": shapes})
        yield sheet
        await sheet.send(None)
        assert process.stdin is not None
        process.stdin.close()
        if await process.wait() != 0:
            raise _died()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _died() -> Unavailable:
    return Unavailable(
        "export.writer",
        "生成 Excel 文件的进程意外退出，请稍后再试，或改用 format=csv。",
        "The process that writes the Excel file ended unexpectedly: try again later, or use"
        " format=csv.",
    )
