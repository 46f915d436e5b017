"""Background work beside `scale` jobs of the future: a batch, a drain, an enqueue, the pickup."""

import asyncio
import statistics
import time
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.harness import Comparison, Cost, World, compare, world
from changliu.jobs import service
from changliu.jobs.batch import Crew, run_batch
from changliu.jobs.hints import send_hints
from changliu.jobs.model import Job, NewJob, Registry
from changliu.jobs.worker import Worker
from changliu.kit import clock
from changliu.kit.db import Tx
from changliu.kit.ids import uuid7

BATCH, BATCHES, DRAIN, PICKUPS = 20, 120, 10_000, 40
_FUTURE = (
    "INSERT INTO {job} (kind, lock_key, payload, run_at, created_at)"
    " SELECT 'noop', CASE WHEN i %% 2 = 0 THEN 'k' || i END, '{{}}',"
    " %(now)s + interval '1 day' + i * interval '1 s', %(now)s"
    " FROM generate_series(1, %(count)s) AS i"
)
# What one would write by hand: no keys' order, no retries, no memory of crashes.
_FLOOR_CLAIM = (
    "SELECT id, kind, payload FROM {job} WHERE dead_at IS NULL AND run_at <= %s"
    " ORDER BY run_at, id LIMIT %s FOR UPDATE SKIP LOCKED"
)
_FLOOR_DELETE = "DELETE FROM {job} WHERE id = ANY (%s)"
_FLOOR_INSERT = (
    "INSERT INTO {job} (kind, payload, run_at, created_at)"
    " VALUES ('noop', '{{}}', %(now)s, %(now)s)"
)


async def noop(_tx: Tx, _job: Job) -> None:
    """Do nothing."""


async def run(scale: int) -> list[Comparison]:
    """Return the lines: batch of 20, enqueue of 1, draining 10,000, pickup latency."""
    async with world() as bench:
        await _fill(bench, scale)
        connection = await psycopg.AsyncConnection.connect(
            bench.instance.owner_dsn, autocommit=True, prepare_threshold=1
        )
        async with connection as floor:
            lines = [await _batch(bench, floor), await _enqueue(bench, floor)]
        lines.append(await _drain(bench))
        lines.append(await _pickup(bench))
        return lines


async def _fill(bench: World, scale: int) -> None:
    async with bench.platform.database.transaction(bench.workspace, timeout_ms=600_000) as tx:
        await tx.execute(_named(bench, _FUTURE), {"now": tx.now, "count": scale})
    async with bench.platform.database.ddl(bench.workspace) as tx:
        await tx.execute(_named(bench, "ANALYZE {job}"))


async def _batch(bench: World, floor: psycopg.AsyncConnection[Any]) -> Comparison:
    await _add(bench, BATCH * BATCHES * 2)
    crew = Crew(uuid7(), Registry({"noop": noop}), limit=BATCH)
    database, workspace = bench.platform.database, bench.workspace
    claim, delete = _named(bench, _FLOOR_CLAIM), _named(bench, _FLOOR_DELETE)

    async def ours() -> None:
        outcome = await run_batch(database, workspace, crew)
        assert len(outcome.done) == BATCH

    async def by_hand() -> None:
        async with floor.transaction():
            cursor = await floor.execute(claim, (clock.now(), BATCH))
            ids = [row[0] for row in await cursor.fetchall()]
            assert len(ids) == BATCH
            await floor.execute(delete, (ids,))

    line = await compare(bench, "batch of 20 no-op jobs", ours, by_hand)
    rate = f"{BATCH * 1000 / line.ours.p50:,.0f}"
    return Comparison(line.name, line.ours, line.floor, {"jobs/s": rate})


async def _enqueue(bench: World, floor: psycopg.AsyncConnection[Any]) -> Comparison:
    database, workspace = bench.platform.database, bench.workspace
    insert = _named(bench, _FLOOR_INSERT)

    async def ours() -> None:
        async with database.transaction(workspace) as tx:
            await service.enqueue(tx, "noop", {})

    async def by_hand() -> None:
        async with floor.transaction():
            await floor.execute(insert, {"now": clock.now()})

    return await compare(bench, "enqueue one job", ours, by_hand)


async def _drain(bench: World) -> Comparison:
    """A whole worker on a backlog: milliseconds per job, housekeeping included."""
    worker = Worker(bench.platform.database, Registry({"noop": noop}))
    await worker.drain()
    await _add(bench, DRAIN)
    began, cpu = time.perf_counter(), time.process_time()
    await worker.drain()
    wall, busy = time.perf_counter() - began, time.process_time() - cpu
    each = wall / DRAIN * 1000
    cost = Cost(round(each, 4), round(each, 4), round(busy / DRAIN * 1000, 4), 0)
    return Comparison(
        f"drain {DRAIN:,} jobs, per job", cost, None, {"jobs/s": f"{1000 / each:,.0f}"}
    )


async def _pickup(bench: World) -> Comparison:
    """From the commit of a job to the start of its handler, in an idle system."""
    started: asyncio.Queue[float] = asyncio.Queue()

    async def tell(_tx: Tx, _job: Job) -> None:
        started.put_nowait(time.perf_counter())

    stop = asyncio.Event()
    database, workspace = bench.platform.database, bench.workspace
    worker = asyncio.create_task(Worker(database, Registry({"tell": tell})).run(stop))
    hints = asyncio.create_task(send_hints(database))
    waits = []
    await asyncio.sleep(1)
    for turn in range(PICKUPS):
        await asyncio.sleep(0.05 + turn % 7 * 0.05)
        async with database.transaction(workspace) as tx:
            await service.enqueue(tx, "tell", {})
        committed = time.perf_counter()
        waits.append((await started.get() - committed) * 1000)
    stop.set()
    await worker
    hints.cancel()
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    cost = Cost(round(statistics.median(waits), 2), round(p95, 2), 0, 0)
    return Comparison("pickup, idle", cost, None, {"p95 ms": f"{p95:.1f}"})


async def _add(bench: World, count: int) -> None:
    async with bench.platform.database.transaction(bench.workspace) as tx:
        await service.enqueue_many(tx, [NewJob("noop") for _ in range(count)])


def _named(bench: World, text: str) -> sql.Composed:
    return sql.SQL(text).format(job=sql.Identifier(bench.workspace.schema, "job"))
