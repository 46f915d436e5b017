"""The house of the records tests, people who may export, and a reader of workbooks."""

import csv
import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest_asyncio
from tests.records.conftest import Client, House, house

__all__ = ["house"]

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of_csv(content: bytes) -> list[list[str]]:
    """The cells of a CSV file, header first."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def rows_of_xlsx(content: bytes) -> list[list[Any]]:
    """The cells of a workbook: texts as str, numbers as float, blank as None."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows: list[list[Any]] = []
    width = 0
    for row in sheet.iter(f"{_NS}row"):
        cells: dict[int, Any] = {}
        for cell in row.iter(f"{_NS}c"):
            text = "".join(part.text or "" for part in cell.iter(f"{_NS}t"))
            number = cell.find(f"{_NS}v")
            place = _place(cell.attrib["r"])
            cells[place] = float(number.text or "") if number is not None else text
        width = max([width, *(place + 1 for place in cells)])
        rows.append([cells.get(place) for place in range(width)])
    return rows


def formats_of_xlsx(content: bytes) -> list[str]:
    """The number formats of the first record's cells; "" is the plain one."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    known = {
        each.attrib["numFmtId"]: each.attrib["formatCode"] for each in styles.iter(f"{_NS}numFmt")
    }
    used = styles.find(f"{_NS}cellXfs")
    assert used is not None
    ids = [each.attrib["numFmtId"] for each in used]
    row = list(sheet.iter(f"{_NS}row"))[1]
    return [known.get(ids[int(cell.attrib.get("s", "0"))], "") for cell in row.iter(f"{_NS}c")]


def _place(name: str) -> int:
    number = 0
    for letter in name.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


class Desk:
    """Exports as somebody."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def get(self, client: Client, target: str, **asked: str) -> Any:
        return await client.get(f"/api/exports/{target}", params={"key": "false", **asked})

    async def table(self, client: Client, target: str, **asked: str) -> list[list[str]]:
        answer = await self.get(client, target, format="csv", **asked)
        assert answer.status_code == 200, answer.text
        return rows_of_csv(answer.content)

    async def role(self, key: str, *grants: dict[str, Any], fields: str = "all") -> None:
        body = {"label": key, "fields": fields, "grants": list(grants)}
        await self.house.ok(self.house.admin.put(f"/api/definitions/role/{key}", json=body))


@pytest_asyncio.fixture(scope="module")
async def desk(house: House) -> Desk:
    return Desk(house)
