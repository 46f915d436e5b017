"""The child that writes refused rows as a workbook; run as a program.

Each line of `task["lines"]` is `{cells, notes: {place: reason}, line, reason}`: the row as it came,
a note at every cell that was wrong, and at the end its line and the reasons in words. All cells are
texts, so nothing in them is run. Corrected, the file can be imported again.
"""

from pathlib import Path
from typing import Any

import orjson
import xlsxwriter

from changliu.transfer.sheets.bounds import answer, read_task

# What a note may hold; a cell's own bound is Excel's.
NOTE, CELL = 1_000, 32_767
WIDTH = 18


def write(task: dict[str, Any]) -> dict[str, Any]:
    """Write the workbook to `task["target"]` and return `{rows}`."""
    book = xlsxwriter.Workbook(task["target"], {"constant_memory": True})
    try:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        wrong = book.add_format({"bg_color": "#FFD9D9"})
        header = [*task["header"], *task["extra"]]
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, WIDTH)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name[:CELL], bold)
        rows = 0
        with Path(task["lines"]).open("rb") as lines:
            for rows, text in enumerate(lines, start=1):
                _row(sheet, rows, orjson.loads(text), (len(task["header"]), wrong))
    finally:
        book.close()
    return {"rows": rows}


def _row(sheet: Any, number: int, line: dict[str, Any], shape: tuple[int, Any]) -> None:
    width, wrong = shape
    notes = line["notes"]
    for place in range(width):
        text = line["cells"][place][:CELL] if place < len(line["cells"]) else ""
        note = notes.get(str(place))
        if note is not None:
            sheet.write_string(number, place, text, wrong)
            sheet.write_comment(number, place, note[:NOTE])
        elif text:
            sheet.write_string(number, place, text)
    sheet.write_number(number, width, line["line"])
    sheet.write_string(number, width + 1, line["reason"][:CELL])


if __name__ == "__main__":
    answer(write(read_task()))
