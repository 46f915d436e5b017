"""Telling every process of a changeset, or of something else that open pages show: after its
commit, never inside it (decision 0055).

A hint lost in a crash, or written by a process without an announcer, costs one look of `hub`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from changliu.kit.db import Database, Tx
from changliu.kit.ids import uuid7
from changliu.kit.tasks import end_tasks
from changliu.records.stream import store
from changliu.records.stream.store import Hint

log = logging.getLogger(__name__)

CHANNEL = "changliu_changeset"
# Hints of this span travel together.
GATHER = timedelta(milliseconds=30)
# More than this at a time is left to the look.
MOST = 1_000


class _Announcer:
    """Changesets of this process that nobody has been told of yet."""

    def __init__(self) -> None:
        self.waiting: dict[str, None] = {}
        self.wake = asyncio.Event()

    async def run(self, database: Database) -> None:
        """Announce until cancelled."""
        while True:
            await self.wake.wait()
            await asyncio.sleep(GATHER.total_seconds())
            self.wake.clear()
            payloads, self.waiting = list(self.waiting), {}
            try:
                async with database.transaction() as tx:
                    await store.notify(tx, CHANNEL, payloads)
            except Exception:
                log.warning("changesets were not announced; looking finds them", exc_info=True)
                await asyncio.sleep(1)


_announcers: set[_Announcer] = set()


def announce(tx: Tx, changeset: UUID) -> None:
    """Have open pages told of a changeset once its transaction has committed."""
    payload = f"{tx.schema} {changeset}"
    tx.after_commit.append(lambda: _add(payload))


async def tell(
    tx: Tx,
    kind: str,
    *,
    place: tuple[str, UUID] | None = None,
    members: Collection[UUID] = (),
) -> None:
    """Have open pages told of `kind` once the transaction has committed.

    With a place (object id, record id) whoever reads the record is told, else these members only.
    """
    if place is not None:
        hints = [Hint(uuid7(), kind, *place, None)]
    else:
        hints = [Hint(uuid7(), kind, None, None, member) for member in members]
    if hints:
        await store.insert_hints(tx, hints)
        for hint in hints:
            announce(tx, hint.id)


def _add(payload: str) -> None:
    for announcer in _announcers:
        if len(announcer.waiting) < MOST:
            announcer.waiting[payload] = None
            announcer.wake.set()


@asynccontextmanager
async def announcing(database: Database) -> AsyncIterator[None]:
    """Announce what this process writes while the block runs."""
    announcer = _Announcer()
    task = asyncio.create_task(announcer.run(database))
    _announcers.add(announcer)
    try:
        yield
    finally:
        _announcers.discard(announcer)
        await end_tasks(task)
