"""The job that seals history, every five minutes."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from changliu.jobs.model import Cron, Handler, Job
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.records.history.sealing.service import Horizon, seal

SEAL = "history.seal"
CRONS = (Cron(SEAL, "*/5 * * * *", SEAL),)
# How long to leave transactions that are still open.
PAUSE = timedelta(seconds=5)


def handlers(data: Path) -> Mapping[str, Handler]:
    """Return the handler over a data folder, which holds the key."""

    async def seal_history(tx: Tx, job: Job) -> None:
        payload = job.payload
        until = Horizon(payload["last"], payload["writers"]) if "last" in payload else None
        sealed = await seal(tx, data, until)
        if sealed.left is not None:
            left = {"last": sealed.left.last, "writers": list(sealed.left.writers)}
            at = tx.now + PAUSE if left["writers"] else None
            await enqueue(tx, SEAL, left, run_at=at, dedupe=f"{SEAL}:more")

    return {SEAL: seal_history}
