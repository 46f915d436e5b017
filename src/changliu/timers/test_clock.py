"""Moving business time on an installation made for tests."""

from datetime import datetime, timedelta

from changliu.jobs import cron, service
from changliu.jobs.hints import hint
from changliu.kit import clock
from changliu.kit.db import Database, Tx
from changliu.kit.errors import NotFound
from changliu.kit.postgres.workspaces import list_workspaces, test_clock_allowed
from changliu.timers import working_time
from changliu.timers.store import due
from changliu.timers.store.shift import write_shift


async def check_allowed(database: Database) -> None:
    """Raise NotFound (`path.unknown`) unless the installation was made with `--test-clock`."""
    async with database.transaction(write=False) as tx:
        if not await test_clock_allowed(tx):
            raise NotFound(
                "path.unknown",
                "这里没有测试时钟：只有用 --test-clock 初始化的数据目录才有。",
                "There is no test clock here: only a data directory made with --test-clock has it.",
            )


async def set_now(database: Database, now: datetime | None) -> datetime:
    """Make business time `now`, running on from there; None returns it to real time.

    Forward, whatever came due runs at once and a schedule fires once. Back, work that was already
    due stays due and schedules count from the new time. Returns the new business time.
    """
    async with database.ddl() as tx:
        before = tx.now
        shift = now - clock.real() if now is not None else timedelta(0)
        await write_shift(tx, shift)
    for listed in await list_workspaces(database):
        async with database.transaction(listed.workspace) as tx:
            await _settle(tx, before)
            instant = tx.now
    return clock.now() if now is None else instant


async def _settle(tx: Tx, before: datetime) -> None:
    if tx.now < before:
        await service.keep_due(tx, before)
        await due.keep_due(tx, before)
        await cron.restart(tx)
    await working_time.refresh(tx)
    hint(tx)
