"""An app that goes with its data: told, typed, gone everywhere; seals still hold; others stay."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from tests.conftest import ADMIN_PASSWORD
from tests.doors import Sales, open_client, sign_in

from changliu import main
from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.records.history.sealing.service import seal
from changliu.records.history.sealing.verify import verify
from changliu.records.purging.model import Stretches, stretches
from changliu.schema.leftovers.service import compare

pytestmark = pytest.mark.feature("Z11")

PATH = "/api/bundles/sales"
NEEDLE = "只此一家的名字"
OTHER = {"key": "notes", "label": "笔记", "fields": [
    {"key": "name", "label": "名称", "type": "text"},
    {"key": "papers", "label": "资料", "type": "file"},
]}  # fmt: skip


class Shop:
    """The sales app over a folder of its own."""

    def __init__(self, sales: Sales, client: httpx.AsyncClient, data: Path) -> None:
        self.sales, self.client, self.data = sales, client, data

    async def ok(self, method: str, path: str, **options: Any) -> Any:
        answer = await self.client.request(method, path, **options)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    async def work(self) -> None:
        platform = self.sales.platform
        await Worker(platform.database, platform.registry(Registry)).drain()

    async def rows(self, query: str) -> list[Any]:
        dsn = self.sales.platform.database.owner_dsn
        async with await psycopg.AsyncConnection.connect(dsn) as conn:
            return await (await conn.execute(query.encode())).fetchall()

    async def where(self, needle: str) -> set[tuple[str, str]]:
        """Every table and column of the workspace that holds a text."""
        schema, found = self.sales.workspace.schema, set()
        for table, column in await self.rows(
            "SELECT table_name, column_name FROM information_schema.columns"
            f" WHERE table_schema = '{schema}'"
        ):
            if await self.rows(
                f'SELECT 1 FROM {schema}."{table}" WHERE strpos("{column}"::text, \'{needle}\') > 0'
            ):
                found.add((table, column))
        return found


@pytest_asyncio.fixture(scope="module")
async def shop(sales: Sales, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    data = tmp_path_factory.mktemp("data")
    settings = sales.platform.settings.model_copy(update={"data": data})
    own = replace(sales.platform, settings=settings, registries=main.registries(settings))
    async with open_client(own) as client:
        await sign_in(client, "admin", ADMIN_PASSWORD)
        yield Shop(replace(sales, platform=own, client=client), client, data)


async def uploaded(shop: Shop, content: bytes) -> str:
    sent = {"file": ("a.txt", content, "text/plain")}
    return str((await shop.ok("POST", "/api/files", files=sent))["id"])


async def furnished(shop: Shop) -> dict[str, str]:
    """Records, one in the trash, a comment with a file, an import, an object beside the app."""
    both, mine = await uploaded(shop, b"of both"), await uploaded(shop, b"of the app")
    await shop.ok("POST", "/api/objects", json=OTHER)
    note = {"name": NEEDLE, "papers": [both]}
    kept = await shop.ok("POST", "/api/records/notes", json=note)
    account = await shop.ok("POST", "/api/records/account", json={"name": NEEDLE})
    where = f"/api/records/account/{account['id']}"
    said = {"text": NEEDLE, "files": [mine]}
    await shop.ok("POST", f"{where}/comments", json=said)
    await shop.ok("POST", f"{where}/comments", json={"text": "再看", "files": [both]})
    await shop.ok("PUT", f"{where}/follow")
    gone = await shop.ok("POST", "/api/records/account", json={"name": f"{NEEDLE}二"})
    await shop.ok("DELETE", f"/api/records/account/{gone['id']}")
    file = {"file": ("a.csv", f"名称\n{NEEDLE}三\n".encode())}
    made = await shop.ok("POST", "/api/imports", files=file, data={"object": "product"})
    await shop.ok("POST", f"{PATH}/demo", json={"scale": 0.01})
    await shop.work()
    return {"note": kept["id"], "import": made["id"], "account": account["id"]}


async def test_an_app_goes_with_its_data_everywhere_and_seals_hold(shop: Shop) -> None:
    made = await furnished(shop)
    database, where = shop.sales.platform.database, shop.sales.workspace
    async with database.transaction(where) as tx:
        sealed = await seal(tx, shop.data)
        assert sealed.entries > 10
    assert ("comment", "text") in await shop.where(NEEDLE)

    wrong = await shop.client.post(f"{PATH}/uninstall", params={"purge": "别的名字"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bundle.purge_name")
    asked = {"purge": "sales"}
    told = (await shop.client.post(f"{PATH}/uninstall", params=asked)).json()
    effects = {effect["code"]: effect["message"] for effect in told["errors"]}
    assert told["code"] == "definition.in_use"
    assert "无法恢复" in effects["purge"]
    assert "bundle" not in effects, "nobody is told that the data stays"
    kept = (await shop.client.post(f"{PATH}/uninstall")).json()["confirm"]
    mixed = await shop.client.post(f"{PATH}/uninstall", params={**asked, "confirm": kept})
    assert mixed.status_code == 409, "what was confirmed was to keep the data"
    await shop.ok("POST", f"{PATH}/uninstall", params={**asked, "confirm": told["confirm"]})

    begun = await shop.ok("GET", f"{PATH}/purge")
    assert begun["state"] == "running"
    assert begun["total"] > begun["done"] == 0
    busy = await shop.client.post(f"{PATH}/install")
    assert (busy.status_code, busy.json()["code"]) == (409, "bundle.purging")
    await shop.work()
    ended = await shop.ok("GET", f"{PATH}/purge")
    assert (ended["state"], ended["done"]) == ("done", ended["total"])

    notes = await shop.ok("GET", f"/api/records/notes/{made['note']}")
    assert notes["values"]["name"] == NEEDLE
    answer = await shop.client.get(f"/api/files/{notes['values']['papers'][0]['id']}")
    assert answer.content == b"of both", "a file that another record holds stays"
    on_disk = {path.read_bytes() for path in shop.data.rglob("files/*/??/??/*")}
    assert b"of the app" not in on_disk
    held = {table for table, _ in await shop.where(NEEDLE)}
    (table,) = {table for table in held if table.startswith("o_")}
    assert held <= {table, "history", "search_key"}, "only of the other object"
    tables = await shop.rows(
        f"SELECT relname FROM pg_class WHERE relnamespace = '{where.schema}'::regnamespace"
        " AND relkind IN ('r', 'S') AND relname ~ '^[os]_[0-9]+$'"
    )
    assert tables == [(table,)]
    assert {t for t, _ in await shop.where(made["account"])} <= {"changeset"}

    async with database.transaction(where) as tx:
        report = await verify(tx, shop.data)
        assert report.ok, report.findings[:3]
        assert (await compare(tx)).sound
        await seal(tx, shop.data)
    schema = where.schema
    await shop.rows(f"DELETE FROM {schema}.history WHERE object = '{table}' RETURNING seq")
    async with database.transaction(where) as tx:
        found = (await verify(tx, shop.data)).findings
    assert {finding.code for finding in found} == {"audit.entry_removed"}


async def test_it_comes_back_new_and_empty(shop: Shop) -> None:
    await shop.ok("POST", f"{PATH}/install")
    page = await shop.ok("GET", "/api/records/account?count=true")
    assert page["total"] == 0
    made = await shop.ok("POST", "/api/records/account", json={"name": "新"})
    assert made["values"]["name"] == "新"
    assert (await shop.ok("GET", f"{PATH}/purge"))["state"] == "done"


async def test_only_administrators_purge(shop: Shop) -> None:
    role = {"label": "装", "rights": ["bundles.install"], "grants": []}
    await shop.ok("PUT", "/api/definitions/role/installer", json=role)
    member = {
        "name": "x", "login": "x", "password": ADMIN_PASSWORD, "roles": ["installer"], "teams": [],
    }  # fmt: skip
    await shop.ok("POST", "/api/members", json=member)
    async with open_client(shop.sales.platform) as client:
        await sign_in(client, "x", ADMIN_PASSWORD)
        refused = await client.post(f"{PATH}/uninstall", params={"purge": "sales"})
        assert (refused.status_code, refused.json()["code"]) == (403, "bundle.purge_denied")
        none = await client.get("/api/bundles/none/purge")
        assert (none.status_code, none.json()["code"]) == (404, "bundle.no_purge")


def test_numbers_are_kept_as_stretches() -> None:
    assert list(stretches([5, 1, 2, 3, 9])) == [(1, 3), (5, 5), (9, 9)]
    kept = Stretches([(1, 3), (5, 5)])
    assert [n for n in range(8) if n in kept] == [1, 2, 3, 5]
