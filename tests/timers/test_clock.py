"""The test clock: what moves with it, what does not, and where it does not exist."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from psycopg import sql

from changliu.jobs import service
from changliu.jobs.model import Cron, Job, Registry
from changliu.jobs.worker import Worker
from changliu.kit import clock
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.platform import Platform
from changliu.timers import test_clock


@pytest_asyncio.fixture
async def database(platform: Platform, workspace: Workspace) -> AsyncIterator[Database]:
    """The module's database in real time, without jobs."""
    yield platform.database
    await test_clock.set_now(platform.database, None)
    async with platform.database.transaction(workspace) as tx:
        for table in ("job", "job_cron"):
            query = sql.SQL("DELETE FROM {}.{}")
            await tx.execute(query.format(sql.Identifier(tx.schema), sql.Identifier(table)))


class Diary:
    """Runs every kind and remembers the business instant at which it did."""

    def __init__(self, database: Database) -> None:
        self.entries: list[tuple[str, datetime]] = []
        self.worker = Worker(database, Registry({"write": self.write}))

    async def write(self, tx: Tx, job: Job) -> None:
        self.entries.append((job.payload["name"], tx.now))

    async def names(self) -> list[str]:
        """Run what is due and return the names of everything run so far."""
        await self.worker.drain()
        return [name for name, _ in self.entries]


async def add(database: Database, workspace: Workspace, name: str, delay: timedelta) -> None:
    async with database.transaction(workspace) as tx:
        await service.enqueue(tx, "write", {"name": name}, run_at=tx.now + delay)


async def test_moving_forward_makes_deadlines_due(database: Database, workspace: Workspace) -> None:
    diary = Diary(database)
    await add(database, workspace, "in 2 h", timedelta(hours=2))
    await add(database, workspace, "in 9 d", timedelta(days=9))
    assert await diary.names() == []
    target = clock.real() + timedelta(hours=3)
    assert abs(await test_clock.set_now(database, target) - target) < timedelta(seconds=5)
    assert await diary.names() == ["in 2 h"]
    assert abs(diary.entries[0][1] - target) < timedelta(seconds=5)
    assert abs(clock.now() - target) < timedelta(seconds=5)
    assert abs(clock.real() - target) > timedelta(hours=2)


async def test_moving_back_keeps_due_work_due_and_schedules_alive(
    database: Database, workspace: Workspace
) -> None:
    diary = Diary(database)
    await add(database, workspace, "now", timedelta(0))
    await add(database, workspace, "tomorrow", timedelta(days=1))
    async with database.transaction(workspace) as tx:
        await service.put_schedule(tx, Cron("hourly", "0 * * * *", "write", {"name": "cron"}))
    past = datetime(2017, 12, 31, 12, 30, tzinfo=UTC)
    await test_clock.set_now(database, past)
    assert await diary.names() == ["now"]
    await test_clock.set_now(database, past + timedelta(hours=1))
    assert await Diary(database).names() == ["cron"]
    await test_clock.set_now(database, None)
    assert "tomorrow" not in await Diary(database).names()


@pytest.mark.usefixtures("database")
async def test_an_administrator_moves_the_clock_over_http(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/api/test/clock", json={"now": "2031-05-06T08:00:00+08:00"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["now"].startswith("2031-05-06T00:00:0")
    answer = await admin.get("/api/test/clock")
    assert answer.json()["now"].startswith("2031-05-06T00:00:0")
    assert not answer.json()["real"].startswith("2031")
    answer = await admin.post("/api/test/clock", json={"now": None})
    assert not answer.json()["now"].startswith("2031")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"now": "tomorrow"},
        {"now": "2031-05-06T08:00:00"},
        {"now": 5},
        {"now": "9999-12-31T00:00:00Z"},
        {"now": None, "zone": "UTC"},
    ],
)
@pytest.mark.usefixtures("database")
async def test_a_time_that_is_none_is_refused(
    admin: httpx.AsyncClient, body: dict[str, object]
) -> None:
    answer = await admin.post("/api/test/clock", json=body)
    assert answer.status_code == 422, answer.text
    assert abs(clock.now() - clock.real()) < timedelta(seconds=5)


@pytest.mark.usefixtures("database")
async def test_strangers_do_not_move_the_clock(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/test/clock", json={"now": "2031-05-06T08:00:00Z"})
    assert answer.status_code == 401
    assert abs(clock.now() - clock.real()) < timedelta(seconds=5)


async def test_an_ordinary_installation_has_no_test_clock(
    admin: httpx.AsyncClient, database: Database
) -> None:
    allow = "UPDATE changliu.installation SET test_clock = %s"
    async with database.ddl() as tx:
        await tx.execute(allow, (False,))
    for answer in (
        await admin.get("/api/test/clock"),
        await admin.post("/api/test/clock", json={"now": "2031-05-06T08:00:00Z"}),
    ):
        assert answer.status_code == 404
    async with database.ddl() as tx:
        await tx.execute(allow, (True,))
