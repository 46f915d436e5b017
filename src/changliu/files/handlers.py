"""Jobs that clear away uploads nobody attached, and what a killed process left behind.

1. Every hour `file.sweep` deletes rows a day old that no record has ever held, and in the same
transaction writes a `file.remove` job with their digests; marks of dead processes join it.
2. `file.remove` takes each content's lock, looks whether any row names it, and removes the bytes.
A crash anywhere leaves bytes without a row, which the next run removes; never a row without bytes.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from changliu.files import store
from changliu.files.folder import Folder, folder_of, marked
from changliu.files.model import REMOVE, SWEEP, UNATTACHED_LIFE
from changliu.jobs.model import Cron, Handler, Job, Later
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx

CRONS = (Cron("file.sweep", "17 * * * *", SWEEP),)
# Rows of one sweep and digests of one removal; a sweep that was full is followed by another.
BATCH = 500
# A backup of a small company takes less than this.
BACKUP_PAUSE = timedelta(minutes=2)


def handlers(data: Path) -> Mapping[str, Handler]:
    """Return the handlers over a data folder."""

    async def sweep(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- the protocol's
        await sweep_unattached(tx, folder_of(data, tx.schema))

    async def remove(tx: Tx, job: Job) -> None:
        await remove_content(tx, folder_of(data, tx.schema), job.payload["digests"])

    return {SWEEP: sweep, REMOVE: remove}


async def sweep_unattached(tx: Tx, folder: Folder) -> None:
    """Delete what is due and write the job that removes its bytes."""
    gone = await store.delete_unattached(tx, tx.now - UNATTACHED_LIFE, BATCH)
    left = await asyncio.to_thread(lambda: list(folder.stale())[:BATCH])
    digests = sorted({*gone, *(digest for path in left if (digest := marked(path)))})
    if digests:
        await enqueue(tx, REMOVE, {"digests": digests})
    if len(gone) == BATCH:
        await enqueue(tx, SWEEP, {})
    # Marks stay until their content has been looked at.
    for path in left:
        if marked(path) is None:
            path.unlink(missing_ok=True)


async def remove_content(tx: Tx, folder: Folder, digests: list[str]) -> None:
    """Remove the bytes of digests that no row names, and the marks that spoke of them.

    Raises `Later` during a backup, whose snapshot may still name them.
    """
    if not await store.may_remove(tx):
        raise Later(BACKUP_PAUSE)
    await store.lock_content(tx, digests)
    named = await store.still_named(tx, digests)
    await asyncio.to_thread(_remove, folder, set(digests) - named, set(digests))


def _remove(folder: Folder, unnamed: set[str], looked_at: set[str]) -> None:
    for digest in unnamed:
        folder.remove(digest)
    for path in list(folder.stale()):
        if marked(path) in looked_at:
            path.unlink(missing_ok=True)
