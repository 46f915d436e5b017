"""The test clock's routes; they answer 404 on an installation that has none."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from changliu.jobs.api import Door
from changliu.kit import clock
from changliu.kit.http import accepts, body, json_response
from changliu.timers import test_clock

# Business time runs on from where it is put and must stay within what dates can hold.
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class ClockSetting(BaseModel):
    """What business time shall be; null returns to real time."""

    model_config = ConfigDict(extra="forbid")

    now: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)] | None


def routes(admit: Callable[..., Any]) -> APIRouter:
    """Return the routes; `admit` is the dependency that admits administrators."""
    router = APIRouter(prefix="/test", tags=["test"])
    Admitted = Annotated[Door, Depends(admit)]  # noqa: N806 -- a type

    @router.get("/clock")
    async def read_clock(request: Request, door: Admitted) -> Response:
        """Business time and real time."""
        await test_clock.check_allowed(request.app.state.platform.database)
        async with door.open(write=False) as (tx, _):
            return json_response({"now": tx.now, "real": clock.real()})

    @router.post("/clock", openapi_extra=accepts(ClockSetting))
    async def set_clock(
        request: Request,
        door: Admitted,
        setting: Annotated[ClockSetting, Depends(body(ClockSetting))],
    ) -> Response:
        """Move business time for the whole installation."""
        database = request.app.state.platform.database
        await test_clock.check_allowed(database)
        async with door.open():
            pass
        return json_response({"now": await test_clock.set_now(database, setting.now)})

    return router
