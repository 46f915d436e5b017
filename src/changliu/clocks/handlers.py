"""The daily job that keeps working calendars up: new holidays, years ahead, new teams."""

from collections.abc import Mapping
from pathlib import Path

from changliu.identity import directory
from changliu.jobs.model import Cron, Handler, Job
from changliu.kit.db import Tx
from changliu.timers import working_time

REFRESH = "calendar.refresh"
# Before anyone works; nothing is written on most days.
CRONS = (Cron(REFRESH, "23 3 * * *", REFRESH),)


async def refresh(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- the protocol's
    """Write the days that are missing or stale, and the calendars of new teams."""
    await working_time.refresh(tx)
    await working_time.follow(tx, await directory.team_parents(tx))


def handlers(_: Path) -> Mapping[str, Handler]:
    """Return the handlers by kind of job."""
    return {REFRESH: refresh}
