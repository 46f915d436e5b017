"""Routes of due rows: what waits, what was parked, run it again, discard it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from changliu.jobs.api import Door
from changliu.kit.http import json_response
from changliu.timers import service


def routes(admit: Callable[..., Any]) -> APIRouter:
    """Return the routes; `admit` is the dependency that admits holders of `jobs.manage`."""
    router = APIRouter(prefix="/timers", tags=["timers"])
    Admitted = Annotated[Door, Depends(admit)]  # noqa: N806 -- a type

    @router.get("")
    async def list_timers(
        door: Admitted,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Response:
        """Counts by kind, and the rows parked with their errors, last parked first."""
        async with door.open(write=False) as (tx, _):
            return json_response(await service.overview(tx, before, limit))

    @router.post("/{timer}/run")
    async def run_timer(door: Admitted, timer: int) -> Response:
        """Run a parked row again now."""
        async with door.open() as (tx, _):
            await service.rerun(tx, _bounded(timer))
        return json_response({"id": timer})

    @router.delete("/{timer}", status_code=204)
    async def discard_timer(door: Admitted, timer: int) -> Response:
        """Discard a parked row for good."""
        async with door.open() as (tx, _):
            await service.discard(tx, _bounded(timer))
        return Response(status_code=204)

    return router


def _bounded(timer: int) -> int:
    """Keep a number that no bigint holds from reaching the database; it names no row."""
    return timer if abs(timer) < 2**63 else 0
