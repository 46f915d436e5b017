"""The worker's loop: hints, polling, schedules, outside calls, stopping."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.jobs.conftest import crew, left, note, seen, write_effect

from changliu.jobs import cron, service
from changliu.jobs.batch import Crew
from changliu.jobs.model import Cron, Job, Registry
from changliu.jobs.store import crons
from changliu.jobs.worker import Pace, Worker
from changliu.kit import clock
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.ids import uuid7

QUICK = Pace(poll=0.05, poll_idle=0.05)
# Never polls within a test: what runs was hinted at.
DEAF = Pace(poll=300, poll_idle=300)


@asynccontextmanager
async def working(database: Database, team: Crew, pace: Pace = QUICK) -> AsyncIterator[Worker]:
    stop = asyncio.Event()
    worker = Worker(database, team.registry, crew=team, pace=pace)
    task = asyncio.create_task(worker.run(stop))
    try:
        yield worker
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def until(holds: Callable[[], Any], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


async def test_a_hint_starts_work_long_before_the_poll(
    database: Database, workspace: Workspace
) -> None:
    async def enqueue(name: str) -> None:
        async with database.transaction(workspace) as tx:
            await service.enqueue(tx, "note", {"name": name})

    await enqueue("found by the first look")
    async with working(database, crew(), DEAF):

        async def looked() -> bool:
            return len(await seen(database, workspace)) == 1

        async def hinted() -> bool:
            # Again and again: a hint before it listens is lost.
            await enqueue("hinted at")
            return len(await seen(database, workspace)) > 1

        await until(looked)
        await until(hinted)


async def test_work_without_a_hint_is_found_by_polling(
    database: Database, workspace: Workspace
) -> None:
    async with working(database, crew()):
        async with database.transaction(workspace) as tx:
            await service.enqueue(
                tx, "note", {"name": "a"}, run_at=tx.now + timedelta(milliseconds=300)
            )

        async def done() -> bool:
            return await seen(database, workspace) == ["a"]

        await until(done)


async def test_several_workers_share_and_keep_each_keys_order(
    database: Database, workspace: Workspace
) -> None:
    async with database.transaction(workspace) as tx:
        for turn in range(20):
            for key in range(5):
                await service.enqueue(tx, "note", {"name": f"{key}.{turn}"}, lock_key=f"k{key}")
    async with working(database, crew(limit=3)), working(database, crew(limit=3)):

        async def done() -> bool:
            return not await left(database, workspace)

        await until(done)
    names = await seen(database, workspace)
    assert len(names) == 100
    for key in range(5):
        assert [n for n in names if n.startswith(f"{key}.")] == [f"{key}.{t}" for t in range(20)]


async def test_a_schedule_missed_for_days_fires_once_and_says_so(
    database: Database, workspace: Workspace
) -> None:
    fired: list[dict[str, Any]] = []

    async def keep(_: Tx, job: Job) -> None:
        fired.append(job.payload)

    nightly = Cron("nightly", "0 2 * * *", "keep", {"what": "all"})
    async with database.transaction(workspace) as tx:
        await crons.put(tx, nightly, missed := tx.now - timedelta(days=3))
        assert await cron.fire_due(tx) == 1
        assert await cron.fire_due(tx) == 0
    await Worker(database, crew(keep=keep).registry).drain()
    assert fired == [{"what": "all", "due": missed.isoformat(), "late": True}]
    (row,) = await left(database, workspace, "job_cron")
    assert row["next_run"] > clock.now()
    assert row["next_run"].astimezone(service.zone_of(tx)).strftime("%H:%M") == "02:00"


async def test_the_programs_schedules_are_written_and_kept(
    database: Database, workspace: Workspace
) -> None:
    registry = Registry({"note": note}, crons=(Cron("often", "* * * * *", "note", {"name": "o"}),))
    worker = Worker(database, registry)
    await worker.drain()
    (row,) = await left(database, workspace, "job_cron")
    async with database.transaction(workspace) as tx:
        await crons.rewind(tx, "often", tx.now - timedelta(seconds=5))
        await service.put_schedule(tx, registry.crons[0])
    await Worker(database, registry).drain()
    assert await seen(database, workspace) == ["o"]
    (after,) = await left(database, workspace, "job_cron")
    assert after["next_run"] >= row["next_run"]


@dataclass
class Mail:
    """An outside effect that fails as often as it is told to."""

    failures: int = 0
    lease: timedelta = timedelta(seconds=30)
    sent: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    async def prepare(self, tx: Tx, job: Job) -> str:
        await write_effect(tx, "prepared")
        return str(job.payload["to"])

    async def call(self, prepared: str, key: str) -> str:
        self.tried.append(key)
        if len(self.tried) <= self.failures:
            raise ConnectionError("the server hung up")
        self.sent.append(prepared)
        return "250 ok"

    async def finish(self, tx: Tx, job: Job, answer: str) -> None:
        await write_effect(tx, f"{job.payload['to']}: {answer}")


async def test_an_outside_call_is_retried_under_one_key(
    database: Database, workspace: Workspace
) -> None:
    mail = Mail(failures=2)
    async with database.transaction(workspace) as tx:
        job = await service.enqueue(tx, "mail", {"to": "li"})
    async with working(database, crew({"mail": mail})):

        async def done() -> bool:
            return not await left(database, workspace)

        await until(done)
    assert mail.sent == ["li"]
    assert mail.tried == [f"{workspace.schema}:{job}"] * 3
    assert await seen(database, workspace) == ["prepared"] * 3 + ["li: 250 ok"]
    assert await left(database, workspace, "job_lease") == []


async def test_an_outside_call_that_never_answers_is_set_aside(
    database: Database, workspace: Workspace
) -> None:
    mail = Mail(failures=9)
    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "mail", {"to": "li"}, max_attempts=2)
    team = crew({"mail": mail})
    await Worker(database, team.registry, crew=team).drain()
    (job,) = await left(database, workspace)
    assert (job["attempts"], job["error"]) == (2, "ConnectionError: the server hung up")
    assert job["dead_at"] is not None


async def test_a_lease_whose_worker_died_is_taken_over(
    database: Database, workspace: Workspace
) -> None:
    mail = Mail(lease=timedelta(milliseconds=200))
    async with database.transaction(workspace) as tx:
        job = await service.enqueue(tx, "mail", {"to": "li"})
        query = "INSERT INTO {}.job_lease VALUES (%s, %s, %s)".format(f'"{tx.schema}"')
        until_real = clock.real() + timedelta(milliseconds=500)
        await tx.execute(query, (job, uuid7(), until_real))
    async with working(database, crew({"mail": mail})):

        async def done() -> bool:
            return mail.sent == ["li"]

        await until(done)
        assert clock.real() >= until_real


async def test_what_is_asked_for_while_one_is_at_it_is_done_after_that(
    database: Database, workspace: Workspace
) -> None:
    began, gate = asyncio.Event(), asyncio.Event()

    class Slow(Mail):
        async def call(self, prepared: str, key: str) -> str:
            self.tried.append(prepared)
            began.set()
            await gate.wait()
            return await super().call(prepared, key)

    slow = Slow()
    async with database.transaction(workspace) as tx:
        first = await service.enqueue(tx, "mail", {"to": "li"}, dedupe="mail")
    pace = Pace(poll=0.05, poll_idle=0.05, slots=2)
    async with working(database, crew({"mail": slow}), pace):
        await asyncio.wait_for(began.wait(), 10)
        async with database.transaction(workspace) as tx:
            second = await service.enqueue(tx, "mail", {"to": "wang"}, dedupe="mail")
            assert second != first
            assert await service.enqueue(tx, "mail", {"to": "zhao"}, dedupe="mail") == second
            await service.enqueue(tx, "note", {"name": "a"})

        async def noted() -> bool:
            return "a" in await seen(database, workspace)

        await until(noted)
        assert slow.tried == ["li"]
        gate.set()

        async def done() -> bool:
            return not await left(database, workspace)

        await until(done)
    assert slow.sent == ["li", "wang"]


async def test_slow_outside_calls_do_not_hold_up_other_work(
    database: Database, workspace: Workspace
) -> None:
    gate = asyncio.Event()

    class Slow(Mail):
        async def call(self, prepared: str, key: str) -> str:
            await gate.wait()
            return await super().call(prepared, key)

    slow = Slow()
    async with database.transaction(workspace) as tx:
        for turn in range(5):
            await service.enqueue(tx, "mail", {"to": str(turn)})
        await service.enqueue(tx, "note", {"name": "a"})
    pace = Pace(poll=0.05, poll_idle=0.05, slots=2)
    async with working(database, crew({"mail": slow}), pace):

        async def noted() -> bool:
            return "a" in await seen(database, workspace)

        await until(noted)
        assert slow.sent == []
        assert len(await left(database, workspace, "job_lease")) == 2
        gate.set()

        async def sent() -> bool:
            return len(slow.sent) == 5

        await until(sent)


async def test_workers_are_seen_while_they_live(database: Database) -> None:
    async def listed() -> list[dict[str, Any]]:
        async with database.transaction(write=False) as tx:
            return await service.list_workers(tx)

    team = crew()
    async with working(database, team):
        await until(listed)
        (row,) = await listed()
        assert (row["id"], row["alive"]) == (team.worker, True)
        assert isinstance(row["seen_at"], datetime)
    assert await listed() == []


async def test_a_stopping_worker_finishes_its_batch(
    database: Database, workspace: Workspace
) -> None:
    begun = asyncio.Event()

    async def slow(tx: Tx, _: Job) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        await write_effect(tx, "slow")

    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "slow", {})
    async with working(database, crew(slow=slow)):
        await begun.wait()
    assert await seen(database, workspace) == ["slow"]
    assert await left(database, workspace) == []
