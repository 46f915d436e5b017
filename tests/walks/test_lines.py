"""A record with its lines under fire: at every step a save is there whole or not at all."""

from itertools import pairwise
from typing import Any

import httpx
import pytest
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

from changliu.records.changeset.steps import COMMITTED

LINE = {"key": "item", "label": "产品", "type": "text"}
MEMO = {
    "key": "bill",
    "label": "单",
    "type": "reference",
    "object": "bill",
    "on_delete": "cascade",
    "inverse": {"key": "memos"},
}
OLD = ["甲", "乙", "丙"]
NEW = ["丙", "丁"]


@pytest.mark.feature("Z1")
async def test_lines_and_what_goes_along_are_whole_at_every_step() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site, "--workers", "0")
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=15) as client:
            await sign_in(client, "admin", PASSWORD)
            bill, memo = await _furnish(client)
            for step, following in pairwise((*KILLED["saves"], "")):
                await server.die(step, _put(client, bill, NEW), then=step)
                stands = NEW if step == COMMITTED else OLD
                assert await _items(client, bill) == stands, step
                deletion = client.delete(f"/api/records/bill/{bill}")
                await server.die(step, deletion, then=following)
                gone = step == COMMITTED
                assert (await _items(client, bill) is None) is gone, step
                assert (await _there(client, "memo", memo)) is not gone, step
            back = await client.post(f"/api/records/bill/{bill}/restore")
            assert back.status_code == 200, back.text
            assert await _items(client, bill) == NEW
            assert await _there(client, "memo", memo)
        await hold(site)


async def _furnish(client: httpx.AsyncClient) -> tuple[str, str]:
    name = {"key": "name", "label": "名称", "type": "text"}
    lines = {"key": "lines", "label": "明细", "type": "lines", "object": "bill_line"}
    for path, body in (
        ("objects", {"key": "bill", "label": "单", "fields": [name]}),
        ("objects", {"key": "bill_line", "label": "行", "lines_of": "bill", "fields": [LINE]}),
        ("objects/bill/fields", lines),
        ("objects", {"key": "memo", "label": "记", "fields": [name, MEMO]}),
    ):
        made = await client.post(f"/api/{path}", json=body)
        assert made.status_code == 201, made.text
    bill = await _made(client, "bill", {"lines": [{"item": item} for item in OLD]})
    return bill, await _made(client, "memo", {"bill": bill})


async def _made(client: httpx.AsyncClient, target: str, values: dict[str, Any]) -> str:
    made = await client.post(f"/api/records/{target}", json=values)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _put(client: httpx.AsyncClient, bill: str, items: list[str]) -> None:
    """Make the lines these: those known by their item keep their id."""
    now = await client.get(f"/api/records/bill/{bill}")
    known = {line["item"]: line["id"] for line in now.json()["values"]["lines"]}
    lines = [{"item": i, **({"id": known[i]} if i in known else {})} for i in items]
    answer = await client.patch(f"/api/records/bill/{bill}", json={"lines": lines})
    assert answer.status_code == 200, answer.text


async def _items(client: httpx.AsyncClient, bill: str) -> list[str] | None:
    answer = await client.get(f"/api/records/bill/{bill}")
    if answer.status_code == 404:
        return None
    return [line["item"] for line in answer.json()["values"]["lines"]]


async def _there(client: httpx.AsyncClient, target: str, record: str) -> bool:
    return (await client.get(f"/api/records/{target}/{record}")).status_code == 200
