"""Jobs under fire: workers and database killed at random, nothing lost, doubled, out of order."""

import asyncio
import contextlib
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from tests.walks.harness import KILLS, Child, Site, eventually, new_site
from tests.walks.points import KILLED

from changliu.jobs import service
from changliu.jobs.model import NewJob
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Unavailable

KEYS, POISON, FUTURE = 50, 10, 100_000
WORKERS = 3
_FUTURE = (
    "INSERT INTO {schema}.job (kind, payload, run_at, created_at)"
    " SELECT 'effect', '{{}}', %(now)s + interval '1 year' + i * interval '1 s', %(now)s"
    " FROM generate_series(1, %(count)s) AS i"
)


@dataclass
class Told:
    """What the producer was told: per key, the turns acknowledged and those left in doubt."""

    sure: set[tuple[str, int]] = field(default_factory=set)
    doubtful: set[tuple[str, int]] = field(default_factory=set)
    turn: int = 0
    feeding: bool = True


async def prepare(database: Database, workspace: Workspace, future: int) -> None:
    """Make the table of effects and fill the queue with the future, poison and a killer."""
    create = "CREATE TABLE {}.effect (at bigint GENERATED ALWAYS AS IDENTITY, key text, turn int)"
    async with database.ddl(workspace) as tx:
        await tx.execute(sql.SQL(create).format(sql.Identifier(tx.schema)))
    async with database.transaction(workspace) as tx:
        query = sql.SQL(_FUTURE).format(schema=sql.Identifier(tx.schema))
        await tx.execute(query, {"now": tx.now, "count": future})
        bad = [NewJob("poison", max_attempts=3) for _ in range(POISON)]
        await service.enqueue_many(tx, [*bad, NewJob("killer")])


async def feed(site: Site, told: Told) -> None:
    """Write one job for every key in a transaction, again and again, remembering the answers."""
    while told.feeding:
        told.turn += 1
        turn = {(f"k{key}", told.turn) for key in range(KEYS)}
        told.doubtful |= turn
        with contextlib.suppress(psycopg.Error, Unavailable):
            async with site.opened() as (database, workspace):
                await _feed_one(database, workspace, told.turn)
                told.doubtful -= turn
                told.sure |= turn
        await asyncio.sleep(0.05)


async def _feed_one(database: Database, workspace: Workspace, turn: int) -> None:
    jobs = [
        NewJob("effect", {"key": f"k{key}", "turn": turn}, lock_key=f"k{key}", max_attempts=60)
        for key in range(KEYS)
    ]
    async with database.transaction(workspace) as tx:
        await service.enqueue_many(tx, jobs)


async def _rows(tx: Tx, query: str) -> list[tuple[object, ...]]:
    return await tx.rows(sql.SQL(query).format(schema=sql.Identifier(tx.schema)))


async def drained(site: Site) -> bool:
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        query = "SELECT 1 FROM {schema}.job WHERE dead_at IS NULL AND run_at < %s LIMIT 1"
        text = sql.SQL(query).format(schema=sql.Identifier(tx.schema))
        return await tx.row(text, (tx.now + timedelta(days=30),)) is None


async def check(site: Site, told: Told, future: int) -> None:
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        effects = await _rows(tx, "SELECT key, turn FROM {schema}.effect ORDER BY at")
        dead = await _rows(tx, "SELECT kind, error FROM {schema}.job WHERE dead_at IS NOT NULL")
        waiting = await _rows(tx, "SELECT count(*) FROM {schema}.job WHERE dead_at IS NULL")
    counted = Counter(effects)
    assert set(counted.values()) == {1}, "an effect was doubled"
    assert told.sure <= counted.keys(), "an acknowledged job was lost"
    assert counted.keys() <= told.sure | told.doubtful
    for key in range(KEYS):
        turns = [turn for name, turn in effects if name == f"k{key}"]
        assert turns == sorted(turns), "a key's jobs ran out of order"  # type: ignore[type-var]
    assert Counter(kind for kind, _ in dead) == {"poison": POISON, "killer": 1}
    assert any("died" in str(error) for kind, error in dead if kind == "killer")
    assert waiting == [(future,)]


def _workers(site: Site, *arguments: str) -> list[Child]:
    module = ("-m", "tests.walks.job_worker", site.instance.app_dsn, *arguments)
    return [site.child(f"worker{number}", *module) for number in range(WORKERS)]


async def keep_alive(workers: list[Child]) -> None:
    """Start what does not run: the killer takes workers down by itself."""
    while True:
        for worker in workers:
            if not worker.alive:
                worker.start()
        await asyncio.sleep(0.1)


@pytest.mark.feature("Z9")
async def test_kill_9_loses_and_doubles_no_job() -> None:
    async with new_site() as site:
        async with site.opened() as (database, workspace):
            await prepare(database, workspace, FUTURE)
        told, workers = Told(), _workers(site)
        side = [asyncio.create_task(feed(site, told)), asyncio.create_task(keep_alive(workers))]
        try:
            for kill in range(KILLS):
                await asyncio.sleep(random.uniform(0.5, 1.2))
                if kill % 5 == 4:
                    await site.kill_database()
                    await site.start_database()
                else:
                    random.choice(workers).kill9()
            told.feeding = False
            await side[0]
            # The longer it was fed, the more waits, each key's failures holding up those behind.
            await eventually(lambda: drained(site), 60 + 3 * KILLS)
        finally:
            side[1].cancel()
        assert told.sure
        await check(site, told, FUTURE)


@pytest.mark.feature("Z9")
async def test_a_worker_dying_at_any_step_leaves_all_or_nothing() -> None:
    async with new_site() as site:
        async with site.opened() as (database, workspace):
            await prepare(database, workspace, 0)
        told, workers = Told(feeding=False), _workers(site)
        worker = workers[0]
        for step in KILLED["jobs"]:
            told.turn += 1
            async with site.opened() as (database, workspace):
                await _feed_one(database, workspace, told.turn)
            told.sure |= {(f"k{key}", told.turn) for key in range(KEYS)}
            assert await worker.start(CHANGLIU_CRASH_AT=step).ended() == -signal.SIGKILL
        alive = asyncio.create_task(keep_alive(workers))
        await eventually(lambda: drained(site), 60)
        alive.cancel()
        await check(site, told, 0)


async def test_an_outside_call_survives_a_death_before_and_after_it() -> None:
    async with new_site() as site:
        async with site.opened() as (database, workspace):
            await prepare(database, workspace, 0)
            async with database.transaction(workspace) as tx:
                await tx.execute(
                    sql.SQL("DELETE FROM {}.job WHERE kind <> 'effect'").format(
                        sql.Identifier(tx.schema)
                    )
                )
                job = await service.enqueue(tx, "outside", {"key": "li"})
        outbox = site.data / "outbox"
        worker = _workers(site, str(outbox))[0]
        for step in KILLED["outside"]:
            assert await worker.start(CHANGLIU_CRASH_AT=step).ended() == -signal.SIGKILL
        worker.start()
        await eventually(lambda: drained(site), 30)
        async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
            assert await _rows(tx, "SELECT key, turn FROM {schema}.effect") == [("sent", job)]
        # Told twice, under one key: the receiver can see that it is the same.
        assert outbox.read_text("utf-8").splitlines() == [f"{workspace.schema}:{job} li"] * 2
