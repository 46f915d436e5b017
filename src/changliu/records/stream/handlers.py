"""The job that clears away hints no page asks for any more."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from changliu.jobs.model import Cron, Handler, Job
from changliu.kit import clock
from changliu.kit.db import Tx
from changliu.records.stream import store
from changliu.records.stream.hub import AWAY_S
from changliu.records.stream.subscriber import floor_of

SWEEP = "stream.sweep"
CRONS = (Cron(SWEEP, "27 * * * *", SWEEP),)
# A page that was away longer loads anew; twice as long, as clocks differ.
LIFE = timedelta(seconds=2 * AWAY_S)


def handlers(data: Path) -> Mapping[str, Handler]:  # noqa: ARG001 -- as every room's
    """Return the handler."""
    return {SWEEP: sweep}


async def sweep(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- the protocol's
    """Delete the hints of long ago."""
    before = clock.real() - LIFE
    await store.sweep_hints(tx, floor_of(int(before.timestamp() * 1000)))
