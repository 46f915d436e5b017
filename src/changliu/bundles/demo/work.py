"""Loading demo data in the background: how far it is, cancelling it, the job that does it.

1. Whoever asks notes a load and a job. 2. The job loads as the command line does, in one
transaction, all or nothing; beside it, every second, a transaction of its own writes how far it is
and reads whether somebody has cancelled. 3. Its last step, under the lock of the load's own row,
says that it is done: whoever cancels either comes before, and nothing of it stays, or hears that it
has ended. A worker that dies leaves nothing either, and the next one begins anew.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from changliu.bundles import service as bundles
from changliu.bundles.demo.service import Wish, load
from changliu.bundles.demo.store import loads
from changliu.bundles.demo.store.loads import Load
from changliu.jobs.model import Job, LongWork
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, NotFound, Problem, Unavailable
from changliu.kit.ids import uuid7
from changliu.kit.tasks import end_tasks
from changliu.records.changeset.participant import Participant

LOAD = "bundle.demo"
LOOK_S = 1.0


class _Cancelled(Exception):  # noqa: N818 -- somebody's wish, no error
    """Leaves the transaction of a load that was cancelled."""


async def begin(tx: Tx, bundle: str, wish: Wish) -> Load:
    """Note a load and ask for its job; raises `Conflict` (`demo.loading`) while one runs."""
    now = await loads.find(tx, bundle)
    if now is not None and now.state == "running":
        raise Conflict(
            "demo.loading",
            f"演示数据正在载入（{now.done}/{now.total or '…'}），可以取消后再来。",
            f"The demo data is being loaded ({now.done} of {now.total or '…'}); cancel that first.",
        )
    made = Load(uuid7(), bundle, wish.scale, wish.seed, "running", 0, 0, tx.now)
    await loads.save(tx, made)
    payload = {"bundle": bundle, "load": str(made.id)}
    await enqueue(tx, LOAD, payload, dedupe=f"{LOAD}:{made.id}")
    return made


async def cancel(tx: Tx, bundle: str) -> Load:
    """Stop a load; nothing of it stays. Raises `NotFound` (`demo.not_loading`), also of one that
    was in its last step."""
    now = await loads.find(tx, bundle, lock=True)
    if now is None or now.state != "running":
        raise NotFound(
            "demo.not_loading",
            "没有正在载入的演示数据；已载入的可以移除。",
            "No demo data is being loaded; what is there can be removed.",
        )
    return await loads.end(tx, now, "cancelled")


class Loading(LongWork):
    """The long work of `bundle.demo` jobs."""

    lease = timedelta(minutes=30)

    def __init__(self, participants: tuple[Participant, ...]) -> None:
        self._participants = participants

    async def work(self, database: Database, workspace: Workspace, job: Job) -> Problem | bool:
        """Load; return whether it is there, or what a person can mend that kept it from that."""
        bundle = str(job.payload["bundle"])
        async with database.transaction(workspace, write=False) as tx:
            wanted = await loads.find(tx, bundle)
        if wanted is None or str(wanted.id) != job.payload["load"] or wanted.state != "running":
            return False
        watch = _Watch(database, workspace, wanted)
        try:
            async with watch.looking():
                opened = bundles.open_shipped(bundle)
                wish = Wish(wanted.scale, wanted.seed)
                await load(
                    database, workspace, self._participants, opened, wish,
                    told=watch.told, ending=watch.end,
                )  # fmt: skip
        except _Cancelled:
            return False
        except Unavailable:
            raise
        except Problem as problem:
            return problem
        return True

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Write down how it ended, unless its own transaction did."""
        now = await loads.find(tx, str(job.payload["bundle"]), lock=True)
        if now is None or str(now.id) != job.payload["load"] or now.state != "running":
            return
        if answer is True:
            await loads.end(tx, now, "done")
        elif answer:
            await loads.end(tx, now, "failed", answer)


class _Watch:
    """What a load under way tells, and whether it is to go on."""

    def __init__(self, database: Database, workspace: Workspace, wanted: Load) -> None:
        self._database, self._workspace, self._wanted = database, workspace, wanted
        self._done, self._total, self._goes_on = 0, 0, True

    def told(self, text: str, done: int, total: int) -> None:  # noqa: ARG002 -- as every `Told`
        """Take in how far it is; raises `_Cancelled` when it is to stop."""
        self._done, self._total = done, total
        if not self._goes_on:
            raise _Cancelled

    async def end(self, tx: Tx) -> None:
        """Say in the load's own transaction that it is done; raises `_Cancelled` when it is not
        wanted any more."""
        if not await loads.move(tx, self._wanted.id, self._done, self._total):
            raise _Cancelled
        await loads.end(tx, self._wanted, "done")

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """Write down how far it is while the block runs, and look whether it is to go on."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            await end_tasks(task)

    async def _look(self) -> None:
        while self._goes_on:
            await asyncio.sleep(LOOK_S)
            async with self._database.transaction(self._workspace) as tx:
                self._goes_on = await loads.move(tx, self._wanted.id, self._done, self._total)
