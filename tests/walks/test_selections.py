"""A mass edit under fire: killed in its steps and between, it is done once and undone whole."""

from typing import Any

import httpx
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, new_server, new_site
from tests.walks.invariants import hold

from changliu.records.changeset.steps import COMMITTED

# More than one step (2,000 rows) takes.
MANY = 2_100
OBJECT = {
    "key": "deal",
    "label": "商机",
    "fields": [{"key": "name", "label": "名称", "type": "text"}],
}
BODY = {"op": "update", "filter": 'name = "旧"', "values": {"name": "新"}}


async def test_a_mass_edit_killed_anywhere_is_done_once() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site, "--workers", "0")
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            await sign_in(client, "admin", PASSWORD)
            await _furnish(client)
            told: list[dict[str, Any]] = []
            for _ in range(2):
                # Dead before it is written, dead before it is told; a replay writes nothing.
                await server.die("write", _step(client, told), then=COMMITTED)
                await server.die(COMMITTED, _step(client, told), then="write")
                told.append((await _step(client, told)).json())
            assert [(s["changed"], s["done"]) for s in told] == [(2_000, 2_000), (100, MANY)]
            assert told[0]["total"] == MANY
            assert told[0]["chain"] == told[1]["chain"]
            assert told[1]["next"] is None
            server.kill9()
            await server.restart()
            assert await _count(client, "新") == MANY
            path = f"/api/changesets/{told[0]['chain']}/revert"
            back = (await client.post(path, json={})).json()
            assert (back["records"], back["kept_count"]) == (MANY, 0)
            assert await _count(client, "旧") == MANY
        await hold(site)


async def _furnish(client: httpx.AsyncClient) -> None:
    made = await client.post("/api/objects", json=OBJECT)
    assert made.status_code == 201, made.text
    change = {"op": "create", "object": "deal", "values": {"name": "旧"}}
    made = await client.post("/api/changesets", json={"changes": [change] * MANY})
    assert made.status_code == 200, made.text


async def _step(client: httpx.AsyncClient, told: list[dict[str, Any]]) -> httpx.Response:
    body = {**BODY, "next": told[-1]["next"]} if told else BODY
    headers = {"idempotency-key": f"intent.{len(told)}"}
    answer = await client.post("/api/records/deal/selection", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def _count(client: httpx.AsyncClient, name: str) -> int:
    params = {"filter": f'name = "{name}"', "count": "true", "limit": "1"}
    found = (await client.get("/api/records/deal", params=params)).json()
    return int(found["total"])
