"""Routes of background work: what waits, what was set aside, run it again, discard it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends, FastAPI, Query, Response

from changliu.jobs import service
from changliu.jobs.hints import send_hints
from changliu.kit.db import Tx
from changliu.kit.http import json_response
from changliu.kit.tasks import end_tasks


class Door(Protocol):
    """A signed-in member's door to the workspace (identity's Session)."""

    def open(self, *, write: bool = True) -> AbstractAsyncContextManager[tuple[Tx, object]]:
        """Open the workspace's transaction after checking the member's rights."""
        ...


class Desk(Protocol):
    """What rooms above know of a job: its records, and the audit that keeps what was done."""

    async def link(self, tx: Tx, jobs: Sequence[dict[str, Any]]) -> None:
        """Put `links`, `[{object, id}]`, into every job."""
        ...

    async def note(self, tx: Tx, action: str, job: Mapping[str, Any], reason: str | None) -> None:
        """Write down that a member or the command line did this to a job."""
        ...


@asynccontextmanager
async def _hinting(app: FastAPI) -> AsyncIterator[None]:
    """Tell workers of the jobs this process writes, as long as the application runs."""
    task = asyncio.create_task(send_hints(app.state.platform.database))
    try:
        yield
    finally:
        await end_tasks(task)


def routes(admit: Callable[..., Any], desk: Desk) -> APIRouter:
    """Return the routes; `admit` is the dependency that admits holders of `jobs.manage`.

    Both are handed in because identity and the catalogue lie above jobs.
    """
    router = APIRouter(prefix="/jobs", tags=["jobs"], lifespan=_hinting)
    Admitted = Annotated[Door, Depends(admit)]  # noqa: N806 -- a type

    @router.get("")
    async def list_jobs(
        door: Admitted,
        state: Literal["dead"] | None = None,
        kind: Annotated[str | None, Query(max_length=100)] = None,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Response:
        """Counts by kind, retrying jobs, schedules, and jobs set aside, newest first.

        With `state=dead` only those set aside, with `links` to their records; `kind` chooses one.
        """
        async with door.open(write=False) as (tx, _):
            overview = {} if state else await service.overview(tx)
            dead = await service.list_dead(tx, before, limit, kind)
            await desk.link(tx, dead)
        next_before = dead[-1]["id"] if len(dead) == limit else None
        return json_response({**overview, "dead": dead, "next": next_before})

    @router.post("/run")
    async def run_dead_jobs(
        door: Admitted, kind: Annotated[str | None, Query(max_length=100)] = None
    ) -> Response:
        """Run jobs set aside again, of one kind or all, oldest first, 1,000 at a time."""
        async with door.open() as (tx, _):
            ids = await rerun_all(tx, desk, kind)
        return json_response({"run": ids})

    @router.post("/{job}/run")
    async def run_job(door: Admitted, job: int) -> Response:
        """Run a job again now, its failures forgotten."""
        async with door.open() as (tx, _):
            await rerun_one(tx, desk, _bounded(job))
        return json_response({"id": job})

    @router.delete("/{job}", status_code=204)
    async def discard_job(
        door: Admitted,
        job: int,
        reason: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Discard a job for good; the `reason` is kept in the audit."""
        async with door.open() as (tx, _):
            await discard_one(tx, desk, _bounded(job), reason)
        return Response(status_code=204)

    return router


async def rerun_one(tx: Tx, desk: Desk, job: int) -> None:
    """Run a job again and note it; raises NotFound (`job.missing`)."""
    found = await service.find(tx, job)
    await service.rerun(tx, job)
    await desk.note(tx, "run", found, None)


async def rerun_all(tx: Tx, desk: Desk, kind: str | None) -> list[int]:
    """Run dead jobs again and note how many of which; returns their ids."""
    ids = await service.rerun_dead(tx, kind)
    if ids:
        await desk.note(tx, "run", {"kind": kind or "*", "id": None, "count": len(ids)}, None)
    return ids


async def discard_one(tx: Tx, desk: Desk, job: int, reason: str | None) -> None:
    """Discard a job and note why; raises NotFound (`job.missing`)."""
    found = await service.find(tx, job)
    await service.discard(tx, job)
    await desk.note(tx, "discarded", found, reason)


def _bounded(job: int) -> int:
    """Keep a number that no bigint holds from reaching the database; it names no job."""
    return job if abs(job) < 2**63 else 0
