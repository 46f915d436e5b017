"""The jobs of imports: run one in pieces, try a long one out, close drafts left lying.

1. `import.run` goes on at the cursor for a part of its lease, then asks for the next piece: a
worker that dies costs the rest of its lease, and nothing twice.
2. A reason to stop that a person can mend (a field is gone, a right was taken) fails the import,
which may be begun again; anything else is a failure of the job, tried again like any other.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from changliu.events.service import emit
from changliu.jobs.model import Cron, Handler, Job, LongWork
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Problem, Unavailable
from changliu.records.changeset.participant import Participant
from changliu.schema.catalogue import catalogue
from changliu.transfer.model import Import
from changliu.transfer.store import uploads
from changliu.transfer.uploads import (
    REHEARSE,
    RUN,
    SWEEP,
    House,
    let_go,
    opened,
    rehearsed,
)

CRONS = (Cron(SWEEP, "43 * * * *", SWEEP),)
# Seconds one piece works for; a batch takes at most a few.
PIECE = 20.0
# A batch that ran past the database's limit: how often it is tried again before the import stops.
TOO_SLOW, PATIENCE = "query.too_slow", 3
# A draft nobody touches for so long is closed and its file let go.
DRAFT_LIFE = timedelta(days=7)
SWEPT = 100


class _Work(LongWork):
    def __init__(self, data: Path, participants: tuple[Participant, ...]) -> None:
        self.data, self.participants = data, participants

    def house(self, database: Database, workspace: Workspace) -> House:
        return House(database, workspace, self.data, self.participants)


class Running(_Work):
    """The long work of `import.run` jobs."""

    lease = timedelta(minutes=2)

    async def work(self, database: Database, workspace: Workspace, job: Job) -> bool:
        """Do a piece; say whether nothing is left."""
        house, import_id = self.house(database, workspace), UUID(job.payload["import"])
        async with database.transaction(workspace, write=False) as tx:
            made = await uploads.find(tx, import_id)
        if made is None or made.state != "running":
            return True
        try:
            state = await opened(house, made)
            return await house.engine(made.member).advance(state, time.monotonic() + PIECE)
        except Unavailable:
            raise
        except Conflict as conflict:
            # Cancelled meanwhile, or another worker has it: whoever holds the cursor goes on.
            if conflict.code == "import.elsewhere":
                return True
            await _stop(house, import_id, conflict)
        except Problem as problem:
            # A plan of old figures, a busy machine: a little later the same batch takes seconds.
            if problem.code == TOO_SLOW and job.attempts < PATIENCE:
                raise
            await _stop(house, import_id, problem)
        return True

    async def finish(self, tx: Tx, job: Job, answer: bool) -> None:
        """Ask for the next piece, or let the file go."""
        import_id = UUID(job.payload["import"])
        made = await uploads.find(tx, import_id)
        if not answer:
            await enqueue(tx, RUN, job.payload)
        elif made is not None and made.state in ("done", "failed"):
            if made.state == "done":
                await let_go(tx, import_id)
            await _announce(tx, made)


async def _announce(tx: Tx, made: Import) -> None:
    """Say that an import has ended, to whoever began it."""
    found = (await catalogue(tx)).by_key.get(made.object)
    told = {
        "import": str(made.id), "object": found.id if found else made.object, "state": made.state,
        "created": made.counts.created, "updated": made.counts.updated,
        "refused": made.counts.refused, "actor": str(made.member),
    }  # fmt: skip
    await emit(tx, "import.finished", told)


class Rehearsing(_Work):
    """The long work of `import.rehearse` jobs."""

    lease = timedelta(minutes=10)

    async def work(self, database: Database, workspace: Workspace, job: Job) -> Any:
        """Try a long import out, its preview kept up to date on the way."""
        house = self.house(database, workspace)
        async with database.transaction(workspace, write=False) as tx:
            made = await uploads.find(tx, UUID(job.payload["import"]))
        if made is None or made.state != "draft":
            return None
        if made.revision != job.payload.get("revision", made.revision):
            # A newer mapping has a job of its own.
            return None
        try:
            return made.revision, await rehearsed(house, made, keep=True)
        except Unavailable:
            raise
        except Problem as problem:
            failed = {"state": "failed", "done": 0, "total": 0, "failure": _told(problem)}
            return made.revision, failed

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Keep what was found."""
        if answer is not None:
            revision, preview = answer
            await uploads.set_preview(tx, UUID(job.payload["import"]), revision, preview)


def works(data: Path, participants: tuple[Participant, ...]) -> Mapping[str, LongWork]:
    """Return the long work of this room over a data folder."""
    return {RUN: Running(data, participants), REHEARSE: Rehearsing(data, participants)}


def handlers(data: Path) -> Mapping[str, Handler]:  # noqa: ARG001 -- the protocol's
    """Return the short jobs of this room."""
    return {SWEEP: _sweep}


async def _sweep(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- the protocol's
    for import_id in await uploads.forgotten(tx, tx.now - DRAFT_LIFE, SWEPT):
        await let_go(tx, import_id)


async def _stop(house: House, import_id: UUID, problem: Problem) -> None:
    with suppress(Conflict):
        async with house.database.transaction(house.workspace) as tx:
            await uploads.fail(tx, import_id, _told(problem))


def _told(problem: Problem) -> dict[str, str]:
    if problem.code == TOO_SLOW:
        zh = "数据库太忙，这一批没有写完，之前写入的都在；请稍后从停下的地方继续。"
        en = "The database was too busy to finish a batch; what was written stands. Go on later."
        return {"code": problem.code, "zh": zh, "en": en}
    return {"code": problem.code, "zh": problem.zh, "en": problem.en}
