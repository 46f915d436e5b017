"""A change of type under fire: its worker killed at every step while a server takes writes."""

import asyncio
from typing import Any

import httpx
import pytest
from psycopg import sql
from tests.doors import sign_in
from tests.walks.harness import CLI, PASSWORD, Child, Site, eventually, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

RECORDS = 60


@pytest.mark.feature("Z1")
async def test_a_type_changes_whole_and_no_write_is_lost() -> None:
    async with new_site(workspace=False) as site:
        door = new_server(site, "--workers", "0")
        worker = site.child("worker", *CLI, "worker", "--data", str(site.data))
        await door.restart()
        async with httpx.AsyncClient(base_url=door.url, timeout=15) as client:
            await sign_in(client, "admin", PASSWORD)
            said = await _furnish(client)
            answer = await client.patch("/api/objects/deal/fields/x", json={"type": "number"})
            assert answer.status_code == 202, answer.text
            stop = asyncio.Event()
            writing = asyncio.create_task(_write(client, said, stop))
            for step in KILLED["retyping"]:
                await _die_at(site, worker, step)
            worker.start()
            await eventually(lambda: _is_done(client), 40)
            await asyncio.sleep(0.3)
            stop.set()
            await writing
            await _compare(client, said)
        await hold(site)


async def _furnish(client: httpx.AsyncClient) -> dict[str, str]:
    fields = [{"key": "x", "label": "值", "type": "text"}]
    made = await client.post("/api/objects", json={"key": "deal", "label": "单", "fields": fields})
    assert made.status_code == 201, made.text
    said = {}
    for number in range(RECORDS):
        saved = await client.post("/api/records/deal", json={"x": f"{number}.0"})
        assert saved.status_code == 201, saved.text
        said[saved.json()["id"]] = str(number)
    return said


async def _write(client: httpx.AsyncClient, said: dict[str, str], stop: asyncio.Event) -> None:
    """Change and create records all the while; note what the server said it saved."""
    number, known = 1000, list(said)
    while not stop.is_set():
        number += 1
        record = known[number % len(known)]
        saved = await client.patch(f"/api/records/deal/{record}", json={"x": str(number)})
        assert saved.status_code == 200, saved.text
        said[record] = str(number)
        made = await client.post("/api/records/deal", json={"x": str(number)})
        assert made.status_code == 201, made.text
        said[made.json()["id"]] = str(number)
        await asyncio.sleep(0.02)


async def _die_at(site: Site, worker: Child, step: str) -> None:
    """Let the worker run into a step that kills it, then let its lease run out."""
    worker.start(CHANGLIU_CRASH_AT=step)
    assert await worker.ended() < 0
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        schema = sql.Identifier(workspace.schema)
        assert await tx.execute(sql.SQL("DELETE FROM {}.job_lease").format(schema)) == 1
        text = sql.SQL("UPDATE {}.job SET run_at = %s WHERE kind = 'schema.retype'")
        assert await tx.execute(text.format(schema), [tx.now]) == 1


async def _is_done(client: httpx.AsyncClient) -> bool:
    progress = (await client.get("/api/objects/deal/fields/x/retype")).json()
    assert progress["state"] in ("fill", "follow", "done"), progress
    return bool(progress["state"] == "done")


async def _compare(client: httpx.AsyncClient, said: dict[str, str]) -> None:
    held: dict[str, Any] = {}
    cursor = None
    while True:
        params = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/records/deal", params=params)).json()
        held |= {record["id"]: record["values"].get("x") for record in page["items"]}
        if not (cursor := page.get("next")):
            break
    assert held == said
