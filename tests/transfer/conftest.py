"""An importer at the public doors: files made in memory, workers run in this process."""

import io
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
import xlsxwriter
from tests.doors import Sales

from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker


def csv_of(rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> bytes:
    """Return rows as CSV."""
    return "".join(",".join(map(str, row)) + "\r\n" for row in rows).encode(encoding)


def xlsx_of(rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, ...]] = ()) -> bytes:
    """Return rows as a workbook of one sheet; `merged` are (top, left, bottom, right)."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    for top, left, bottom, right in merged:
        sheet.merge_range(top, left, bottom, right, rows[top][left])
    book.close()
    return file.getvalue()


class Desk:
    """A member who imports."""

    def __init__(self, sales: Sales, client: httpx.AsyncClient) -> None:
        self.sales, self.client = sales, client

    async def bring(self, data: bytes, target: str, status: int = 201, **parts: str) -> Any:
        """Upload a file and return the answer."""
        name = parts.pop("name", "客户.xlsx" if data[:2] == b"PK" else "客户.csv")
        answer = await self.client.post(
            "/api/imports", files={"file": (name, data)}, data={"object": target, **parts}
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    async def ask(self, method: str, path: str, status: int = 200, body: Any = None) -> Any:
        answer = await self.client.request(method, f"/api/imports{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def work(self) -> None:
        """Let a worker do what is due."""
        platform = self.sales.platform
        await Worker(platform.database, platform.registry(Registry)).drain()

    async def commit(self, made: Any, **body: str) -> Any:
        """Begin an import, let it run, return it."""
        await self.ask("POST", f"/{made['id']}/commit", 202, body)
        await self.work()
        return await self.ask("GET", f"/{made['id']}")

    async def remap(self, made: Any, status: int = 200, **changes: Any) -> Any:
        mapping = {**made["mapping"], **changes}
        return await self.ask("PUT", f"/{made['id']}/mapping", status, mapping)

    async def records(self, target: str, filter_: str) -> list[dict[str, Any]]:
        answer = await self.client.get(
            f"/api/records/{target}", params={"filter": filter_, "limit": 500}
        )
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def desk(sales: Sales) -> Desk:
    return Desk(sales, sales.client)
