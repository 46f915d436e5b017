"""The child that turns one sheet of a workbook into a CSV file; run as a program.

1. Look at the archive: how many parts, how large unpacked.
2. Choose the sheet; refuse one wider or longer than an import may be.
3. Write its rows, each at its own number: values as texts, merged cells filled.
"""

import csv
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import python_calamine as calamine

from changliu.transfer.sheets.bounds import answer, read_task

# A workbook of 1,000,000 rows × 10 columns unpacks to about 450 MB in some 30 parts.
MAX_PARTS = 5_000
MAX_UNPACKED = 1_000_000_000
MAX_MERGED = 200_000
# The part of a compound file that holds a workbook with a password.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Cell = Any


class Refused(Exception):  # noqa: N818 -- an answer
    """The workbook is refused: code, zh, en."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.told = {"refused": code, "zh": zh, "en": en}


def convert(task: dict[str, Any]) -> dict[str, Any]:
    """Write the sheet `task["sheet"]` (None: the first that holds anything) to `task["target"]`.

    Returns `{sheets, sheet, rows, merged}`; raises `Refused`.
    """
    path = Path(task["path"])
    _look_inside(path)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == calamine.SheetVisibleEnum.Visible
                and sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            sheet = _chosen(book, names, task["sheet"])
            _check_size(sheet, task)
            merged = _Merged(sheet)
            with Path(task["target"]).open("w", encoding="utf-8", newline="") as file:
                rows = _write(csv.writer(file), sheet, merged)
    except calamine.PasswordError:
        raise _locked() from None
    except calamine.CalamineError as error:
        raise Refused(
            "xlsx.unreadable",
            f"工作簿读不出来（{str(error)[:200]}），请用 Excel 或 WPS 另存为 .xlsx 后再上传。",
            f"The workbook cannot be read ({str(error)[:200]}); save it as .xlsx again.",
        ) from None
    return {"sheets": names, "sheet": sheet.name, "rows": rows, "merged": merged.count}


def _locked() -> Refused:
    return Refused(
        "xlsx.password",
        "工作簿有密码，请去掉密码另存后再上传。",
        "The workbook has a password; save it without one and upload it again.",
    )


def _look_inside(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        if ENCRYPTED in path.read_bytes():
            raise _locked()
        return
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise Refused(
            "xlsx.bomb",
            f"工作簿解压后有 {unpacked // 1_000_000} MB、{len(parts)} 个部分，超过上限，没有打开；"
            "请拆成几个文件，或另存为 CSV。",
            f"Unpacked the workbook has {unpacked // 1_000_000} MB in {len(parts)} parts, more than"
            " may be; it was not opened. Split it, or save it as CSV.",
        )


def _chosen(
    book: calamine.CalamineWorkbook, names: list[str], wanted: str | None
) -> calamine.CalamineSheet:
    if wanted is not None:
        if wanted not in names:
            listed = "、".join(names[:20])
            raise Refused(
                "xlsx.sheet",
                f"工作簿里没有工作表“{wanted[:60]}”，可选：{listed}。",
                f"The workbook has no sheet '{wanted[:60]}'; it has: {listed}.",
            )
        return book.get_sheet_by_name(wanted)
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is not None:
            return sheet
    raise Refused(
        "xlsx.empty",
        "工作簿里没有任何数据，请检查后重新上传。",
        "The workbook holds nothing; check it and upload it again.",
    )


def _check_size(sheet: calamine.CalamineSheet, task: dict[str, Any]) -> None:
    if sheet.width > task["columns"]:
        raise Refused(
            "xlsx.columns",
            f"工作表“{sheet.name}”有 {sheet.width} 列，最多 {task['columns']} 列；请删去多余的列。",
            f"The sheet '{sheet.name}' has {sheet.width} columns, at most {task['columns']} are"
            " allowed; delete the others.",
        )
    if sheet.height > task["rows"]:
        raise Refused(
            "import.too_large",
            f"工作表“{sheet.name}”有 {sheet.height} 行，最多 {task['rows']} 行；请拆成几个文件。",
            f"The sheet '{sheet.name}' has {sheet.height} rows, at most {task['rows']} are allowed;"
            " split it.",
        )


class _Merged:
    """Merged cells: every cell of a range reads as its first one."""

    def __init__(self, sheet: calamine.CalamineSheet) -> None:
        ranges = sheet.merged_cell_ranges or []
        self.count = len(ranges)
        self.starting: dict[int, list[tuple[int, int, int]]] = {}
        self.open: list[tuple[int, int, int, Cell]] = []
        for (top, left), (bottom, right) in ranges[:MAX_MERGED]:
            self.starting.setdefault(top, []).append((bottom, left, right))

    def fill(self, number: int, left: int, cells: list[Cell]) -> None:
        """Fill the cells of row `number`, whose first is in column `left`; both from 0."""
        self.open = [r for r in self.open if r[0] >= number]
        for bottom, first, last in self.starting.get(number, ()):
            if 0 <= first - left < len(cells):
                self.open.append((bottom, first - left, last - left, cells[first - left]))
        for _, first, last, value in self.open:
            for place in range(first, min(last + 1, len(cells))):
                cells[place] = value


def _write(out: Any, sheet: calamine.CalamineSheet, merged: _Merged) -> int:
    """Write every row from the sheet's first, so a row's number is the sheet's; return how many."""
    left = (sheet.start or (0, 0))[1]
    number = -1
    for number, cells in enumerate(sheet.iter_rows()):
        merged.fill(number, left, cells)
        texts = [_text(cell) for cell in cells]
        out.writerow(texts if any(texts) else [])
    return number + 1


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(int(cell.total_seconds()))
    return str(cell)


def _number(value: float) -> str:
    """The figure as Excel shows it: 15 significant digits, no exponent."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = format(value, ".15g")
    if "e" not in text:
        return text
    return format(value, "f").rstrip("0").rstrip(".") if abs(value) < 1 else format(value, ".0f")


if __name__ == "__main__":
    try:
        answer(convert(read_task()))
    except Refused as refused:
        answer(refused.told)
