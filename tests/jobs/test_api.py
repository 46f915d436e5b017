"""Routes of background work: who may look, run again, discard."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from tests.doors import open_client, sign_in
from tests.jobs.conftest import crew, left, note

from changliu.identity.provision import account_add
from changliu.jobs import service
from changliu.jobs.batch import run_batch
from changliu.jobs.hints import CHANNEL
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform

PASSWORD = "correct horse 9"


@pytest_asyncio.fixture(scope="module")
async def rep(platform: Platform, workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    """A member without any right."""
    await account_add(platform.database, workspace, "rep", password=PASSWORD, roles=[])
    async with open_client(platform) as opened:
        await sign_in(opened, "rep", PASSWORD)
        yield opened


@pytest_asyncio.fixture
async def dead(database: Database, workspace: Workspace) -> int:
    """A job set aside because nobody knows its kind."""
    async with database.transaction(workspace) as tx:
        job = await service.enqueue(tx, "lost", {"name": "a"}, max_attempts=1)
        await service.enqueue(tx, "later", {}, run_at=tx.now.replace(year=tx.now.year + 1))
    await run_batch(database, workspace, crew())
    return job


async def test_a_holder_sees_runs_again_and_discards(
    admin: httpx.AsyncClient, database: Database, workspace: Workspace, dead: int
) -> None:
    overview = (await admin.get("/api/jobs")).json()
    assert overview["kinds"] == [
        {"kind": "later", "due": 0, "waiting": 1, "dead": 0},
        {"kind": "lost", "due": 0, "waiting": 0, "dead": 1},
    ]
    assert [job["id"] for job in overview["dead"]] == [dead]
    assert "no handler for 'lost'" in overview["dead"][0]["error"]
    assert (await admin.post(f"/api/jobs/{dead}/run")).json() == {"id": dead}
    assert (await run_batch(database, workspace, crew(lost=note))).done == [dead]
    gone = await admin.delete(f"/api/jobs/{dead}")
    assert (gone.status_code, gone.json()["code"]) == (404, "job.missing")
    (waiting,) = await left(database, workspace)
    assert (await admin.delete(f"/api/jobs/{waiting['id']}")).status_code == 204
    assert await left(database, workspace) == []
    assert (await admin.delete(f"/api/jobs/{10**30}")).status_code == 404
    assert (await admin.get("/api/jobs?limit=0")).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("client", 401), ("rep", 403)])
async def test_others_see_and_do_nothing(
    client: httpx.AsyncClient,
    rep: httpx.AsyncClient,
    database: Database,
    workspace: Workspace,
    dead: int,
    who: str,
    status: int,
) -> None:
    before = await left(database, workspace)
    caller = {"client": client, "rep": rep}[who]
    answers = [
        await caller.get("/api/jobs"),
        await caller.post(f"/api/jobs/{dead}/run"),
        await caller.delete(f"/api/jobs/{dead}"),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert await left(database, workspace) == before


@pytest.mark.usefixtures("client")
async def test_a_serving_process_hints_at_its_jobs(
    database: Database, workspace: Workspace
) -> None:
    listening, heard = asyncio.Event(), asyncio.Queue[str]()

    async def listen() -> None:
        async with database.listening(CHANNEL) as payloads:
            listening.set()
            async for schema in payloads:
                heard.put_nowait(schema)

    listener = asyncio.create_task(listen())
    await listening.wait()
    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "note", {"name": "a"})
    assert await asyncio.wait_for(heard.get(), 30) == workspace.schema
    listener.cancel()
    await asyncio.wait([listener])
