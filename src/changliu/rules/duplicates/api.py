"""The route that looks for records like one being typed."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.identity.guard import Session, signed_in
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.http import accepts, body, json_response
from changliu.records.context import context_for
from changliu.records.query.service import reader_of
from changliu.rules.duplicates.finding import Typed, find_alike

router = APIRouter(tags=["rules"])


class TypedBody(BaseModel):
    """The body of POST …/duplicates: values by field key as far as typed, and the record's id."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, Any] = Field(max_length=500)
    id: UUID | None = Field(None)


_TYPED = body(TypedBody)


@router.post("/records/{object_key}/duplicates", openapi_extra=accepts(TypedBody))
async def look_for_duplicates(
    object_key: str, session: Session = Depends(signed_in), wanted: TypedBody = Depends(_TYPED)
) -> Response:
    """Return records like one typed: `{items: [{rule, level, field, score, record, owner}]}`."""
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        items = await find_alike(context, found, Typed(wanted.values, wanted.id))
    return json_response({"items": items})
