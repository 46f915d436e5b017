"""Routes of comments."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.http import accepts, body, json_response
from changliu.kit.retry import retry_conflicts
from changliu.records.changeset.request import read_id
from changliu.records.comments import service
from changliu.records.comments.model import CommentDraft, CommentPatch
from changliu.records.context import context_for
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.query.readable import check_readable
from changliu.records.query.request import HISTORY_PARAMETERS, documented, read_history_request
from changliu.records.query.service import reader_of
from changliu.records.read_api import cursor_signer

router = APIRouter(tags=["records"])

_COMMENTS = "/records/{object_key}/{record_id}/comments"
_ONE = f"{_COMMENTS}/{{comment_id}}"
_DRAFT, _PATCH = body(CommentDraft), body(CommentPatch)


@router.get(_COMMENTS, openapi_extra=documented(HISTORY_PARAMETERS))
async def list_comments(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """List a record's comments, latest first: `limit`, `cursor`."""
    limit, cursor = read_history_request(request.query_params.multi_items())
    record, signer = read_id(record_id), cursor_signer(request)
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        await check_readable(context, found, record)
        shape = shape_of(tx.schema, found.id, str(record), "comments")
        place = service.place_of(read_cursor(signer, shape, cursor)) if cursor else None
        rows = await service.comments_behind(context, found, record, place, limit + 1)
    shown = [told for _, told in rows[:limit]]
    token = None
    if len(rows) > limit:
        last = rows[limit - 1][0]
        token = write_cursor(signer, shape, [last.created_at.isoformat(), str(last.id)])
    return json_response({"items": shown, "next": token})


@router.post(_COMMENTS, status_code=201, openapi_extra=accepts(CommentDraft))
async def create_comment(
    object_key: str,
    record_id: str,
    session: Session = Depends(signed_in),
    draft: CommentDraft = Depends(_DRAFT),
) -> Response:
    """Comment on a record that the caller reads; `@[member id]` in the text mentions a member."""

    async def attempt() -> Response:
        async with session.open() as (tx, actor):
            context = await context_for(tx, actor)
            found = reader_of(tx, context.access, context.catalogue).object(object_key)
            made = await service.add_comment(context, found, read_id(record_id), draft)
            return json_response(made, 201)

    return await retry_conflicts(attempt)


@router.patch(_ONE, openapi_extra=accepts(CommentPatch))
async def change_comment(
    object_key: str,
    record_id: str,
    comment_id: str,
    session: Session = Depends(signed_in),
    patch: CommentPatch = Depends(_PATCH),
) -> Response:
    """Change what a comment of the caller's says; what it said before is kept."""

    async def attempt() -> Response:
        async with session.open() as (tx, actor):
            context = await context_for(tx, actor)
            found = reader_of(tx, context.access, context.catalogue).object(object_key)
            place = (read_id(record_id), _comment_id(comment_id))
            return json_response(await service.edit_comment(context, found, place, patch))

    return await retry_conflicts(attempt)


@router.delete(_ONE, status_code=204)
async def delete_comment(
    object_key: str, record_id: str, comment_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Take a comment away: one's own, or anybody's with the right to revert data."""
    async with session.open() as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        place = (read_id(record_id), _comment_id(comment_id))
        await service.delete_comment(context, found, place)
    return Response(status_code=204)


@router.get(f"{_ONE}/versions")
async def read_comment_versions(
    object_key: str, record_id: str, comment_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return what a comment said each time: for its author, and for who reads the audit."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        place = (read_id(record_id), _comment_id(comment_id))
        return json_response({"items": await service.comment_versions(context, found, place)})


def _comment_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise service.no_comment() from None
