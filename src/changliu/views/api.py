"""Routes of views, forms and what a member keeps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from changliu.definitions.kind import KindRegistry
from changliu.identity.guard import Session, signed_in
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.http import accepts, json_response, read_json
from changliu.kit.platform import Platform
from changliu.records.changeset.request import read_id
from changliu.views import service, sharing
from changliu.views.forms import form_of
from changliu.views.model import ViewBody
from changliu.views.service import desk_of

router = APIRouter(tags=["views"])

Caller = Annotated[Session, Depends(signed_in)]
Of = Annotated[str | None, Query(alias="object", max_length=60, description="Only of this object.")]
FormKey = Annotated[str | None, Query(max_length=200, description="One of `forms`.")]
Shared = Annotated[bool, Query(description="For others: `teams`, `visible_to`, `default_for`.")]
Base = Annotated[int | None, Query(description="Version the change starts from; 409 if newer.")]
RecordId = Annotated[str | None, Query(description="The record whose slots are wanted.")]


@router.get("/views")
async def list_views(session: Caller, of: Of = None) -> Response:
    """Return the caller's views as they may use them: shared ones, then their own."""
    async with session.open(write=False) as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        return json_response({"items": await service.list_views(desk, of)})


@router.post("/views", status_code=201, openapi_extra=accepts(ViewBody))
async def create_view(request: Request, session: Caller, *, shared: Shared = False) -> Response:
    """Keep a view of the caller's own, seen by nobody else; or share one, with the right to."""
    given = await read_json(request)
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        keep = sharing.share_view if shared else service.keep_view
        return json_response(await keep(desk, given), 201)


@router.get("/views/{view_key}")
async def get_view(view_key: str, session: Caller) -> Response:
    """Return one view as the caller may use it; `notes` say what was left out."""
    async with session.open(write=False) as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        return json_response(await service.get_view(desk, view_key))


@router.put("/views/{view_key}", openapi_extra=accepts(ViewBody))
async def change_view(
    view_key: str, request: Request, session: Caller, base: Base = None
) -> Response:
    """Replace a view of the caller's own, or one that they share."""
    given = await read_json(request)
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        stored = await service.find(desk, view_key)
        own = stored.place.member is not None
        keep = service.keep_view if own else sharing.change_shared
        return json_response(await keep(desk, given, stored, base))


@router.delete("/views/{view_key}", status_code=204)
async def delete_view(view_key: str, request: Request, session: Caller) -> Response:
    """Delete a view of the caller's own, or withdraw one that they share."""
    platform: Platform = request.app.state.platform
    async with session.open() as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        stored = await service.find(desk, view_key)
        if stored.place.member is not None:
            await service.drop_view(desk, stored)
        else:
            await sharing.withdraw_view(desk, stored, platform.registry(KindRegistry))
    return Response(status_code=204)


@router.get("/objects/{object_key}/form")
async def get_form(
    object_key: str, session: Caller, form: FormKey = None, record: RecordId = None
) -> Response:
    """Return the caller's form of an object: tabs, sections, fields, conditions as trees.

    With a record come the values of the trees' slots on it. An object without a form gets one
    made of its fields (`key` is null).
    """
    wanted = read_id(record) if record is not None else None
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        desk = await desk_of(tx, actor, session.language)
        return json_response(await form_of(desk, object_key, form, wanted))
