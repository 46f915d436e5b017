"""Files made to exhaust whoever opens them are refused in seconds, and the server lives on."""

import io
import time
import zipfile

import pytest
from tests.transfer.conftest import Desk, xlsx_of

pytestmark = pytest.mark.feature("Z19")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_sheet(sheet: bytes, also: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook whose sheet is this XML."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of([["产品名称"]]))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, sheet if name == SHEET else old.read(name))
        for name, data in (also or {}).items():
            new.writestr(name, data)
    return made.getvalue()


def cells(inner: str, before: str = "") -> bytes:
    head = f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>'
    return f"{head}{inner}</sheetData></worksheet>".encode()


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


FAR = cells(
    f'<row r="1">{cell("A1", "产品名称")}</row><row r="1048576">{cell("GR1048576", "x")}</row>'
)
WIDE = cells(f'<row r="1">{cell("A1", "产品名称")}{cell("XFD1", "x")}</row>')


@pytest.mark.parametrize(
    ("name", "sheet", "code"),
    [
        ("far", FAR, "xlsx.too_much"),
        ("wide", WIDE, "xlsx.columns"),
        ("broken", b"<worksheet><sheetData><row", "xlsx.unreadable"),
    ],
)
async def test_a_hostile_sheet_is_refused(desk: Desk, name: str, sheet: bytes, code: str) -> None:
    began = time.monotonic()
    told = await desk.bring(with_sheet(sheet), "product", 422, name=f"{name}.xlsx")
    assert told["code"] == code, told
    assert time.monotonic() - began < 20
    assert (await desk.client.get("/api/health")).status_code == 200
