"""Routes of changes of type: begin and preview (called by the field's own routes), look, cancel."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from changliu.definitions import service as definitions
from changliu.fields.mask import mask
from changliu.fields.registry import FIELD_TYPES
from changliu.identity.guard import Session
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.http import json_response
from changliu.kit.platform import Platform
from changliu.schema.catalogue import catalogue, field_of
from changliu.schema.ddl import Turn
from changliu.schema.doors import Designing, kinds_of, sight_of
from changliu.schema.retype import service, store
from changliu.schema.retype.body import is_wanted as wants_type
from changliu.schema.retype.body import past_field
from changliu.schema.retype.model import Changes, Retype
from changliu.schema.retype.service import Order, ask, weigh

router = APIRouter(tags=["schema"])
PATH = "/objects/{object_key}/fields/{field_key}/retype"
# Values without a place that are listed.
LISTED = 100


async def is_wanted(session: Session, name: tuple[str, str], patch: Mapping[str, Any]) -> bool:
    """Say whether a patch of a field that is there changes its type."""
    async with session.open(write=False) as (tx, _):
        owner = (await catalogue(tx)).by_key.get(name[0])
        field = owner.by_key.get(name[1]) if owner else None
        return field is not None and wants_type(field, patch)


async def begin(request: Request, session: Session, order: Order) -> Response:
    """Begin a change of type and answer 202 with its progress."""
    platform: Platform = request.app.state.platform
    changes = platform.registry(Changes)
    kinds = kinds_of(request)
    await service.begin(session.database, session.workspace, kinds, changes, order)
    return await _progress(request, session, order.name, 202)


async def preview(
    request: Request, session: Session, name: tuple[str, str], patch: Mapping[str, Any]
) -> Response:
    """Answer what a change of type would do: values that fit and do not, what would be lost."""
    language = session.language
    async with session.open() as (tx, actor):
        asked = await ask(tx, name, {k: v for k, v in patch.items() if k != "key"})
        await definitions.lock(tx)
        definitions.pending(tx).held[Turn] = Turn(swapped=True)
        impact, _, new = await weigh(tx, kinds_of(request), actor, asked)
        values = await _may_read(request, tx, actor, name)
        made = {
            "conversion": asked.survey.as_json(language, values=values),
            "settings": new.settings,
            "impact": [effect.as_json(language) for effect in impact.effects],
            "confirm": impact.token if impact.effects else None,
        }
    return json_response(made)


@router.get(PATH)
async def get_progress(
    object_key: str, field_key: str, request: Request, session: Designing
) -> Response:
    """Return how far the newest change of type is, and values that had no place in the new one."""
    return await _progress(request, session, (object_key, field_key))


@router.delete(PATH)
async def cancel(object_key: str, field_key: str, request: Request, session: Designing) -> Response:
    """Stop a change of type that is under way; the field stays as it is."""
    name = (object_key, field_key)
    async with session.open() as (tx, _):
        await service.cancel(tx, name)
    return await _progress(request, session, name)


async def _progress(
    request: Request, session: Session, name: tuple[str, str], status: int = 200
) -> Response:
    async with session.open(write=False) as (tx, actor):
        change = await service.latest(tx, name)
        made = change.as_json(session.language)
        if change.state == "done" and change.unconverted:
            visible = await _may_read(request, tx, actor, name)
            made["values"] = await _left(tx, name, change) if visible else []
    return json_response(made, status)


async def _left(tx: Tx, name: tuple[str, str], change: Retype) -> list[dict[str, Any]]:
    """Values of before that records have nothing for now, while their column is kept."""
    field = field_of(await catalogue(tx), *name)
    if field.column != change.target or not await store.is_kept(tx, change):
        return []
    kind = FIELD_TYPES[change.former["type"]]
    past = past_field(field, change.former, change.source)
    rows = await store.unconverted(tx, change.object, change, LISTED)
    texts = kind.to_text(kind.render([value for _, value in rows], past), past)
    hides = field.sensitive or field.personal
    return [
        {"id": str(record), "value": mask(text) if hides else text}
        for (record, _), text in zip(rows, texts, strict=True)
    ]


async def _may_read(request: Request, tx: Tx, actor: Actor, name: tuple[str, str]) -> bool:
    """Whether the caller's roles let them read the field on every row: designing shows no data."""
    found = await catalogue(tx)
    owner, field = found.object(name[0]), field_of(found, *name)
    sight, _ = await sight_of(request, tx, actor)
    return "read" in sight.verbs(owner.id) and sight.readable(owner.id, field.id)
