"""Routes of background work: who may look, run again, discard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from tests.jobs.conftest import crew, left, note

from changliu.identity.api.session import router as session_router
from changliu.identity.guard import requires
from changliu.identity.model import Right
from changliu.identity.provision import account_add, ensure_admin
from changliu.jobs import api, service
from changliu.jobs.batch import run_batch
from changliu.kit import http
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform

PASSWORD = "correct horse 9"


@pytest.fixture(scope="module")
def app(platform: Platform) -> FastAPI:
    app = FastAPI()
    app.state.platform = platform
    http.install(app)
    app.include_router(session_router, prefix="/api")
    app.include_router(api.routes(requires(Right.JOBS_MANAGE)), prefix="/api")
    return app


@asynccontextmanager
async def signed_in(app: FastAPI, login: str | None) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        if login is not None:
            form = {"login": login, "password": PASSWORD}
            answer = await client.post("/api/auth/login", json=form)
            client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield client


@pytest_asyncio.fixture(scope="module")
async def accounts(platform: Platform, workspace: Workspace) -> None:
    await ensure_admin(platform.database, workspace, PASSWORD)
    await account_add(platform.database, workspace, "rep", password=PASSWORD, roles=[])


@pytest_asyncio.fixture
async def dead(database: Database, workspace: Workspace, accounts: None) -> int:  # noqa: ARG001
    """A job set aside because nobody knows its kind."""
    async with database.transaction(workspace) as tx:
        job = await service.enqueue(tx, "lost", {"name": "a"}, max_attempts=1)
        await service.enqueue(tx, "later", {}, run_at=tx.now.replace(year=tx.now.year + 1))
    await run_batch(database, workspace, crew())
    return job


async def test_a_holder_sees_runs_again_and_discards(
    app: FastAPI, database: Database, workspace: Workspace, dead: int
) -> None:
    async with signed_in(app, "admin") as admin:
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


@pytest.mark.parametrize(("login", "status"), [(None, 401), ("rep", 403)])
async def test_others_see_and_do_nothing(
    app: FastAPI,
    database: Database,
    workspace: Workspace,
    dead: int,
    login: str | None,
    status: int,
) -> None:
    before = await left(database, workspace)
    async with signed_in(app, login) as client:
        answers = [
            await client.get("/api/jobs"),
            await client.post(f"/api/jobs/{dead}/run"),
            await client.delete(f"/api/jobs/{dead}"),
        ]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert await left(database, workspace) == before
