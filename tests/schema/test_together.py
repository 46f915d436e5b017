"""Several designers and busy writers at once: nobody stalls, nothing is lost."""

import asyncio
import time

import httpx
import pytest
import pytest_asyncio
from psycopg import sql

from changliu.identity.model import Actor
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform
from changliu.schema import service
from changliu.schema.service import catalogue


@pytest_asyncio.fixture(scope="module", autouse=True)
async def ticket(admin: httpx.AsyncClient) -> None:
    body = {
        "key": "ticket",
        "label": "工单",
        "fields": [{"key": "name", "label": "名称", "type": "text"}],
    }
    made = await admin.post("/api/objects", json=body)
    assert made.status_code == 201, made.text


def text(key: str) -> dict[str, str]:
    return {"key": key, "label": key, "type": "text"}


@pytest.mark.feature("Z1")
async def test_two_designers_at_once_both_succeed(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(admin.post("/api/objects/ticket/fields", json=text(f"both_{i}")) for i in range(6))
    )
    assert [a.status_code for a in answers] == [201] * 6, [a.text for a in answers]
    keys = [f["key"] for f in (await admin.get("/api/objects/ticket")).json()["fields"]]
    assert {f"both_{i}" for i in range(6)} <= set(keys)


async def test_the_same_key_at_once_is_made_once(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(admin.post("/api/objects/ticket/fields", json=text("same")) for _ in range(4))
    )
    assert sorted(a.status_code for a in answers) == [201, 422, 422, 422]


async def test_a_long_writer_delays_the_change_but_no_other_writer(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    async with platform.database.transaction(workspace) as tx:
        table = sql.Identifier(tx.schema, (await catalogue(tx)).object("ticket").table)
    held = asyncio.Event()
    written = 0

    async def long_writer() -> None:
        async with platform.database.transaction(workspace) as tx:
            await tx.execute(sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(table))
            held.set()
            await asyncio.sleep(0.6)
            # The change is waiting by now: behind one without patience nobody would write.
            before = written
            async with asyncio.timeout(15):
                while written < before + 5:  # noqa: ASYNC110 -- no event to wait for
                    await asyncio.sleep(0.01)

    async def short_writers(until: asyncio.Task[None]) -> None:
        nonlocal written
        while not until.done():
            async with platform.database.transaction(workspace) as tx:
                await tx.execute(sql.SQL("UPDATE {} SET version = version").format(table))
            written += 1
            await asyncio.sleep(0.005)

    writing = asyncio.create_task(long_writer())
    await held.wait()
    others = asyncio.create_task(short_writers(writing))
    added = await admin.post("/api/objects/ticket/fields", json=text("patient"))
    await writing
    await others
    assert added.status_code == 201, added.text


async def test_two_hundred_fields(platform: Platform, workspace: Workspace, actor: Actor) -> None:
    fields = [text(f"field_{i}") for i in range(200)]
    body = {"key": "wide", "label": "宽表", "fields": fields}
    began = time.perf_counter()
    await service.create_object(platform.database, workspace, actor, body)
    took = time.perf_counter() - began
    async with platform.database.transaction(workspace) as tx:
        assert len((await catalogue(tx)).object("wide").fields) == 200
    assert took < 30, took  # 1.0 s measured on an idle machine


async def test_a_field_is_added_in_a_blink(
    platform: Platform, workspace: Workspace, actor: Actor
) -> None:
    times = []
    for i in range(20):
        began = time.perf_counter()
        body = text(f"quick_{i}")
        await service.add_field(platform.database, workspace, actor, "wide", body)
        times.append(time.perf_counter() - began)
    times.sort()
    assert times[10] < 0.3, times  # 0.009 s measured on an idle machine


async def test_limits(admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("changliu.schema.field_prepare.MAX_FIELDS", 220)
    full = await admin.post("/api/objects/wide/fields", json=text("one_too_many"))
    assert (full.status_code, full.json()["code"]) == (422, "schema.limit")
    monkeypatch.setattr("changliu.schema.object_kind.MAX_OBJECTS", 2)
    full = await admin.post("/api/objects", json={"key": "third", "label": "三"})
    assert (full.status_code, full.json()["code"]) == (422, "schema.limit")


async def test_many_readers_load_a_new_catalogue_once(
    platform: Platform, workspace: Workspace, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = text("single_flight")
    await service.add_field(platform.database, workspace, actor, "ticket", body)
    other = Database(platform.database.app_dsn, platform.database.owner_dsn)
    await other.open()
    loads = 0
    real = service.catalogue.__globals__["_load"]

    async def counted(tx: object) -> object:
        nonlocal loads
        loads += 1
        return await real(tx)

    monkeypatch.setitem(service.catalogue.__globals__, "_load", counted)

    async def look() -> bool:
        async with other.transaction(workspace, write=False) as tx:
            return "single_flight" in (await catalogue(tx)).object("ticket").by_key

    try:
        assert all(await asyncio.gather(*(look() for _ in range(8))))
    finally:
        await other.close()
    assert loads == 1
