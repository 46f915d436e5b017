"""Routes of demo data: whether it is there, load it, take it away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.bundles import service as bundles
from changliu.bundles.demo import service, store
from changliu.bundles.demo.removal import Rooms, remove
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


class Amount(BaseModel):
    """How much of the demo (1: some 9,000 records), and from which dice.

    A request takes seconds at most: the whole company is loaded by `changliu bundle demo`.
    """

    model_config = ConfigDict(extra="forbid")

    scale: float = Field(0.2, ge=0.01, le=0.3)
    seed: int = Field(1, ge=0, le=2**31)


@router.get("/bundles/{name}/demo")
async def read_demo(name: str, session: Annotated[Session, Depends(installer)]) -> Response:
    """Return whether a bundle's demo data is there, and how many of its records: `{loaded,
    loaded_at, removed_at, records, edited}`."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        there = await service.loaded(context, name)
        noted = await store.state(tx, name)
        standing = await store.standing(tx, service.demo_id(name))
    told = {
        "loaded": there,
        "loaded_at": noted and noted.loaded_at,
        "removed_at": noted and noted.removed_at,
        "records": len(standing),
        "edited": sum(one.edited for one in standing),
    }
    return json_response(told)


@router.post(
    "/bundles/{name}/demo",
    status_code=201,
    responses={200: {"description": "It is there already; nothing was loaded."}},
    openapi_extra=accepts(Amount),
)
async def load_demo(
    request: Request,
    name: str,
    session: Annotated[Session, Depends(installer)],
    given: Annotated[Amount, Depends(body(Amount))],
) -> Response:
    """Load the demo data of an installed bundle, all of it or nothing; 200 when it is there.

    People and teams it needs are made where they are missing.
    """
    async with session.open(write=False) as (_, actor):
        workspace = actor.workspace
    done = await service.load(
        session.database,
        workspace,
        _rooms(request).participants,
        bundles.open_shipped(name),
        service.Wish(given.scale, given.seed),
        told=_quiet,
    )
    if done is None:
        return json_response({"loaded": True, "records": 0})
    return json_response({"loaded": True, "records": done.rows}, 201)


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
