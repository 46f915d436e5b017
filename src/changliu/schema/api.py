"""Routes of the catalogue and its design: /meta, /objects."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from changliu.fields.listing import field_types
from changliu.identity.guard import Session
from changliu.kit.http import json_response
from changliu.schema import description, service
from changliu.schema.catalogue import catalogue, field_of
from changliu.schema.doors import (
    Base,
    Confirm,
    Designing,
    Reader,
    chapters_of,
    designer,
    kinds_of,
    read_body,
    sight_of,
)
from changliu.schema.model import unknown_object
from changliu.schema.preview import preview_field, preview_removal
from changliu.schema.retype import api as retype_api
from changliu.schema.retype.service import Order
from changliu.schema.sight import MetaChapter
from changliu.schema.wire import catalogue_json, field_json, object_json

router = APIRouter(tags=["schema"])

_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "As `If-None-Match` says."}}
_LATER: dict[int | str, dict[str, Any]] = {
    202: {"description": "A change of type has begun.", "content": {"application/json": {}}}
}


@router.get("/meta", responses=_UNCHANGED)
async def get_meta(request: Request, session: Reader) -> Response:
    """Return the catalogue as the caller sees it, with menu and views; ETag by all of it."""
    return await _visible(request, session, chapters_of(request))


@router.get("/field-types")
async def list_field_types(session: Reader) -> Response:  # noqa: ARG001
    """List the field types with the settings of each: label, default and bounds."""
    return json_response({"items": field_types()})


@router.get("/objects", responses=_UNCHANGED)
async def list_objects(request: Request, session: Reader) -> Response:
    """Return the catalogue as the caller sees it."""
    return await _visible(request, session, ())


@router.get("/objects/{object_key}")
async def get_object(object_key: str, request: Request, session: Reader) -> Response:
    """Return one object as the caller sees it; 404 for one they may not see."""
    async with session.open(write=False) as (tx, actor):
        found = await catalogue(tx)
        item = found.object(object_key)
        sight, design = await sight_of(request, tx, actor)
        if not design and not sight.verbs(item.id):
            raise unknown_object(object_key)
        return json_response(object_json(found, item, sight, session.language, design=design))


@router.post("/objects", status_code=201, openapi_extra=description.NEW_OBJECT)
async def create_object(request: Request, session: Designing) -> Response:
    """Create an object: `{key, label, icon?, title_field?, fields?: [field]}`."""
    body = await read_body(request)
    database, actor = await designer(session)
    key = await service.create_object(database, session.workspace, actor, body)
    return await _object(request, session, key, 201)


@router.patch("/objects/{object_key}", openapi_extra=description.OBJECT_PATCH)
async def change_object(
    object_key: str, request: Request, session: Designing, base: Base = None
) -> Response:
    """Change label, icon, title field, help, position of an object."""
    body = await read_body(request)
    database, actor = await designer(session)
    await service.change_object(database, session.workspace, actor, object_key, body, base=base)
    return await _object(request, session, object_key)


@router.delete("/objects/{object_key}")
async def remove_object(
    object_key: str, request: Request, session: Designing, confirm: Confirm = None
) -> Response:
    """Hide an object and its fields; 409 with the impact list until it is confirmed."""
    database, actor = await designer(session)
    kinds = kinds_of(request)
    gone = await service.remove_object(
        database, session.workspace, actor, kinds, object_key, confirm=confirm
    )
    return json_response({"key": gone.key, "version": gone.version, "state": gone.state})


@router.post("/objects/{object_key}/fields", status_code=201, openapi_extra=description.NEW_FIELD)
async def add_field(object_key: str, request: Request, session: Designing) -> Response:
    """Add a field: `{key, label, type, required?, unique?, default?, …settings of the type}`."""
    body = await read_body(request)
    database, actor = await designer(session)
    made = await service.add_field(database, session.workspace, actor, object_key, body)
    return await _field(session, object_key, made.key.partition(".")[2], 201)


@router.patch(
    "/objects/{object_key}/fields/{field_key}",
    responses=_LATER,
    openapi_extra=description.FIELD_PATCH,
)
async def change_field(
    object_key: str,
    field_key: str,
    request: Request,
    session: Designing,
    *,
    base: Base = None,
    confirm: Confirm = None,
) -> Response:
    """Change a field; what is not named stays, null takes a setting away.

    Another `type` answers 202: existing records are converted in the background, and the field
    changes when that is done. 409 lists what would be lost, until it is confirmed.
    """
    body = await read_body(request)
    database, actor = await designer(session)
    name = (object_key, field_key)
    if await retype_api.is_wanted(session, name, body):
        order = Order(actor, name, body, base, confirm)
        return await retype_api.begin(request, session, order)
    await service.change_field(
        database, session.workspace, actor, name, body, base=base, confirm=confirm
    )
    return await _field(session, object_key, field_key)


@router.delete("/objects/{object_key}/fields/{field_key}")
async def remove_field(
    object_key: str,
    field_key: str,
    request: Request,
    session: Designing,
    confirm: Confirm = None,
) -> Response:
    """Hide a field; 409 with the impact list when anything uses it, until that is confirmed."""
    database, actor = await designer(session)
    kinds, name = kinds_of(request), (object_key, field_key)
    gone = await service.remove_field(
        database, session.workspace, actor, kinds, name, confirm=confirm
    )
    return json_response({"key": gone.key, "version": gone.version, "state": gone.state})


@router.post("/objects/{object_key}/plan", openapi_extra=description.PLANNED_FIELD)
async def plan_field_change(object_key: str, request: Request, session: Designing) -> Response:
    """Return steps, cost, impact and faults of a field body (new, or a patch); changes nothing."""
    body = await read_body(request)
    name = (object_key, str(body.get("key")))
    if await retype_api.is_wanted(session, name, body):
        return await retype_api.preview(request, session, name, body)
    async with session.open() as (tx, actor):
        made = await preview_field(tx, actor, object_key, body, session.language)
    return json_response(made.as_json(session.language))


@router.get("/objects/{object_key}/fields/{field_key}/plan")
async def plan_field_removal(
    object_key: str, field_key: str, request: Request, session: Designing
) -> Response:
    """Return what removing a field would do, with the token that confirms it."""
    async with session.open(write=False) as (tx, actor):
        made = await preview_removal(tx, actor, kinds_of(request), (object_key, field_key))
    return json_response(made.as_json(session.language))


async def _visible(
    request: Request, session: Session, chapters: tuple[MetaChapter, ...]
) -> Response:
    async with session.open(write=False) as (tx, actor):
        found = await catalogue(tx)
        sight, design = await sight_of(request, tx, actor)
        seen = "design" if design else "use"
        stamps = [await chapter.stamp(tx, actor) for chapter in chapters]
        parts = (str(found.version), session.language, seen, sight.signature, *stamps)
        etag = f'"{"-".join(parts)}"'
        headers = {"etag": etag, "cache-control": "private, no-cache"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        made = catalogue_json(found, sight, session.language, design=design)
        for chapter in chapters:
            made |= await chapter.make(tx, actor, session.language)
        return json_response(made, headers=headers)


async def _object(request: Request, session: Session, key: str, status: int = 200) -> Response:
    async with session.open(write=False) as (tx, actor):
        found = await catalogue(tx)
        sight, _ = await sight_of(request, tx, actor)
        made = object_json(found, found.object(key), sight, session.language, design=True)
    return json_response(made, status)


async def _field(session: Session, object_key: str, key: str, status: int = 200) -> Response:
    async with session.open(write=False) as (tx, _):
        found = await catalogue(tx)
        field = field_of(found, object_key, key)
        owner = found.object(object_key)
        made = field_json(found, owner, field, session.language, design=True)
    return json_response(made, status)
