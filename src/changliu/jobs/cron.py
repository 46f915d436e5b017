"""Firing schedules: each due row writes one job and moves on, in one transaction."""

from datetime import timedelta

from changliu.jobs import schedule
from changliu.jobs.model import Cron, NewJob
from changliu.jobs.service import put_schedule, zone_of
from changliu.jobs.store import crons, write
from changliu.kit.db import Tx

# A run that begins later than this after its minute says so in its payload.
LATE_AFTER = timedelta(seconds=60)


async def fire_due(tx: Tx) -> int:
    """Write a job for every schedule that is due, once however often it was missed.

    The payload gains `due` (the instant missed first) and `late`. Returns how many fired.
    """
    due = await crons.due(tx)
    jobs = [
        NewJob(
            kind,
            {**payload, "due": at.isoformat(), "late": tx.now - at > LATE_AFTER},
            dedupe=f"cron:{name}:{at.isoformat()}",
        )
        for name, _, kind, payload, at in due
    ]
    if jobs:
        await write.insert(tx, jobs)
    for name, fields, *_ in due:
        next_run = schedule.parse(fields).next_after(tx.now, zone_of(tx))
        await crons.advance(tx, name, next_run)
    return len(due)


async def ensure(tx: Tx, entries: tuple[Cron, ...]) -> None:
    """Write the program's own schedules into a workspace."""
    for entry in entries:
        await put_schedule(tx, entry)


async def restart(tx: Tx) -> None:
    """Count every schedule's next run from now: after the test clock was turned back."""
    for row in await crons.listed(tx):
        next_run = schedule.parse(row["schedule"]).next_after(tx.now, zone_of(tx))
        await crons.rewind(tx, row["name"], next_run)
