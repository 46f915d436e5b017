"""Due rows: 10,000 due at once beside `scale` of the future; working time over many rows."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.harness import Comparison, Cost, World, compare, world
from changliu.kit import clock
from changliu.kit.db import Tx
from changliu.timers import service
from changliu.timers.loop import Loop, Pace
from changliu.timers.model import Fires, NewTimer, Timer
from changliu.timers.working_time import refresh_workspace

DUE, BATCH, BATCHES, ROWS = 10_000, 200, 60, 10_000
_FUTURE = (
    "INSERT INTO {timer} (kind, key, due, record, created_at)"
    " SELECT 'noop', 'future' || i, %(now)s + interval '1 day' + i * interval '1 s',"
    " gen_random_uuid(), %(now)s FROM generate_series(1, %(count)s) AS i"
)
# What one would write by hand: no hold, no memory of crashes, no parking.
_FLOOR = (
    "DELETE FROM {timer} WHERE id IN (SELECT id FROM {timer} WHERE parked_at IS NULL AND tries = 0"
    " AND due <= %s ORDER BY due, id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id, kind, payload"
)
_HOURS = (
    "SELECT sum({schema}.work_hours(t, t + interval '9 days', NULL, 'Asia/Shanghai'))"
    " FROM (SELECT %(now)s::timestamptz - i * interval '37 minutes' AS t"
    " FROM generate_series(1, %(count)s) AS i) AS moments"
)
_PLAIN = (
    "SELECT sum(extract(epoch FROM t + interval '9 days' - t))"
    " FROM (SELECT %(now)s::timestamptz - i * interval '37 minutes' AS t"
    " FROM generate_series(1, %(count)s) AS i) AS moments"
)


async def noop(_tx: Tx, _timers: Sequence[Timer]) -> None:
    """Do nothing."""


async def run(scale: int) -> list[Comparison]:
    """Return the lines: a batch, draining 10,000, setting one timer, working hours of 10,000."""
    async with world() as bench:
        await refresh_workspace(bench.platform.database, bench.workspace)
        await _fill(bench, scale)
        connection = await psycopg.AsyncConnection.connect(
            bench.instance.owner_dsn, autocommit=True, prepare_threshold=1
        )
        async with connection as floor:
            lines = [await _batch(bench, floor)]
            lines.append(await _drain(bench, workers=1))
            lines.append(await _drain(bench, workers=2))
            lines.append(await _hours(bench, floor))
        return lines


async def _fill(bench: World, scale: int) -> None:
    async with bench.platform.database.transaction(bench.workspace, timeout_ms=600_000) as tx:
        await tx.execute(_named(bench, _FUTURE), {"now": tx.now, "count": scale})
    async with bench.platform.database.ddl(bench.workspace) as tx:
        await tx.execute(_named(bench, "ANALYZE {timer}"))


async def _add(bench: World, count: int) -> None:
    async with bench.platform.database.transaction(bench.workspace) as tx:
        due = [NewTimer("noop", f"due{i}", tx.now) for i in range(count)]
        await service.set_timers(tx, due)


async def _batch(bench: World, floor: psycopg.AsyncConnection[Any]) -> Comparison:
    await _add(bench, BATCH * BATCHES * 4)
    loop = Loop(bench.platform.database, Fires({"noop": noop}), Pace(batch=BATCH))
    query = _named(bench, _FLOOR)

    async def ours() -> None:
        assert await loop.serve(bench.workspace) == BATCH

    async def by_hand() -> None:
        async with floor.transaction():
            cursor = await floor.execute(query, (clock.now(), BATCH))
            assert len(await cursor.fetchall()) == BATCH

    line = await compare(bench, f"batch of {BATCH} due rows", ours, by_hand, calls=BATCHES // 3)
    await loop.drain()
    rate = f"{BATCH * 1000 / line.ours.p50:,.0f}"
    return Comparison(line.name, line.ours, line.floor, {"rows/s": rate})


async def _drain(bench: World, workers: int) -> Comparison:
    await _add(bench, DUE)
    loops = [Loop(bench.platform.database, Fires({"noop": noop})) for _ in range(workers)]
    began, cpu = time.perf_counter(), time.process_time()
    served = sum(await asyncio.gather(*(loop.drain() for loop in loops)))
    wall, busy = time.perf_counter() - began, time.process_time() - cpu
    assert served == DUE, served
    each = wall / DUE * 1000
    cost = Cost(round(each, 4), round(each, 4), round(busy / DUE * 1000, 4), 0)
    notes = {"rows/s": f"{DUE / wall:,.0f}", "all in": f"{wall:.2f} s"}
    return Comparison(f"fire {DUE:,} due rows, {workers} loops, per row", cost, None, notes)


async def _hours(bench: World, floor: psycopg.AsyncConnection[Any]) -> Comparison:
    params = {"now": clock.now(), "count": ROWS}
    worked, plain = _named(bench, _HOURS), _named(bench, _PLAIN)

    async def ours() -> None:
        await floor.execute(worked, params)

    async def by_hand() -> None:
        await floor.execute(plain, params)

    line = await compare(bench, f"WORKHOURS of {ROWS:,} rows", ours, by_hand, calls=5)
    each = f"{line.ours.p50 / ROWS * 1000:.1f}"
    return Comparison(line.name, line.ours, line.floor, {"µs a row": each})


def _named(bench: World, text: str) -> sql.Composed:
    schema = bench.workspace.schema
    return sql.SQL(text).format(
        timer=sql.Identifier(schema, "timer"), schema=sql.Identifier(schema)
    )
