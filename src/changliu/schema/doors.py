"""What the doors of this room share: who may enter, what they send, what they see."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from changliu.definitions.kind import KindRegistry
from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import Actor, Right
from changliu.kit.db import Database, Tx
from changliu.kit.errors import Fault, Invalid
from changliu.kit.http import read_json
from changliu.kit.platform import Platform
from changliu.schema.catalogue import catalogue
from changliu.schema.sight import Designer, MetaChapter, MetaChapters, Sight, Sights, Stranger

Reader = Annotated[Session, Depends(signed_in)]
Designing = Annotated[Session, Depends(requires(Right.SCHEMA_CHANGE))]
Confirm = Annotated[str | None, Query(description="Token of the impact list (409).")]
Base = Annotated[int | None, Query(description="Version the change starts from; 409 if newer.")]


async def designer(session: Session) -> tuple[Database, Actor]:
    """Prove the right now; the change itself runs in a transaction of the owner."""
    async with session.open() as (_, actor):
        return session.database, actor


def kinds_of(request: Request) -> KindRegistry:
    """Return the kinds of definition of this installation."""
    platform: Platform = request.app.state.platform
    return platform.registry(KindRegistry)


async def read_body(request: Request) -> Mapping[str, Any]:
    """Return the JSON object sent; raises `Invalid` for anything else."""
    value = await read_json(request)
    if isinstance(value, dict):
        return value
    zh, en = "内容应为 JSON 对象。", "The body must be a JSON object."
    raise Invalid("value.dict_type", zh, en, [Fault("value.dict_type", zh, en)])


async def sight_of(request: Request, tx: Tx, actor: Actor) -> tuple[Sight, bool]:
    """Return the caller's sight, and whether they design: then they see every definition."""
    platform: Platform = request.app.state.platform
    design = Right.SCHEMA_CHANGE in actor.rights
    sights = platform.registries.get(Sights)
    if isinstance(sights, Sights):
        return await sights.look(tx, actor, await catalogue(tx)), design
    return Designer() if design else Stranger(), design


def chapters_of(request: Request) -> tuple[MetaChapter, ...]:
    """Return what other rooms add to /meta."""
    platform: Platform = request.app.state.platform
    found = platform.registries.get(MetaChapters)
    return found.items if isinstance(found, MetaChapters) else ()
