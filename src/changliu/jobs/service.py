"""Verbs on jobs: enqueue, withdraw, look at, run again, discard; schedules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from changliu.jobs import schedule
from changliu.jobs.hints import hint
from changliu.jobs.model import MAX_ATTEMPTS, Cron, NewJob
from changliu.jobs.store import crons, listing, workers, write
from changliu.kit import clock
from changliu.kit.db import Tx
from changliu.kit.errors import NotFound

# A worker not heard of for this long is shown as missing.
MISSING_AFTER = timedelta(seconds=20)
# Dead jobs run again in one transaction; more are run by asking again.
RERUN_AT_ONCE = 1_000


async def enqueue(
    tx: Tx,
    kind: str,
    payload: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    lock_key: str | None = None,
    dedupe: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
    caused_by: UUID | None = None,
) -> int:
    """Write one job in the caller's transaction and return its id.

    `run_at` is business time (None: now). Jobs of one `lock_key` run one after the other in id
    order, so lock the business row before enqueuing; a delayed or retrying job holds up its key.
    `dedupe` merges with a job of that name that has not begun, keeping the earlier `run_at`; it is
    the `lock_key` too where none is given, so a job asked for while one is at it runs after that.
    """
    job = NewJob(kind, payload, run_at, lock_key, dedupe, max_attempts, caused_by)
    return (await enqueue_many(tx, [job]))[0]


async def enqueue_many(tx: Tx, jobs: Sequence[NewJob]) -> list[int]:
    """Write jobs in one statement and return their ids, those without `dedupe` first.

    Of equal `dedupe` texts the first is kept.
    """
    kept = [job for job in jobs if job.dedupe is None]
    kept += {job.dedupe: job for job in reversed(jobs) if job.dedupe is not None}.values()
    if not kept:
        return []
    ids = await write.insert(tx, kept)
    if any(job.run_at is None or job.run_at <= tx.now for job in kept):
        hint(tx)
    return ids


async def withdraw(tx: Tx, changesets: Sequence[UUID], spared: Collection[UUID] = ()) -> int:
    """Take back jobs these changesets caused that no worker has begun; returns how many.

    A job whose payload lists `records` goes on for those of them that are spared.
    """
    return await write.withdraw(tx, changesets, spared, clock.real())


async def list_dead(
    tx: Tx, before: int | None = None, limit: int = 100, kind: str | None = None
) -> list[dict[str, Any]]:
    """Return jobs set aside, newest first, with their error texts; of one kind or all."""
    return await listing.dead(tx, before, limit, kind)


async def dead_kinds(tx: Tx) -> list[tuple[str, int, datetime]]:
    """Return (kind, how many, since when the latest) of jobs set aside."""
    return await listing.dead_kinds(tx)


async def overview(tx: Tx) -> dict[str, Any]:
    """Return `{kinds: [{kind, due, waiting, dead}], retrying, schedules, oldest_due}`."""
    return {
        "kinds": await listing.counts(tx),
        "retrying": await listing.retrying(tx, tx.now + timedelta(hours=2), 100),
        "schedules": await crons.listed(tx),
        "oldest_due": await listing.oldest_due(tx),
    }


async def oldest_due(tx: Tx) -> datetime | None:
    """Return since when the longest-waiting due job could have run."""
    return await listing.oldest_due(tx)


async def find(tx: Tx, job: int) -> dict[str, Any]:
    """Return a job as it stands; raises NotFound (`job.missing`)."""
    found = await listing.one(tx, job)
    if found is None:
        raise _missing(job)
    return found


async def rerun(tx: Tx, job: int) -> None:
    """Make a job due now with no failures counted; raises NotFound (`job.missing`)."""
    if not await write.rerun(tx, job):
        raise _missing(job)
    hint(tx)


async def rerun_dead(tx: Tx, kind: str | None = None) -> list[int]:
    """Run up to 1,000 jobs that were set aside again, oldest first; return their ids."""
    ids = await listing.dead_ids(tx, kind, RERUN_AT_ONCE)
    for job in ids:
        await write.rerun(tx, job)
    hint(tx)
    return ids


async def discard(tx: Tx, job: int) -> None:
    """Delete a job for good; raises NotFound (`job.missing`)."""
    if not await write.discard(tx, job):
        raise _missing(job)


async def keep_due(tx: Tx, before: datetime) -> None:
    """Leave due what was due at `before`, an instant the test clock has been turned back from."""
    await write.keep_due(tx, before)


async def put_schedule(tx: Tx, cron: Cron) -> datetime:
    """Write a schedule of five cron fields and return when it would next fire.

    Raises Invalid (`schedule.invalid`, `schedule.never`). An unchanged schedule keeps its due
    instant, so one missed while everything was down still fires, once.
    """
    next_run = schedule.parse(cron.schedule).next_after(tx.now, zone_of(tx))
    await crons.put(tx, cron, next_run)
    return next_run


async def remove_schedule(tx: Tx, name: str) -> bool:
    """Delete a schedule; False when there is none of that name."""
    return await crons.remove(tx, name)


async def list_workers(tx: Tx) -> list[dict[str, Any]]:
    """Return worker processes with `alive`; `tx` is a control transaction."""
    horizon = clock.real() - MISSING_AFTER
    return [{**row, "alive": row["seen_at"] > horizon} for row in await workers.listed(tx)]


def zone_of(tx: Tx) -> ZoneInfo:
    """Return the time zone in which the workspace's schedules are read."""
    return ZoneInfo(tx.workspace.timezone if tx.workspace else "UTC")


def _missing(job: int) -> NotFound:
    return NotFound(
        "job.missing",
        f"没有编号为 {job} 的后台任务：它可能已经完成，请刷新列表。",
        f"There is no background job {job}: it may have finished; refresh the list.",
    )
