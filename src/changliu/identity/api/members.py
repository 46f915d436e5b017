"""Routes of members: everybody sees names and teams, who manages members sees and changes all."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from changliu.identity import members
from changliu.identity.forms import MemberDraft, MemberPatch, NewAccount, NewPassword
from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import Right
from changliu.kit.http import accepts, body, json_response

router = APIRouter(tags=["members"])

Here = Annotated[Session, Depends(signed_in)]
Manager = Annotated[Session, Depends(requires(Right.MEMBERS_MANAGE))]


@router.get("/members")
async def list_members(
    *,
    session: Here,
    q: Annotated[str | None, Query(max_length=100)] = None,
    team: UUID | None = None,
    disabled: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=members.PAGE)] = members.PAGE,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """List members by name; `q` is part of a name, `next` the cursor of the following page."""
    after = members.read_cursor(cursor)
    async with session.open(write=False) as (tx, actor):
        items = await members.list_members(
            tx, actor, name=q, team=team, disabled=disabled, after=after, limit=limit
        )
    return json_response({"items": items, "next": members.next_cursor(items, limit)})


@router.get("/members/{member_id}")
async def get_member(session: Here, member_id: UUID) -> Response:
    """Return one member."""
    async with session.open(write=False) as (tx, actor):
        return json_response(await members.member(tx, actor, member_id))


@router.post("/members", status_code=201, openapi_extra=accepts(MemberDraft))
async def create_member(
    session: Manager, draft: Annotated[MemberDraft, Depends(body(MemberDraft))]
) -> Response:
    """Add a member, with an account when a login is given."""
    async with session.open() as (tx, actor):
        created = await members.create_member(tx, actor, draft)
    return json_response(created, 201)


@router.patch("/members/{member_id}", openapi_extra=accepts(MemberPatch))
async def change_member(
    session: Manager, member_id: UUID, patch: Annotated[MemberPatch, Depends(body(MemberPatch))]
) -> Response:
    """Change what was sent of a member."""
    async with session.open() as (tx, actor):
        changed = await members.change_member(tx, actor, member_id, patch)
    return json_response(changed)


@router.post("/members/{member_id}/disable")
async def disable_member(session: Manager, member_id: UUID) -> Response:
    """Shut a member out at once."""
    async with session.open() as (tx, actor):
        changed = await members.disable_member(tx, actor, member_id)
    return json_response(changed)


@router.post("/members/{member_id}/enable")
async def enable_member(session: Manager, member_id: UUID) -> Response:
    """Let a disabled member in again."""
    async with session.open() as (tx, actor):
        changed = await members.enable_member(tx, actor, member_id)
    return json_response(changed)


@router.post("/members/{member_id}/account", status_code=201, openapi_extra=accepts(NewAccount))
async def add_account(
    session: Manager, member_id: UUID, form: Annotated[NewAccount, Depends(body(NewAccount))]
) -> Response:
    """Let a member who was made without an account sign in."""
    async with session.open() as (tx, actor):
        changed = await members.add_account(tx, actor, member_id, form.login, form.password)
    return json_response(changed, 201)


@router.post("/members/{member_id}/password", status_code=204, openapi_extra=accepts(NewPassword))
async def reset_password(
    session: Manager, member_id: UUID, form: Annotated[NewPassword, Depends(body(NewPassword))]
) -> Response:
    """Set a new password for a member who lost theirs; two-step sign-in goes off."""
    async with session.open() as (tx, actor):
        await members.reset_password(tx, actor, member_id, form.password)
    return Response(status_code=204)
