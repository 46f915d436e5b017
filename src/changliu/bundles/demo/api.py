"""Routes of demo data: whether it is there, load it, take it away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.bundles import service as bundles
from changliu.bundles.demo import service, work
from changliu.bundles.demo.removal import Rooms, remove
from changliu.bundles.demo.store import loads
from changliu.bundles.demo.store import noted as store
from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.identity.teams import TeamHolders
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform
from changliu.records.changeset.participant import Participants
from changliu.records.context import context_for

router = APIRouter(tags=["bundles"])
installer = requires(Right.BUNDLES_INSTALL)

Edited = Annotated[bool, Query(description="Records changed since go too.")]


# What is loaded while the caller waits: some 3,000 records, a second or two.
AT_ONCE = 0.3


class Amount(BaseModel):
    """How much of the demo (1: some 9,000 records), and from which dice; more than `AT_ONCE` is
    loaded in the background."""

    model_config = ConfigDict(extra="forbid")

    scale: float = Field(0.2, ge=0.01, le=20)
    seed: int = Field(1, ge=0, le=2**31)


@router.get("/bundles/{name}/demo")
async def read_demo(name: str, session: Annotated[Session, Depends(installer)]) -> Response:
    """Return whether a bundle's demo data is there, and how many of its records: `{loaded,
    loaded_at, removed_at, records, edited, load}`; `load` is how far the latest in the background
    is: `{state, scale, done, total, failure, …}`."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        there = await service.loaded(context, name)
        noted = await store.state(tx, name)
        standing = await store.standing(tx, service.demo_id(name))
        latest = await loads.find(tx, name)
    told = {
        "loaded": there,
        "loaded_at": noted and noted.loaded_at,
        "removed_at": noted and noted.removed_at,
        "records": len(standing),
        "edited": sum(one.edited for one in standing),
        "load": latest and latest.as_json(session.language),
    }
    return json_response(told)


@router.post(
    "/bundles/{name}/demo",
    status_code=201,
    responses={
        200: {"description": "It is there already; nothing was loaded."},
        202: {"description": "Above a scale of 0.3: a job loads it, `load` tells how far it is."},
    },
    openapi_extra=accepts(Amount),
)
async def load_demo(
    request: Request,
    name: str,
    session: Annotated[Session, Depends(installer)],
    given: Annotated[Amount, Depends(body(Amount))],
) -> Response:
    """Load the demo data of an installed bundle, all of it or nothing; 200 when it is there.

    People and teams it needs are made where they are missing. A large one is loaded by a job.
    """
    async with session.open() as (tx, actor):
        workspace, opened = actor.workspace, bundles.open_shipped(name)
        context = await context_for(tx, actor)
        if given.scale > AT_ONCE and not await service.loaded(context, name):
            service.read_recipe(opened.folder)
            begun = await work.begin(tx, name, service.Wish(given.scale, given.seed))
            return json_response({"loaded": False, "load": begun.as_json(session.language)}, 202)
    done = await service.load(
        session.database,
        workspace,
        _rooms(request).participants,
        opened,
        service.Wish(given.scale, given.seed),
        told=_quiet,
    )
    if done is None:
        return json_response({"loaded": True, "records": 0})
    return json_response({"loaded": True, "records": done.rows}, 201)


@router.delete("/bundles/{name}/demo/load")
async def cancel_load(name: str, session: Annotated[Session, Depends(installer)]) -> Response:
    """Cancel the load that is under way in the background: nothing of it stays."""
    async with session.open() as (tx, _):
        ended = await work.cancel(tx, name)
    return json_response({"load": ended.as_json(session.language)})


@router.delete("/bundles/{name}/demo")
async def remove_demo(
    request: Request,
    name: str,
    session: Annotated[Session, Depends(installer)],
    *,
    edited: Edited = False,
) -> Response:
    """Take a bundle's demo data away: exactly what was loaded.

    Records changed since stay and are listed unless `edited`; so do those that would take other
    people's records along. Its people and teams go where nothing names them any more.
    """
    async with session.open(write=False) as (_, actor):
        workspace = actor.workspace
    done = await remove(
        session.database, workspace, _rooms(request), name, edited=edited, told=_quiet
    )
    return json_response(done.as_json(session.language))


def _rooms(request: Request) -> Rooms:
    platform: Platform = request.app.state.platform
    return Rooms(platform.registry(Participants).items, platform.registry(TeamHolders))


def _quiet(text: str, done: int, total: int) -> None:
    """Report nothing: the answer says it all."""
