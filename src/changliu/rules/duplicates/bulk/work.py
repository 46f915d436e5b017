"""The job that looks for records alike: in the order of ids, a transaction for some at a time.

1. Take the next records, keep their pairs with later ones, move the cursor past them.
2. Go on until all were looked at, the search was cancelled or begun anew, or it has found enough.
A killed worker loses one step: its pairs and its cursor are one transaction.
"""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from changliu.jobs.model import Job, LongWork
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.rules.duplicates.bulk import store
from changliu.rules.duplicates.bulk.model import MOST, SEARCH, STEP
from changliu.schema.catalogue import catalogue

LEASE = timedelta(minutes=10)
# Seconds after which it hands over to the next job.
PIECE = 120


class Searching(LongWork):
    """The long work of `duplicate.search` jobs; `step` records at a time."""

    lease = LEASE

    def __init__(self, step: int = STEP, piece: float = PIECE) -> None:
        self._step, self._piece = step, piece

    async def work(self, database: Database, workspace: Workspace, job: Job) -> Any:
        """Look at records for a while; return whether there are more."""
        rule, run = str(job.payload["rule"]), UUID(job.payload["run"])
        until = time.monotonic() + self._piece
        while time.monotonic() < until:
            async with database.transaction(workspace) as tx:
                if not await self._some(tx, rule, run):
                    return False
        return True

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Have what is left looked at."""
        if answer:
            await enqueue(tx, SEARCH, job.payload)

    async def _some(self, tx: Tx, rule: str, run: UUID) -> bool:
        search = await store.find(tx, rule, lock=True)
        if search is None or search.run != run or search.state != "running":
            return False
        target = (await catalogue(tx)).by_id.get(search.object)
        if target is None:
            await store.forget(tx, rule)
            return False
        ids = await store.next_records(tx, target, search.at, self._step)
        found = await store.keep_pairs(tx, target, search, ids, MOST - search.pairs) if ids else 0
        search = replace(
            search,
            at=ids[-1] if ids else search.at,
            done=search.done + len(ids),
            pairs=search.pairs + found,
        )
        more = len(ids) == self._step and search.pairs < MOST
        await store.move(tx, search if more else replace(search, state="done"))
        return more
