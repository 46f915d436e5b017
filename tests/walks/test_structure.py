"""Structure under fire: the server killed while fields are added; nothing half, nothing lost."""

import asyncio
import random

import httpx
import pytest
from psycopg import sql
from tests.doors import sign_in
from tests.walks.harness import KILLS, PASSWORD, Server, Site, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

LABEL = {"zh-CN": "商机", "en": "Deal"}


@pytest.mark.feature("Z1")
async def test_a_field_is_there_whole_or_not_at_all() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site, "--workers", "0")
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=15) as client:
            await sign_in(client, "admin", PASSWORD)
            body = {"key": "deal", "label": LABEL, "title_field": None}
            assert (await client.post("/api/objects", json=body)).status_code == 201
            assert await _added(client, "name") is True
            told = {"name"} | await _die_at_the_commit(server, client)
            told |= await _die_at_random(server, client)
            await _compare(site, client, told)
        await hold(site)


async def _added(client: httpx.AsyncClient, key: str) -> bool:
    """Whether the server said that the field is there; False when it died meanwhile."""
    field = {"key": key, "label": key, "type": "text", "unique": key.endswith("u")}
    try:
        answer = await client.post("/api/objects/deal/fields", json=field)
    except httpx.TransportError:
        return False
    assert answer.status_code in (201, 503), answer.text
    return answer.status_code == 201


async def _die_at_the_commit(server: Server, client: httpx.AsyncClient) -> set[str]:
    """Dead after the DDL, before the commit: not there; then the same again, and it is."""
    [step] = KILLED["structure"]
    server.kill9()
    await server.restart(CHANGLIU_CRASH_AT=step)
    assert await _added(client, "half") is False
    server.kill9()
    await server.restart()
    assert "half" not in await _fields(client)
    assert await _added(client, "half") is True
    return {"half"}


async def _die_at_random(server: Server, client: httpx.AsyncClient) -> set[str]:
    told: set[str] = set()
    chance = random.Random(20261122)
    for turn in range(KILLS):
        killer = asyncio.create_task(_kill_soon(server, chance.uniform(0.0, 0.12)))
        for number in range(12):
            key = f"f{turn}_{number}" + ("u" if number % 4 == 0 else "")
            if await _added(client, key):
                told.add(key)
        await killer
        await server.restart()
    return told


async def _kill_soon(server: Server, seconds: float) -> None:
    await asyncio.sleep(seconds)
    server.kill9()


async def _fields(client: httpx.AsyncClient) -> set[str]:
    [deal] = (await client.get("/api/meta")).json()["objects"]
    return {field["key"] for field in deal["fields"]}


async def _compare(site: Site, client: httpx.AsyncClient, told: set[str]) -> None:
    """Every field told of is there; every field there has its column, index and use."""
    known = await _fields(client)
    assert told <= known
    values = {key: f"值{key}" for key in known}
    made = await client.post("/api/records/deal", json=values)
    assert made.status_code == 201, made.text
    assert made.json()["values"] == values
    again = await client.post("/api/records/deal", json=values)
    refused = {fault["path"] for fault in again.json()["errors"]}
    assert refused == {key for key in known if key.endswith("u")}
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        [[columns]] = await tx.rows(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = %s::regclass AND attname ~ '^f_'"
            " AND NOT attisdropped",
            [f"{workspace.schema}.o_1"],
        )
        query = sql.SQL("SELECT count(*) FROM {}.field").format(sql.Identifier(workspace.schema))
        [[rows]] = await tx.rows(query)
    assert columns == rows == len(known)
