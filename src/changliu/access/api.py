"""Routes of shares, and of why somebody may see something."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from changliu.access.explanation import explain_member, explain_record
from changliu.access.readers import PAGE, list_readers
from changliu.access.shares import ShareDraft, end_share, list_shares, make_share
from changliu.access.standing import stand
from changliu.identity.guard import Session, signed_in
from changliu.kit.http import accepts, body, json_response, language_of
from changliu.kit.retry import retry_conflicts

router = APIRouter(tags=["access"])

Here = Annotated[Session, Depends(signed_in)]
_RECORD = "/records/{object_key}/{record_id}"


@router.get(f"{_RECORD}/shares")
async def read_shares(session: Here, object_key: str, record_id: UUID) -> Response:
    """List with whom a record is shared now."""
    async with session.open(write=False) as (tx, actor):
        items = await list_shares(await stand(tx, actor, object_key, record_id))
    return json_response({"items": items})


@router.post(f"{_RECORD}/shares", status_code=201, openapi_extra=accepts(ShareDraft))
async def create_share(
    session: Here,
    object_key: str,
    record_id: UUID,
    draft: Annotated[ShareDraft, Depends(body(ShareDraft))],
) -> Response:
    """Share a record with a member or a team, to read or to write, optionally until a moment."""

    async def attempt() -> Response:
        async with session.open() as (tx, actor):
            standing = await stand(tx, actor, object_key, record_id)
            return json_response(await make_share(standing, draft), 201)

    return await retry_conflicts(attempt)


@router.delete(f"{_RECORD}/shares/{{share_id}}", status_code=204)
async def delete_share(session: Here, object_key: str, record_id: UUID, share_id: UUID) -> Response:
    """Take a share back; it is over at once."""
    async with session.open() as (tx, actor):
        await end_share(await stand(tx, actor, object_key, record_id), share_id)
    return Response(status_code=204)


@router.get(f"{_RECORD}/access")
async def explain_record_access(
    request: Request, session: Here, object_key: str, record_id: UUID, member: UUID | None = None
) -> Response:
    """Say what a member (oneself when left out) may do to a record, and why or why not."""
    async with session.open(write=False) as (tx, actor):
        standing = await stand(tx, actor, object_key, record_id)
        return json_response(await explain_record(standing, member, language_of(request)))


@router.get(f"{_RECORD}/readers")
async def list_record_readers(
    *,
    request: Request,
    session: Here,
    object_key: str,
    record_id: UUID,
    cursor: Annotated[str | None, Query(max_length=1_000)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> Response:
    """Say who sees a record: members page by page with the reasons, and roles."""
    async with session.open(write=False) as (tx, actor):
        standing = await stand(tx, actor, object_key, record_id)
        return json_response(await list_readers(standing, language_of(request), cursor, limit))


@router.get("/members/{member_id}/access")
async def explain_member_access(request: Request, session: Here, member_id: UUID) -> Response:
    """Say what a member can do: rights, objects with scopes and fields, shares."""
    async with session.open(write=False) as (tx, actor):
        return json_response(await explain_member(tx, actor, member_id, language_of(request)))
