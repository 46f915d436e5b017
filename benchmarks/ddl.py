"""Row 4 of the performance page: adding and removing a field while 200 requests a second go on."""

import asyncio
import time
from typing import Any

from psycopg import sql

from benchmarks.harness import Comparison, Cost, Meter, world
from benchmarks.save import Made, furnished
from changliu import main
from changliu.definitions.kind import KindRegistry
from changliu.identity import provision
from changliu.kit.db import retry_locked
from changliu.schema import service as schema

RATE = 200
QUIET_SECONDS, CHANGES = 3.0, 10


class Load:
    """Requests at a fixed rate, seven lists to three saves; remembers every latency."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.latencies: list[tuple[float, float]] = []
        self.failed = 0
        self._stop = False

    async def run(self) -> None:
        """Send until stopped; a late answer does not hold back the next request."""
        tasks: set[asyncio.Task[None]] = set()
        number, began = 0, time.perf_counter()
        while not self._stop:
            task = asyncio.create_task(self._one(number))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            number += 1
            await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        await asyncio.gather(*tasks)

    def stop(self) -> None:
        """Send no more."""
        self._stop = True

    async def _one(self, number: int) -> None:
        began = time.perf_counter()
        try:
            if number % 10 < 7:
                await self.made.rep.call("GET", "/api/records/lead", params=LIST)
            else:
                await self.made.rep.call("POST", "/api/records/lead", {"name": f"客户{number}"})
        except RuntimeError:
            self.failed += 1
        self.latencies.append((began, time.perf_counter() - began))

    def worst(self, since: float) -> float:
        """Return the worst latency in ms of requests begun after an instant."""
        return round(max(t for began, t in self.latencies if began >= since) * 1000, 1)


LIST = {"sort": "-created_at", "limit": "20"}


async def run(scale: int) -> list[Comparison]:
    """Measure adding and removing fields on an object of `scale` rows under load."""
    async with world() as bench, furnished(bench, scale) as made:
        load = Load(made)
        running = asyncio.create_task(load.run())
        await asyncio.sleep(QUIET_SECONDS)
        began = time.perf_counter()
        quiet = load.worst(0)
        meter = Meter(bench.settings)
        added = [await _timed(meter, _add(made, i)) for i in range(CHANGES)]
        first = made.rep.call("POST", "/api/records/lead", {"name": "x", "new_0": "y"})
        used = await _timed(meter, first)
        removed = [await _timed(meter, _remove(made, i)) for i in range(CHANGES)]
        after = load.worst(began)
        load.stop()
        await running
        floor = [await _timed(meter, _by_hand(made, i)) for i in range(CHANGES)]
        notes = {"worst_quiet_ms": quiet, "worst_during_ms": after, "failed": load.failed,
                 "requests": len(load.latencies), "first_use_ms": used[0]}  # fmt: skip
        return [
            Comparison("add a field at 200 req/s", _cost(added), _cost(floor), notes),
            Comparison("remove a field at 200 req/s", _cost(removed), None, {}),
        ]


async def _timed(meter: Meter, call: Any) -> tuple[float, float, float]:
    app, database = meter.read()
    began = time.perf_counter()
    await call
    took = (time.perf_counter() - began) * 1000
    app_now, database_now = meter.read()
    return round(took, 2), (app_now - app) * 1000, (database_now - database) * 1000


def _cost(timed: list[tuple[float, float, float]]) -> Cost:
    walls = sorted(t[0] for t in timed)
    count = len(timed)
    return Cost(
        walls[count // 2], walls[-1],
        round(sum(t[1] for t in timed) / count, 2), round(sum(t[2] for t in timed) / count, 2),
    )  # fmt: skip


async def _add(made: Made, number: int) -> None:
    database, workspace = made.bench.platform.database, made.bench.workspace
    async with database.transaction(workspace, write=False) as tx:
        actor = await provision.acting(tx)
    body = {"key": f"new_{number}", "label": f"New {number}", "type": "text"}
    await schema.add_field(database, workspace, actor, "lead", body)


async def _remove(made: Made, number: int) -> None:
    database, workspace = made.bench.platform.database, made.bench.workspace
    async with database.transaction(workspace, write=False) as tx:
        actor = await provision.acting(tx)
    kinds = KindRegistry(main.KINDS)
    await schema.remove_field(database, workspace, actor, kinds, ("lead", f"new_{number}"))


async def _by_hand(made: Made, number: int) -> None:
    query = sql.SQL("ALTER TABLE {} ADD COLUMN {} text").format(
        made.table, sql.Identifier(f"by_hand_{number}")
    )

    async def attempt() -> None:
        async with made.bench.platform.database.ddl(made.bench.workspace) as tx:
            await tx.execute(query)

    await retry_locked(attempt)
