"""Routes of following a record."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.http import json_response
from changliu.records.changeset.request import read_id
from changliu.records.context import context_for
from changliu.records.following import service
from changliu.records.query.service import reader_of

router = APIRouter(tags=["records"])

_RECORD = "/records/{object_key}/{record_id}"


@router.get(f"{_RECORD}/followers")
async def read_followers(
    object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Say who follows a record and why, and whether the caller does."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        return json_response(await service.who_follows(context, found, read_id(record_id)))


@router.put(f"{_RECORD}/follow", status_code=204)
async def follow_record(
    object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Follow a record: hear of its comments and changes. Needs reading it."""
    async with session.open() as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        await service.follow(context, found, read_id(record_id))
    return Response(status_code=204)


@router.delete(f"{_RECORD}/follow", status_code=204)
async def unfollow_record(
    object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Follow a record no more, be it one's own; mentions still arrive."""
    async with session.open() as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        await service.unfollow(context, found, read_id(record_id))
    return Response(status_code=204)
