"""Sealing and erasing under fire: whoever dies, the chain is valid, and an erasure is whole or not.

The command that seals is killed at each of its steps and at random moments while others write, the
database with it once; then everything is sealed, checked by the command, and one byte is altered.
"""

import asyncio
import random
import signal
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from tests.walks.harness import CLI, KILLS, Site, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED
from tests.walks.test_saves import Write, prepared, several

from changliu.kit.ids import uuid7
from changliu.records.history.sealing.model import Report
from changliu.records.history.sealing.service import seal
from changliu.records.history.sealing.verify import verify

PHONE = "13800138000"
ERASING = KILLED["erasing"]


async def write(client: httpx.AsyncClient, what: Write) -> None:
    """Write in this process, which is not killed."""
    answer = await client.post(what.path, json=what.body, headers=what.headers)
    assert answer.status_code in {200, 201}, answer.text


async def check(site: Site) -> Report:
    """Check the chain from this process."""
    async with (
        site.opened() as (database, workspace),
        database.transaction(workspace, write=False) as tx,
    ):
        report = await verify(tx, site.data)
    assert report.ok, report.findings
    return report


async def run(site: Site, *arguments: str, **environment: str) -> int:
    """Run a command to its end and return its exit code."""
    return await site.child("audit", *CLI, "audit", *arguments).start(**environment).ended(60)


async def keep_writing(client: httpx.AsyncClient, stop: asyncio.Event) -> None:
    """Write small and large changesets until told to stop."""
    while not stop.is_set():
        await write(client, several(random.choice((1, 3, 120))))


@pytest.mark.feature("Z12")
async def test_a_seal_is_whole_or_not_there_whenever_its_process_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        for step in KILLED["sealing"]:
            await write(client, several(40))
            before = (await check(site)).seals
            assert await run(site, "seal", CHANGLIU_CRASH_AT=step) == -signal.SIGKILL
            assert (await check(site)).seals == before + (step == "seal.head")
        stop = asyncio.Event()
        writer = asyncio.create_task(keep_writing(client, stop))
        for _ in range(max(3, KILLS // 2)):
            child = site.child("audit", *CLI, "audit", "seal").start()
            await asyncio.sleep(random.uniform(0, 0.6))
            child.kill9()
            await check(site)
        stop.set()
        await writer
        assert await run(site, "seal") == 0
        report = await check(site)
        assert report.unsealed == 0
        await site.kill_database()
        await site.start_database()
        assert (await check(site)).entries == report.entries
        assert await run(site, "verify") == 0
        await hold(site)
        await alter_one(site)
        assert await run(site, "verify", LC_ALL="en_US.UTF-8") == 1
        assert "Entry 17 of the history" in site.text("audit")


async def alter_one(site: Site) -> None:
    """Alter one entry as whoever owns the database may."""
    async with await psycopg.AsyncConnection.connect(site.instance.owner_dsn) as conn:
        await conn.execute("UPDATE ws_1.history SET version = version + 1 WHERE seq = 17")


@pytest.mark.feature("Z12")
async def test_an_erasure_is_whole_or_not_there_whenever_its_process_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        phone = {"key": "phone", "label": "电话", "type": "phone", "personal": True}
        assert (await client.post("/api/objects/deal/fields", json=phone)).status_code == 201
        record = str(uuid7())
        body = {"id": record, "name": "甲", "phone": PHONE}
        await write(client, Write(str(uuid7()), "/api/records/deal", body, ()))
        async with (
            site.opened() as (database, workspace),
            database.transaction(workspace) as tx,
        ):
            assert (await seal(tx, site.data)).entries == 1
        path = f"/api/records/deal/{record}"
        codes = await die(site, f"{path}/erase", client.headers["authorization"])
        assert codes == [-signal.SIGKILL] * len(ERASING)
        assert (await client.get(path)).json()["values"]["phone"] == PHONE
        assert '"to":"13800138000"' in (await client.get(f"{path}/history")).text
        answer = await client.post(f"{path}/erase", json={"reason": "本人要求"})
        assert answer.json()["history"] == 2
        assert PHONE not in (await client.get(f"{path}/history")).text
        await check(site)


async def die(site: Site, path: str, token: str) -> list[int]:
    """Erase in processes that die at a step each; return their exit codes."""
    one: dict[str, Any] = {"method": "POST", "path": path, "body": {"reason": "本人要求"}}
    requests = [{**one, "step": s, "headers": {"authorization": token}} for s in ERASING]
    file = site.data / "requests.json"
    file.write_bytes(orjson.dumps(requests))
    child = site.child("saves", "-m", "tests.walks.one_save", str(site.data), str(file))
    await child.start().ended(120)
    return [int(line) for line in site.text("saves").splitlines()]
