"""Row 4 of the performance page: changes of structure while 200 requests a second go on.

Adding and removing fields, a new formula with its index, and a field becoming another type; what a
worker would do runs in a thread with pools of its own.
"""

import asyncio
import time
from typing import Any

from psycopg import sql

from benchmarks.harness import Comparison, Cost, Meter, World, world
from benchmarks.save import Made, furnished
from changliu import main
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.identity import provision
from changliu.jobs.model import Job, LongWork
from changliu.kit import clock
from changliu.kit.db import Database
from changliu.kit.retry import retry_locked
from changliu.schema import service as schema
from changliu.schema.indexing.work import Indexing
from changliu.schema.retype import service as retype
from changliu.schema.retype.filling import Filling

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
        formula, formula_notes = await _meanwhile(load, meter, _new_formula(made))
        retyped, retype_notes = await _meanwhile(load, meter, _retype(made))
        load.stop()
        await running
        floor = [await _timed(meter, _by_hand(made, i)) for i in range(CHANGES)]
        notes = {"worst_quiet_ms": quiet, "worst_during_ms": after, "failed": load.failed,
                 "requests": len(load.latencies), "first_use_ms": used[0]}  # fmt: skip
        return [
            Comparison("add a field at 200 req/s", _cost(added), _cost(floor), notes),
            Comparison("remove a field at 200 req/s", _cost(removed), None, {}),
            Comparison("add an indexed formula at 200 req/s", formula, None, formula_notes),
            Comparison("change a type at 200 req/s", retyped, None, retype_notes),
        ]


async def _meanwhile(load: Load, meter: Meter, change: Any) -> tuple[Cost, dict[str, Any]]:
    began = time.perf_counter()
    cost = _cost([await _timed(meter, change)])
    return cost, {"worst_during_ms": load.worst(began), "failed": load.failed}


async def _new_formula(made: Made) -> None:
    database, workspace = made.bench.platform.database, made.bench.workspace
    async with database.transaction(workspace, write=False) as tx:
        actor = await provision.acting(tx)
    body = {"key": "fee", "label": "Fee", "type": "formula", "formula": "amount*0.3+score",
            "indexed": True}  # fmt: skip
    await schema.add_field(database, workspace, actor, "lead", body)
    await work(made.bench, Indexing(), {})


async def _retype(made: Made) -> None:
    """The amount becomes a text: every row has one, and saves go on making more."""
    database, workspace = made.bench.platform.database, made.bench.workspace
    async with database.transaction(workspace, write=False) as tx:
        actor = await provision.acting(tx)
    kinds, patch = KindRegistry(main.KINDS), {"type": "text"}
    order = retype.Order(actor, ("lead", "amount"), patch)
    try:
        await retype.begin(database, workspace, kinds, main.CHANGES, order)
    except InUse as listed:
        order = retype.Order(actor, ("lead", "amount"), patch, confirm=listed.impact.token)
        await retype.begin(database, workspace, kinds, main.CHANGES, order)
    async with database.transaction(workspace, write=False) as tx:
        change = await retype.latest(tx, ("lead", "amount"))
    payload = {"retype": change.id}
    while await work(made.bench, Filling(kinds, main.CHANGES), payload) == "more":
        pass


async def work(bench: World, what: LongWork, payload: dict[str, Any]) -> Any:
    """Do a part of long work in a thread, with an event loop and pools as a worker has them."""

    async def do() -> Any:
        ours = bench.platform.database
        database = Database(ours.app_dsn, ours.owner_dsn, size=2)
        await database.open()
        try:
            at = clock.real()
            job = Job(1, "-", None, payload, at, 0, 1, None, at)
            return await what.work(database, bench.workspace, job)
        finally:
            await database.close()

    return await asyncio.to_thread(lambda: asyncio.run(do()))


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
