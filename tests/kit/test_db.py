"""The transaction: what its one opening round trip promises, and what ends it."""

import asyncio
import time

import psycopg
import pytest

from changliu.kit import clock
from changliu.kit.db import Database, Workspace
from changliu.kit.errors import Invalid, Unavailable
from changliu.kit.platform import Platform
from changliu.kit.retry import retry_locked


@pytest.fixture
def database(platform: Platform) -> Database:
    return platform.database


async def _state(database: Database, workspace: Workspace) -> int:
    async with database.transaction(workspace, write=False) as tx:
        return tx.catalogue_version


async def test_writers_share_the_catalogue(database: Database, workspace: Workspace) -> None:
    async with database.transaction(workspace) as first, database.transaction(workspace) as second:
        assert first.conn is not second.conn


async def test_a_change_of_tables_waits_only_50_ms_for_writers(
    database: Database, workspace: Workspace
) -> None:
    async with database.transaction(workspace):
        began = time.monotonic()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            async with database.ddl(workspace):
                pass
        assert 0.04 < time.monotonic() - began < 20


async def test_readers_do_not_hold_up_a_change_of_tables(
    database: Database, workspace: Workspace
) -> None:
    async with database.transaction(workspace, write=False), database.ddl(workspace) as tx:
        assert tx.catalogue_version >= 1


async def test_retry_goes_on_until_the_writer_is_done(
    database: Database, workspace: Workspace
) -> None:
    held, attempts = asyncio.Event(), []

    async def write() -> None:
        async with database.transaction(workspace):
            held.set()
            async with asyncio.timeout(30):
                while len(attempts) < 2:  # noqa: ASYNC110 -- no event to wait for
                    await asyncio.sleep(0.01)

    async def change() -> str:
        attempts.append(1)
        async with database.ddl(workspace):
            return "changed"

    writer = asyncio.create_task(write())
    await held.wait()
    assert await retry_locked(change) == "changed"
    await writer
    assert len(attempts) > 1


async def test_retry_gives_up_in_plain_words(database: Database, workspace: Workspace) -> None:
    async def change() -> None:
        async with database.ddl(workspace):
            pass

    async with database.transaction(workspace):
        with pytest.raises(Unavailable) as caught:
            await retry_locked(change, attempts=2)
    assert caught.value.code == "ddl.busy"


async def test_a_writer_sees_the_version_it_commits_under(
    database: Database, workspace: Workspace
) -> None:
    """Between its opening and its commit nobody can move the catalogue."""
    before = await _state(database, workspace)

    async def publish() -> None:
        async with database.ddl(workspace) as tx:
            await tx.execute("UPDATE ws_1.state SET catalogue = catalogue + 1")

    async with database.transaction(workspace) as tx:
        publishing = asyncio.create_task(retry_locked(publish))
        await asyncio.sleep(0.15)
        row = await tx.row("SELECT catalogue FROM ws_1.state")
        assert row == (tx.catalogue_version,) == (before,)
    await publishing
    assert await _state(database, workspace) == before + 1


async def test_an_error_rolls_back(database: Database, workspace: Workspace) -> None:
    before = await _state(database, workspace)

    async def fail() -> None:
        async with database.transaction(workspace) as tx:
            await tx.execute("UPDATE ws_1.state SET catalogue = catalogue + 100")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        await fail()
    assert await _state(database, workspace) == before


async def test_a_cancelled_block_rolls_back(database: Database, workspace: Workspace) -> None:
    before = await _state(database, workspace)
    reached = asyncio.Event()

    async def write() -> None:
        async with database.transaction(workspace) as tx:
            await tx.execute("UPDATE ws_1.state SET catalogue = catalogue + 100")
            reached.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _state(database, workspace) == before


async def test_a_savepoint_undoes_only_its_block(database: Database, workspace: Workspace) -> None:
    async with database.transaction(workspace) as tx:
        await tx.execute("UPDATE ws_1.state SET catalogue = catalogue + 1")
        with pytest.raises(psycopg.errors.DivisionByZero):
            async with tx.savepoint():
                await tx.execute("UPDATE ws_1.state SET catalogue = 1 / 0")
        row = await tx.row("SELECT catalogue FROM ws_1.state")
        assert row == (tx.catalogue_version + 1,)


async def test_a_slow_statement_is_told_as_422(database: Database, workspace: Workspace) -> None:
    with pytest.raises(Invalid) as caught:
        async with database.transaction(workspace, write=False, timeout_ms=50) as tx:
            await tx.execute("SELECT pg_sleep(5)")
    assert (caught.value.code, caught.value.status) == ("query.too_slow", 422)
    assert await _state(database, workspace) >= 1


async def test_a_reading_transaction_cannot_write(database: Database, workspace: Workspace) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        async with database.transaction(workspace, write=False) as tx:
            await tx.execute("UPDATE ws_1.state SET catalogue = catalogue + 1")


async def test_the_role_and_limits_end_with_the_transaction(
    database: Database, workspace: Workspace
) -> None:
    query = "SELECT current_user::text, current_setting('statement_timeout')"
    async with database.transaction(workspace, timeout_ms=1234) as tx:
        assert await tx.row(query) == ("ws_1", "1234ms")
    async with database.transaction() as tx:
        row = await tx.row(query)
        assert row is not None
        assert row[0] == "changliu_app"
        assert row[1] != "1234ms"


async def test_business_time_stands_still_inside(database: Database, workspace: Workspace) -> None:
    async with database.transaction(workspace, write=False) as tx:
        await asyncio.sleep(0.02)
        assert clock.now() == tx.now
        assert clock.real() > tx.now
    assert clock.now() > tx.now


async def test_callbacks_run_after_the_commit_only(
    database: Database, workspace: Workspace
) -> None:
    called: list[str] = []

    async def work(name: str, fails: bool) -> None:
        async with database.transaction(workspace) as tx:
            tx.after_commit.append(lambda: called.append(name))
            assert name not in called
            if fails:
                raise RuntimeError("on purpose")

    await work("kept", fails=False)
    with pytest.raises(RuntimeError):
        await work("lost", fails=True)
    assert called == ["kept"]


@pytest.mark.feature("Z22")
async def test_one_workspace_cannot_see_another(database: Database, workspace: Workspace) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.transaction() as tx:
            await tx.execute("SELECT * FROM ws_1.state")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.transaction(workspace) as tx:
            await tx.execute("SELECT * FROM changliu.account")
