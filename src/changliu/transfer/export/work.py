"""The job that makes large files, as the member who asked and with the rights of the moment.

1. Write the whole file where uploads grow, telling after some thousand rows how far it is; an
   export cancelled meanwhile stops there. A killed worker leaves bytes that the sweep of files
   finds, and the next attempt begins again.
2. Put the file in its place, end the export and write the log in the transaction that ends the job.
"""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from changliu.events.service import emit
from changliu.files.folder import folder_of
from changliu.files.service import keep
from changliu.identity import service as identity
from changliu.jobs.model import Job, LongWork
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Problem
from changliu.records.context import context_for
from changliu.schema.catalogue import catalogue
from changliu.transfer.export import service, store
from changliu.transfer.export.model import ExportJob

# A million rows of twenty fields take some five minutes on one core.
LEASE = timedelta(minutes=20)
# One piece of rows: far below a second, unless the disk is overwhelmed or the sort is huge.
PIECE_TIMEOUT_MS = 120_000
# Rows between two reports of progress.
STEP = 5_000


class _Unwanted(Exception):  # noqa: N818 -- control flow, never seen outside
    """The export was cancelled."""


class Exporting(LongWork):
    """The long work of `export.make` jobs."""

    lease = LEASE

    def __init__(self, data: Path) -> None:
        self._data = data

    async def work(self, database: Database, workspace: Workspace, job: Job) -> Any:
        """Write the file; returns what was made, the problem that forbids it, or None."""
        wanted = UUID(job.payload["export"])
        async with database.transaction(workspace) as tx:
            asked = await store.find_job(tx, wanted)
            if asked is None or not await store.advance(tx, wanted, 0):
                return None
        try:
            return await self._make(database, workspace, asked)
        except _Unwanted:
            return None
        except Problem as problem:
            if problem.status >= 500:
                raise
            return problem

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Put the file in its place and write the log, or say why there is none."""
        wanted = UUID(job.payload["export"])
        if isinstance(answer, Problem):
            await store.fail(tx, wanted, answer)
            await _announce(tx, wanted, "failed", 0)
        if not isinstance(answer, service.Made):
            return
        asked = await store.find_job(tx, wanted, lock=True)
        if asked is None or asked.state != "running":
            answer.upload.path.unlink(missing_ok=True)
            return
        actor = await identity.actor(tx, asked.member)
        folder = folder_of(self._data, tx.schema)
        file, mark = await keep(tx, actor, folder, answer.upload)
        await store.finish(tx, wanted, answer.taken.rows, file.id)
        await service.noted(tx, answer.taken)
        await _announce(tx, wanted, "done", answer.taken.rows)
        tx.after_commit.append(lambda: _lift(mark))

    async def _make(
        self, database: Database, workspace: Workspace, asked: ExportJob
    ) -> service.Made:
        told = 0

        async def tell(rows: int) -> None:
            nonlocal told
            if rows - told < STEP:
                return
            told = rows
            async with database.transaction(workspace) as tx:
                if not await store.advance(tx, asked.id, rows):
                    raise _Unwanted

        path = folder_of(self._data, workspace.schema).new()
        async with database.transaction(workspace, write=False, timeout_ms=PIECE_TIMEOUT_MS) as tx:
            context = await context_for(tx, await identity.actor(tx, asked.member))
            return await service.make(context, asked.request, path, tell, asked.id)


async def _announce(tx: Tx, wanted: UUID, state: str, rows: int) -> None:
    """Say that an export has ended, to whoever asked for it."""
    asked = await store.find_job(tx, wanted)
    if asked is None:
        return
    key = asked.request.object
    found = (await catalogue(tx)).by_key.get(key)
    told = {"export": str(wanted), "object": found.id if found else key, "state": state,
            "rows": rows, "actor": str(asked.member)}  # fmt: skip
    await emit(tx, "export.finished", told)


def _lift(mark: Path) -> None:
    with suppress(OSError):
        mark.unlink(missing_ok=True)
