"""Writes an XLSX file from standard input; runs as a child process, which alone imports the writer.

The first line is `{path, folder, columns: [{title, kind, format, hidden?}]}`, every further one a
JSON list of rows, the last one `null`. Without it the parent was cut off, and no file is left.
Memory stays constant: rows lie in a temporary file in `folder` until the workbook is closed.
"""

import resource
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter

# A sheet of a million rows needs some 60 MB; whatever needs more is wrong.
MEMORY = 1_000_000_000
# Rows whose cells decide on the widths; widths are in characters.
MEASURED, NARROWEST, WIDEST = 200, 8, 60
# Excel keeps a date as a number of days; before March 1900 its numbers are wrong.
FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001 -- days of a sheet have no zone


class Sheet:
    """The one sheet of a workbook, written row after row."""

    def __init__(self, head: dict[str, Any]) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": head["folder"],
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(head["path"], options)
        self.sheet = self.book.add_worksheet()
        self.kinds = [column["kind"] for column in head["columns"]]
        self.formats = [
            self.book.add_format({"num_format": c["format"]}) if c["format"] else None
            for c in head["columns"]
        ]
        self.hidden = [column.get("hidden", False) for column in head["columns"]]
        self.row = 0
        self.widths = [NARROWEST for _ in self.kinds]
        bold = self.book.add_format({"bold": True, "bg_color": "#F2F3F5", "bottom": 1})
        for place, column in enumerate(head["columns"]):
            self.sheet.write_string(0, place, column["title"], bold)
            self._measure(place, column["title"])
        self.sheet.freeze_panes(1, 0)

    def add(self, rows: Sequence[Sequence[str | None]]) -> None:
        """Write rows below the others."""
        for cells in rows:
            self.row += 1
            for place, text in enumerate(cells):
                if text is None or text == "":
                    continue
                self._write(place, text)
                if self.row <= MEASURED:
                    self._measure(place, text)

    def close(self) -> None:
        """Finish the file."""
        for place, width in enumerate(self.widths):
            hidden = {"hidden": True} if self.hidden[place] else None
            self.sheet.set_column(place, place, min(width + 2, WIDEST), None, hidden)
        self.sheet.autofilter(0, 0, max(self.row, 1), max(len(self.kinds) - 1, 0))
        self.book.close()

    def _write(self, place: int, text: str) -> None:
        kind, form = self.kinds[place], self.formats[place]
        if kind == "number" and (number := _float(text)) is not None:
            self.sheet.write_number(self.row, place, number, form)
        elif kind in ("date", "datetime") and (moment := _moment(text)) is not None:
            self.sheet.write_datetime(self.row, place, moment, form)
        else:
            self.sheet.write_string(self.row, place, text)

    def _measure(self, place: int, text: str) -> None:
        line = text.partition("\n")[0][:WIDEST]
        wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        self.widths[place] = max(self.widths[place], wide)


def _float(text: str) -> float | None:
    """The number, where a float holds all of its digits; Excel has no other."""
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else None


def _moment(text: str) -> datetime | None:
    """The day or instant, where a cell of Excel holds it: from March 1900, whole seconds."""
    if len(text) <= len("2026-01-31"):
        day = date.fromisoformat(text)
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    else:
        moment = datetime.fromisoformat(text)
    return moment if moment >= FIRST_DAY and not moment.microsecond else None


def main() -> int:
    """Write the workbook that standard input describes; 0 when it is whole."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    lines = iter(sys.stdin.buffer)
    head = orjson.loads(next(lines))
    sheet, whole = Sheet(head), False
    for line in lines:
        rows = orjson.loads(line)
        if rows is None:
            whole = True
            break
        sheet.add(rows)
    sheet.close()
    if not whole:
        Path(head["path"]).unlink(missing_ok=True)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
