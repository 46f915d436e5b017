"""Routes of teams and roles. Roles are written as definitions of the kind `role` (access)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from changliu.identity import teams
from changliu.identity.forms import TeamDraft, TeamPatch
from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import RIGHT_LABELS, Right
from changliu.identity.store import members as store
from changliu.identity.teams import TeamHolders
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform
from changliu.kit.retry import retry_conflicts

router = APIRouter(tags=["members"])

Here = Annotated[Session, Depends(signed_in)]
Manager = Annotated[Session, Depends(requires(Right.MEMBERS_MANAGE))]
RoleReader = Annotated[
    Session,
    # Who shares views says for which roles.
    Depends(
        requires(Right.MEMBERS_MANAGE, Right.ROLES_CHANGE, Right.VIEWS_CHANGE, Right.VIEWS_SHARE)
    ),
]


@router.get("/teams")
async def list_teams(session: Here) -> Response:
    """List every team; `parent` makes the tree."""
    async with session.open(write=False) as (tx, _):
        return json_response({"items": await store.list_teams(tx)})


@router.post("/teams", status_code=201, openapi_extra=accepts(TeamDraft))
async def create_team(
    session: Manager, draft: Annotated[TeamDraft, Depends(body(TeamDraft))]
) -> Response:
    """Add a team."""
    async with session.open() as (tx, _):
        created = await teams.create_team(tx, draft)
    return json_response(created, 201)


@router.patch("/teams/{team_id}", openapi_extra=accepts(TeamPatch))
async def change_team(
    session: Manager, team_id: UUID, patch: Annotated[TeamPatch, Depends(body(TeamPatch))]
) -> Response:
    """Rename, move or re-lead a team."""
    async with session.open() as (tx, _):
        changed = await teams.change_team(tx, team_id, patch)
    return json_response(changed)


@router.delete("/teams/{team_id}", status_code=204)
async def delete_team(
    request: Request,
    session: Manager,
    team_id: UUID,
    move_to: Annotated[UUID | None, Query(description="Team its records move to.")] = None,
) -> Response:
    """Remove a team without members; records that name it refuse (409 with counts) or move."""
    platform: Platform = request.app.state.platform
    holders = platform.registry(TeamHolders)

    async def attempt() -> None:
        async with session.open() as (tx, actor):
            await teams.delete_team(tx, actor, team_id, holders, move_to)

    await retry_conflicts(attempt)
    return Response(status_code=204)


@router.get("/roles")
async def list_roles(session: RoleReader) -> Response:
    """List roles, and the rights a role may hold with their names."""
    async with session.open(write=False) as (tx, _):
        items = await store.list_roles(tx)
    rights = [{"key": right, "label": label} for right, label in RIGHT_LABELS.items()]
    return json_response({"items": items, "rights": rights})
