"""Routes of the catalogue and its design: /meta, /objects."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from changliu.definitions.kind import KindRegistry
from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import Actor, Right
from changliu.kit.db import Database, Tx
from changliu.kit.errors import Fault, Invalid
from changliu.kit.http import json_response, read_json
from changliu.kit.platform import Platform
from changliu.schema import service
from changliu.schema.catalogue import catalogue, field_of
from changliu.schema.model import unknown_object
from changliu.schema.preview import preview_field, preview_removal
from changliu.schema.sight import Designer, Sight, Sights, Stranger
from changliu.schema.wire import catalogue_json, field_json, object_json

router = APIRouter(tags=["schema"])

Reader = Annotated[Session, Depends(signed_in)]
Designing = Annotated[Session, Depends(requires(Right.SCHEMA_CHANGE))]
Confirm = Annotated[str | None, Query(description="Token of the impact list (409).")]
Base = Annotated[int | None, Query(description="Version the change starts from; 409 if newer.")]


@router.get("/meta")
async def get_meta(request: Request, session: Reader) -> Response:
    """Return the catalogue as the caller sees it; ETag by version and rights."""
    return await _visible(request, session)


@router.get("/objects")
async def list_objects(request: Request, session: Reader) -> Response:
    """Return the same as /meta."""
    return await _visible(request, session)


@router.get("/objects/{object_key}")
async def get_object(object_key: str, request: Request, session: Reader) -> Response:
    """Return one object as the caller sees it; 404 for one they may not see."""
    async with session.open(write=False) as (tx, actor):
        found = await catalogue(tx)
        item = found.object(object_key)
        sight, design = await _sight(request, tx, actor)
        if not design and not sight.verbs(item.id):
            raise unknown_object(object_key)
        return json_response(object_json(found, item, sight, session.language, design=design))


@router.post("/objects", status_code=201)
async def create_object(request: Request, session: Designing) -> Response:
    """Create an object: `{key, label, icon?, title_field?, fields?: [field]}`."""
    body = await _body(request)
    database, actor = await _designer(session)
    key = await service.create_object(database, session.workspace, actor, body)
    return await _object(session, key, 201)


@router.patch("/objects/{object_key}")
async def change_object(
    object_key: str, request: Request, session: Designing, base: Base = None
) -> Response:
    """Change label, icon, title field, help, position of an object."""
    body = await _body(request)
    database, actor = await _designer(session)
    await service.change_object(database, session.workspace, actor, object_key, body, base=base)
    return await _object(session, object_key)


@router.delete("/objects/{object_key}")
async def remove_object(
    object_key: str, request: Request, session: Designing, confirm: Confirm = None
) -> Response:
    """Hide an object and its fields; 409 with the impact list until it is confirmed."""
    database, actor = await _designer(session)
    kinds = _kinds(request)
    gone = await service.remove_object(
        database, session.workspace, actor, kinds, object_key, confirm=confirm
    )
    return json_response({"key": gone.key, "version": gone.version, "state": gone.state})


@router.post("/objects/{object_key}/fields", status_code=201)
async def add_field(object_key: str, request: Request, session: Designing) -> Response:
    """Add a field: `{key, label, type, required?, unique?, default?, …settings of the type}`."""
    body = await _body(request)
    database, actor = await _designer(session)
    made = await service.add_field(database, session.workspace, actor, object_key, body)
    return await _field(session, object_key, made.key.partition(".")[2], 201)


@router.patch("/objects/{object_key}/fields/{field_key}")
async def change_field(
    object_key: str,
    field_key: str,
    request: Request,
    session: Designing,
    *,
    base: Base = None,
    confirm: Confirm = None,
) -> Response:
    """Change a field; what is not named stays, null takes a setting away."""
    body = await _body(request)
    database, actor = await _designer(session)
    name = (object_key, field_key)
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
    database, actor = await _designer(session)
    kinds, name = _kinds(request), (object_key, field_key)
    gone = await service.remove_field(
        database, session.workspace, actor, kinds, name, confirm=confirm
    )
    return json_response({"key": gone.key, "version": gone.version, "state": gone.state})


@router.post("/objects/{object_key}/plan")
async def plan_field_change(object_key: str, request: Request, session: Designing) -> Response:
    """Return steps, cost, impact and faults of a field body (new, or a patch); changes nothing."""
    body = await _body(request)
    async with session.open() as (tx, actor):
        made = await preview_field(tx, actor, object_key, body, session.language)
    return json_response(made.as_json(session.language))


@router.get("/objects/{object_key}/fields/{field_key}/plan")
async def plan_field_removal(
    object_key: str, field_key: str, request: Request, session: Designing
) -> Response:
    """Return what removing a field would do, with the token that confirms it."""
    async with session.open(write=False) as (tx, actor):
        made = await preview_removal(tx, actor, _kinds(request), (object_key, field_key))
    return json_response(made.as_json(session.language))


async def _visible(request: Request, session: Session) -> Response:
    async with session.open(write=False) as (tx, actor):
        found = await catalogue(tx)
        sight, design = await _sight(request, tx, actor)
        seen = "design" if design else "use"
        etag = f'"{found.version}-{session.language}-{seen}-{sight.signature}"'
        headers = {"etag": etag, "cache-control": "private, no-cache"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        made = catalogue_json(found, sight, session.language, design=design)
        return json_response(made, headers=headers)


async def _sight(request: Request, tx: Tx, actor: Actor) -> tuple[Sight, bool]:
    """The caller's sight, and whether they design: then they see every definition."""
    platform: Platform = request.app.state.platform
    design = Right.SCHEMA_CHANGE in actor.rights
    sights = platform.registries.get(Sights)
    if isinstance(sights, Sights):
        return await sights.look(tx, actor, await catalogue(tx)), design
    return Designer() if design else Stranger(), design


def _kinds(request: Request) -> KindRegistry:
    platform: Platform = request.app.state.platform
    return platform.registry(KindRegistry)


async def _designer(session: Session) -> tuple[Database, Actor]:
    """Prove the right now; the change itself runs in a transaction of the owner."""
    async with session.open() as (_, actor):
        return session.database, actor


async def _object(session: Session, key: str, status: int = 200) -> Response:
    async with session.open(write=False) as (tx, _):
        found = await catalogue(tx)
        made = object_json(found, found.object(key), Designer(), session.language, design=True)
    return json_response(made, status)


async def _field(session: Session, object_key: str, key: str, status: int = 200) -> Response:
    async with session.open(write=False) as (tx, _):
        found = await catalogue(tx)
        field = field_of(found, object_key, key)
        owner = found.object(object_key)
        made = field_json(found, owner, field, session.language, design=True)
    return json_response(made, status)


async def _body(request: Request) -> Mapping[str, Any]:
    value = await read_json(request)
    if isinstance(value, dict):
        return value
    zh, en = "内容应为 JSON 对象。", "The body must be a JSON object."
    raise Invalid("value.dict_type", zh, en, [Fault("value.dict_type", zh, en)])
