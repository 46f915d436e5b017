"""Routes of what the pages keep for the caller."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.identity.guard import Session, signed_in
from changliu.kit.http import accepts, body, json_response, read_json
from changliu.views import settings
from changliu.views.service import desk_of

router = APIRouter(prefix="/me", tags=["views"])

Caller = Annotated[Session, Depends(signed_in)]
_ANY: dict[str, Any] = {"description": "Any JSON of at most 16 KB."}
_OBJECT: dict[str, Any] = {"type": "object", "description": "Members to change; null removes."}


class Looked(BaseModel):
    """The record the caller looks at."""

    model_config = ConfigDict(extra="forbid")

    object: str = Field(min_length=1, max_length=60)
    id: UUID


_LOOKED = body(Looked)


@router.get("/settings")
async def list_settings(session: Caller) -> Response:
    """Return what the pages keep for the caller: `{settings: {key: value}}`."""
    async with session.open(write=False) as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        return json_response({"settings": await settings.all_settings(desk)})


@router.put("/settings/{setting_key}", openapi_extra=accepts(_ANY))
async def put_setting(setting_key: str, request: Request, session: Caller) -> Response:
    """Keep a value for the caller: pins, widths, theme, what was searched for."""
    given = await read_json(request)
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        kept = await settings.put_setting(desk, setting_key, given)
    return json_response({"value": kept})


@router.patch("/settings/{setting_key}", openapi_extra=accepts(_OBJECT))
async def patch_setting(setting_key: str, request: Request, session: Caller) -> Response:
    """Change members of an object kept for the caller; null takes one away."""
    given = await read_json(request)
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        kept = await settings.patch_setting(desk, setting_key, given)
    return json_response({"value": kept})


@router.delete("/settings/{setting_key}", status_code=204)
async def delete_setting(setting_key: str, session: Caller) -> Response:
    """Forget a value."""
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        await settings.drop_setting(desk, setting_key)
    return Response(status_code=204)


@router.get("/recent")
async def list_recent(session: Caller) -> Response:
    """Return the records the caller looked at last and still reads: `{object, id, title, at}`."""
    async with session.open(write=False) as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        return json_response({"items": await settings.recent(desk)})


@router.post("/recent", status_code=204, openapi_extra=accepts(Looked))
async def note_recent(session: Caller, looked: Annotated[Looked, Depends(_LOOKED)]) -> Response:
    """Remember that the caller looks at a record; the last 50 are kept."""
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        await settings.note_recent(desk, looked.object, looked.id)
    return Response(status_code=204)
