"""Due rows: fired once, parked when bad, moved, cancelled, and whatever dies in between."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from tests.doors import open_client
from tests.timers.one_loop import note
from tests.walks.points import KILLED

from changliu.kit import clock
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform
from changliu.timers import service, test_clock
from changliu.timers.loop import Loop, Pace
from changliu.timers.model import Fire, Fires, NewTimer, Timer
from changliu.timers.store import due

RECORD = UUID(int=5)


@pytest_asyncio.fixture(scope="module")
async def effects(platform: Platform, workspace: Workspace) -> None:
    create = "CREATE TABLE {}.effect (at bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL)"
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL(create).format(sql.Identifier(tx.schema)))


@pytest_asyncio.fixture
async def database(
    platform: Platform,
    workspace: Workspace,
    effects: None,  # noqa: ARG001
) -> AsyncIterator[Database]:
    yield platform.database
    await test_clock.set_now(platform.database, None)
    async with platform.database.transaction(workspace) as tx:
        for table in ("timer", "effect"):
            query = sql.SQL("DELETE FROM {}.{}")
            await tx.execute(query.format(sql.Identifier(tx.schema), sql.Identifier(table)))


async def fail(tx: Tx, timers: Sequence[Timer]) -> None:
    """Write effects, then fail over every row that says so."""
    await note(tx, timers)
    if any(timer.payload.get("bad") for timer in timers):
        raise ValueError("this row cannot be handled")


def loop(database: Database, pace: Pace | None = None, **fires: Fire) -> Loop:
    return Loop(database, Fires({"note": note, "fail": fail, **fires}), pace)


async def put(
    database: Database, workspace: Workspace, *keys: str, kind: str = "note", after: float = 0,
    **payload: Any,
) -> None:  # fmt: skip
    async with database.transaction(workspace) as tx:
        due = tx.now + timedelta(seconds=after)
        await service.set_timers(
            tx, [NewTimer(kind, key, due, payload, "ticket", RECORD) for key in keys]
        )


async def seen(database: Database, workspace: Workspace) -> list[str]:
    query = sql.SQL("SELECT name FROM {}.effect ORDER BY at")
    async with database.transaction(workspace, write=False) as tx:
        return [row[0] for row in await tx.rows(query.format(sql.Identifier(tx.schema)))]


async def left(database: Database, workspace: Workspace) -> list[dict[str, Any]]:
    query = sql.SQL("SELECT * FROM {}.timer ORDER BY key, id")
    async with database.transaction(workspace, write=False) as tx:
        return await tx.dicts(query.format(sql.Identifier(tx.schema)))


async def test_rows_fire_once_when_business_time_comes(
    database: Database, workspace: Workspace
) -> None:
    await put(database, workspace, "a", "b")
    await put(database, workspace, "in 2 days", after=2 * 86_400)
    assert await loop(database).drain() == 2
    assert await seen(database, workspace) == ["a", "b"]
    assert await loop(database).drain() == 0
    await test_clock.set_now(database, datetime.now(UTC) + timedelta(days=3))
    assert await loop(database).drain() == 1
    assert await seen(database, workspace) == ["a", "b", "in 2 days"]
    assert await left(database, workspace) == []


async def test_what_was_due_stays_due_when_the_clock_goes_back(
    database: Database, workspace: Workspace
) -> None:
    await put(database, workspace, "due")
    await put(database, workspace, "later", after=3_600)
    await test_clock.set_now(database, datetime(2020, 1, 1, tzinfo=UTC))
    assert await loop(database).drain() == 1
    assert await seen(database, workspace) == ["due"]


async def test_setting_again_moves_and_cancelling_takes_back(
    database: Database, workspace: Workspace
) -> None:
    await put(database, workspace, "moved", "cancelled", "of a record")
    await put(database, workspace, "moved", after=3_600, said="later")
    async with database.transaction(workspace) as tx:
        assert await service.cancel(tx, "note", ["cancelled", "unknown"]) == 1
    rows = await left(database, workspace)
    assert [(row["key"], row["payload"]) for row in rows] == [
        ("moved", {"said": "later"}),
        ("of a record", {}),
    ]
    async with database.transaction(workspace) as tx:
        assert await service.cancel_records(tx, [RECORD], "other") == 0
        assert await service.cancel_records(tx, [RECORD]) == 2
    assert await loop(database).drain() == 0


async def test_a_bad_row_is_parked_and_the_others_go_on(
    database: Database, workspace: Workspace
) -> None:
    await put(database, workspace, *(f"k{n}" for n in range(20)), kind="fail")
    await put(database, workspace, "k7", "k13", kind="fail", bad=True)
    await put(database, workspace, "of another kind", kind="nobody's")
    await put(database, workspace, "good")
    await loop(database).drain()
    names = await seen(database, workspace)
    good = [f"k{n}" for n in range(20) if n not in (7, 13)]
    assert sorted(names) == sorted([*good, "good"])
    parked = {row["key"]: row["error"] for row in await left(database, workspace)}
    assert parked == {
        "k7": "ValueError: this row cannot be handled",
        "k13": "ValueError: this row cannot be handled",
        "of another kind": "LookupError: no handler for 'nobody's' in this version of the program",
    }
    assert await loop(database).drain() == 0


async def test_rows_of_a_kind_are_handled_together(
    database: Database, workspace: Workspace
) -> None:
    batches: list[int] = []

    async def count(_tx: Tx, timers: Sequence[Timer]) -> None:
        batches.append(len(timers))

    await put(database, workspace, *(f"k{n}" for n in range(25)), kind="count")
    await loop(database, Pace(batch=10), count=count).drain()
    assert batches == [10, 10, 5]


async def test_a_handler_may_set_its_own_timer_again(
    database: Database, workspace: Workspace
) -> None:
    async def again(tx: Tx, timers: Sequence[Timer]) -> None:
        await note(tx, timers)
        due = tx.now + timedelta(hours=1)
        await service.set_timers(tx, [NewTimer("again", timer.key, due) for timer in timers])

    await put(database, workspace, "hourly", kind="again")
    one = loop(database, again=again)
    assert await one.drain() == 1
    await test_clock.set_now(database, datetime.now(UTC) + timedelta(hours=2))
    assert await one.drain() == 1
    assert await seen(database, workspace) == ["hourly", "hourly"]
    assert len(await left(database, workspace)) == 1


@pytest.mark.parametrize("change", ["cancel", "move"])
async def test_a_row_taken_back_after_its_claim_does_not_fire(
    database: Database, workspace: Workspace, change: str
) -> None:
    await put(database, workspace, "a", "b")
    one = loop(database)
    claim = await one._claim(workspace, 10, left=False)
    assert len(claim.tries) == 2
    if change == "cancel":
        async with database.transaction(workspace) as tx:
            await service.cancel(tx, "note", ["a"])
    else:
        await put(database, workspace, "a", after=60)
    await one._fire(workspace, claim)
    assert await seen(database, workspace) == ["b"]
    assert await loop(database).drain() == 0


async def test_a_collision_is_tried_again(database: Database, workspace: Workspace) -> None:
    tries: list[int] = []

    async def collide(tx: Tx, timers: Sequence[Timer]) -> None:
        tries.extend(timer.tries for timer in timers)
        if len(tries) < 3:
            raise psycopg.errors.DeadlockDetected("deadlock detected")
        await note(tx, timers)

    await put(database, workspace, "a", kind="collide")
    one = loop(database, Pace(pause=timedelta(0)), collide=collide)
    while await one.drain():
        pass
    assert await seen(database, workspace) == ["a"]
    assert tries == [1, 2, 3]


async def test_loops_side_by_side_share_the_work(database: Database, workspace: Workspace) -> None:
    await put(database, workspace, *(f"k{n}" for n in range(300)))
    await asyncio.gather(*(loop(database, Pace(batch=7)).drain() for _ in range(4)))
    assert Counter(await seen(database, workspace)) == Counter(f"k{n}" for n in range(300))
    assert await left(database, workspace) == []


async def test_the_loop_runs_until_told_to_stop_whatever_a_workspace_does(
    database: Database, workspace: Workspace
) -> None:
    fired = asyncio.Event()
    failures = 0

    async def tell(_tx: Tx, _timers: Sequence[Timer]) -> None:
        fired.set()

    class Shaky(Loop):
        async def serve(self, workspace: Workspace) -> int:
            nonlocal failures
            if failures < 2:
                failures += 1
                raise psycopg.OperationalError("the connection is closed")
            return await super().serve(workspace)

    stop = asyncio.Event()
    running = asyncio.create_task(Shaky(database, Fires({"tell": tell}), Pace(poll=0.02)).run(stop))
    await put(database, workspace, "soon", kind="tell", after=0.2)
    await asyncio.wait_for(fired.wait(), 30)
    assert failures == 2
    stop.set()
    await asyncio.wait_for(running, 30)
    assert await left(database, workspace) == []


async def _spawn(database: Database, crash: str = "") -> int | None:
    environment = {**os.environ, "CHANGLIU_CRASH_AT": crash}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.timers.one_loop", database.app_dsn, env=environment
    )
    return await process.wait()


async def test_no_more_rows_are_claimed_than_asked_for_when_the_planner_knows_of_none(
    database: Database, workspace: Workspace
) -> None:
    names = [f"k{n}" for n in range(9)]
    await put(database, workspace, *names)
    table = sql.Identifier(workspace.schema, "timer")
    async with database.transaction(workspace) as tx:
        await tx.execute(sql.SQL("DELETE FROM {}").format(table))
    # As the server's own upkeep looks at a table that is empty most of the time.
    async with await psycopg.AsyncConnection.connect(database.owner_dsn, autocommit=True) as conn:
        await conn.execute(sql.SQL("ANALYZE {}").format(table))
    await put(database, workspace, *names)
    real = clock.real()
    async with database.transaction(workspace) as tx:
        claim = await due.claim(tx, uuid7(), (real, real), 1, left=False)
    assert len(claim.tries) == 1


@pytest.mark.parametrize("step", KILLED["timers"])
async def test_killed_at_any_step_each_row_fires_once(
    database: Database, workspace: Workspace, step: str
) -> None:
    keys = [f"k{n}" for n in range(12)]
    await put(database, workspace, *keys)
    assert await _spawn(database, step) == -signal.SIGKILL
    assert await _spawn(database, f"{step}:2") in (-signal.SIGKILL, 0)
    assert await _spawn(database) == 0
    assert Counter(await seen(database, workspace)) == Counter(keys)
    assert await left(database, workspace) == []


async def test_a_row_that_kills_its_worker_is_parked_in_the_end(
    database: Database, workspace: Workspace
) -> None:
    await put(database, workspace, "a", "killer", kind="kill")
    await put(database, workspace, "good", "better")
    codes = [await _spawn(database) for _ in range(12)]
    assert codes[0] == -signal.SIGKILL
    assert codes[-1] == 0
    assert sorted(await seen(database, workspace)) == ["better", "good"]
    rows = await left(database, workspace)
    assert [row["key"] for row in rows] == ["a", "killer"]
    assert all("its worker died or hung 4 times" in row["error"] for row in rows)


async def test_an_administrator_sees_the_parked_runs_them_again_and_discards_them(
    database: Database, workspace: Workspace, admin: httpx.AsyncClient, platform: Platform
) -> None:
    await put(database, workspace, "mended", "discarded", "again", kind="fail", bad=True)
    await put(database, workspace, "waiting", after=60)
    await loop(database).drain()
    shown = (await admin.get("/api/timers", params={"limit": 2})).json()
    assert shown["kinds"] == [
        {"kind": "fail", "due": 0, "waiting": 0, "parked": 3},
        {"kind": "note", "due": 0, "waiting": 1, "parked": 0},
    ]
    more = (await admin.get("/api/timers", params={"before": shown["next"]})).json()
    rows = {row["key"]: row for row in shown["parked"] + more["parked"]}
    assert set(rows) == {"mended", "discarded", "again"}
    assert rows["mended"]["error"] == "ValueError: this row cannot be handled"
    assert rows["mended"]["record"] == str(RECORD)

    await put(database, workspace, "again", kind="fail", after=60)
    answer = await admin.post(f"/api/timers/{rows['again']['id']}/run")
    assert (answer.status_code, answer.json()["code"]) == (409, "timer.again")
    assert (await admin.delete(f"/api/timers/{rows['discarded']['id']}")).status_code == 204
    answer = await admin.post(f"/api/timers/{rows['mended']['id']}/run")
    assert answer.status_code == 200, answer.text
    assert await loop(database, fail=note).drain() == 1
    assert await seen(database, workspace) == ["mended"]
    for number in (rows["mended"]["id"], 0, 2**70):
        assert (await admin.post(f"/api/timers/{number}/run")).status_code == 404
        assert (await admin.delete(f"/api/timers/{number}")).status_code == 404
    async with open_client(platform) as stranger:
        assert (await stranger.get("/api/timers")).status_code == 401
        assert (await stranger.post("/api/timers/1/run")).status_code == 401
        assert (await stranger.delete("/api/timers/1")).status_code == 401
