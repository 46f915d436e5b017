"""Routes of background work: what waits, what was set aside, run it again, discard it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, FastAPI, Query, Response

from changliu.jobs import service
from changliu.jobs.hints import send_hints
from changliu.kit.db import Tx
from changliu.kit.http import json_response


class Door(Protocol):
    """A signed-in member's door to the workspace (identity's Session)."""

    def open(self, *, write: bool = True) -> AbstractAsyncContextManager[tuple[Tx, object]]:
        """Open the workspace's transaction after checking the member's rights."""
        ...


@asynccontextmanager
async def _hinting(app: FastAPI) -> AsyncIterator[None]:
    """Tell workers of the jobs this process writes, as long as the application runs."""
    task = asyncio.create_task(send_hints(app.state.platform.database))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def routes(admit: Callable[..., Any]) -> APIRouter:
    """Return the routes; `admit` is the dependency that admits holders of `jobs.manage`.

    It is handed in because identity lies above jobs.
    """
    router = APIRouter(prefix="/jobs", tags=["jobs"], lifespan=_hinting)
    Admitted = Annotated[Door, Depends(admit)]  # noqa: N806 -- a type

    @router.get("")
    async def list_jobs(
        door: Admitted,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Response:
        """Counts by kind, retrying jobs, schedules, and jobs set aside, newest first."""
        async with door.open(write=False) as (tx, _):
            overview = await service.overview(tx)
            dead = await service.list_dead(tx, before, limit)
        next_before = dead[-1]["id"] if len(dead) == limit else None
        return json_response({**overview, "dead": dead, "next": next_before})

    @router.post("/{job}/run")
    async def run_job(door: Admitted, job: int) -> Response:
        """Run a job again now, its failures forgotten."""
        async with door.open() as (tx, _):
            await service.rerun(tx, _bounded(job))
        return json_response({"id": job})

    @router.delete("/{job}", status_code=204)
    async def discard_job(door: Admitted, job: int) -> Response:
        """Discard a job for good."""
        async with door.open() as (tx, _):
            await service.discard(tx, _bounded(job))
        return Response(status_code=204)

    return router


def _bounded(job: int) -> int:
    """Keep a number that no bigint holds from reaching the database; it names no job."""
    return job if abs(job) < 2**63 else 0
