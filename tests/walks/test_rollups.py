"""Deaths while roll-ups move and columns are filled: afterwards every one is true."""

import signal
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from tests.doors import open_client, sign_in
from tests.walks.harness import PASSWORD, Site, new_site
from tests.walks.points import KILLED
from tests.walks.test_saves import Write, die

from changliu import main
from changliu.identity.provision import ensure_admin
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform
from changliu.records.rollups.service import drift, fill

MANY = 80
ORDER = {"key": "order", "label": "订单"}
LINE = {"key": "line", "label": "明细"}
FIELDS = (
    ("order", {"key": "name", "label": "名称", "type": "text"}),
    ("line", {"key": "amount", "label": "金额", "type": "money"}),
    ("line", {"key": "order", "label": "订单", "type": "reference", "object": "order",
              "inverse": {"key": "lines", "label": "明细"}}),
    ("order", {"key": "total", "label": "合计", "type": "rollup", "children": "lines",
               "function": "SUM", "field": "amount", "maintained": True}),
    ("order", {"key": "top", "label": "最大", "type": "rollup", "children": "lines",
               "function": "MAX", "field": "amount", "maintained": True}),
)  # fmt: skip


@asynccontextmanager
async def prepared(site: Site) -> Any:
    """The application in this process with orders and lines, signed in."""
    async with site.opened() as (database, workspace):
        await ensure_admin(database, workspace, PASSWORD)
        platform = Platform(database, site.settings, main.registries(site.settings))
        async with open_client(platform) as client:
            await sign_in(client, "admin", PASSWORD)
            for body in (ORDER, LINE):
                assert (await client.post("/api/objects", json=body)).status_code == 201
            for target, body in FIELDS:
                answer = await client.post(f"/api/objects/{target}/fields", json=body)
                assert answer.status_code == 201, answer.text
            yield client


def lines_of(order: UUID, count: int) -> Write:
    """Lines of one order, made in one changeset."""
    ids = tuple(uuid7() for _ in range(count))
    changes = [
        {"op": "create", "object": "line", "id": str(i),
         "values": {"order": str(order), "amount": "1.5"}}
        for i in ids
    ]  # fmt: skip
    return Write(str(uuid7()), "/api/changesets", {"changes": changes}, ids)


async def total(client: httpx.AsyncClient, order: UUID) -> str:
    """What the order's roll-up says."""
    answer = await client.get(f"/api/records/order/{order}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["values"]["total"])


async def drifts(site: Site) -> list[Any]:
    """What is wrong in the site's roll-ups."""
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        return list(await drift(tx))


async def test_dying_while_roll_ups_move_leaves_them_true() -> None:
    order = uuid7()
    writes = [(s, lines_of(order, n)) for s in KILLED["rollups"] for n in (1, MANY)]
    async with new_site() as site, prepared(site) as client:
        made = await client.post("/api/records/order", json={"id": str(order), "name": "单"})
        assert made.status_code == 201
        codes = await die(site, writes, client.headers["authorization"])
        assert set(codes) == {-signal.SIGKILL}
        assert await drifts(site) == []
        assert await total(client, order) == "0"
        for _, write in writes:
            sent = await client.post(write.path, json=write.body, headers=write.headers)
            assert sent.status_code == 200, sent.text
        lines = sum(len(write.records) for _, write in writes)
        assert Decimal(await total(client, order)) == lines * Decimal("1.5")
        assert await drifts(site) == []


async def test_filling_goes_on_after_a_death() -> None:
    async with new_site() as site, prepared(site) as client:
        for _ in range(3):
            order = uuid7()
            await client.post("/api/records/order", json={"id": str(order)})
            write = lines_of(order, 2)
            assert (await client.post(write.path, json=write.body)).status_code == 200
        body = {**FIELDS[4][1], "key": "low", "function": "MIN"}
        assert (await client.post("/api/objects/order/fields", json=body)).status_code == 201
        async with site.opened() as (database, workspace):
            try:
                async with database.transaction(workspace) as tx:
                    await fill(tx, batch=1)
                    raise ConnectionError
            except ConnectionError:
                pass
            more = True
            while more:
                async with database.transaction(workspace) as tx:
                    more = await fill(tx, batch=1)
        assert await drifts(site) == []
        assert (await client.get(f"/api/records/order/{order}")).json()["values"]["low"] == "1.5"
