"""Routes of searches for records alike among those that are there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import Right
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.errors import Invalid
from changliu.kit.http import accepts, body, json_response
from changliu.records.context import context_for
from changliu.records.query.service import reader_of
from changliu.rules.duplicates.bulk import service
from changliu.rules.duplicates.bulk.model import Wanted

router = APIRouter(tags=["rules"])

_may_search = requires(Right.RULES_CHANGE)
Searcher = Annotated[Session, Depends(_may_search)]
Caller = Annotated[Session, Depends(signed_in)]


class VerdictBody(BaseModel):
    """The body of POST …/duplicates/different: two records, and whether they differ."""

    model_config = ConfigDict(extra="forbid")

    records: tuple[UUID, UUID]
    different: bool = Field(True)


_VERDICT = body(VerdictBody)


@router.post("/duplicates/{rule}/search", status_code=202)
async def start_search(rule: str, session: Searcher) -> Response:
    """Look for records alike by a live rule, in the background; what was found before goes."""
    async with session.open() as (tx, actor):
        found = await service.start(await context_for(tx, actor), rule)
    return json_response(found, 202)


@router.get("/duplicates/{rule}/search")
async def read_search(rule: str, session: Caller) -> Response:
    """Return how far a rule's search is: `{state, progress, full, outdated, …}`."""
    async with session.open(write=False) as (tx, actor):
        found = await service.show(await context_for(tx, actor), rule)
    return json_response(found)


@router.delete("/duplicates/{rule}/search")
async def stop_search(rule: str, session: Searcher) -> Response:
    """Stop a search; the pairs it has found stay."""
    async with session.open() as (tx, actor):
        found = await service.stop(await context_for(tx, actor), rule)
    return json_response(found)


@router.get("/duplicates/{rule}/pairs")
async def list_pairs(
    *,
    rule: str,
    session: Caller,
    at_least: Annotated[float, Query(ge=0, le=1)] = 0,
    record: UUID | None = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """List the pairs a search has found, most alike first, with why, and the merge to ask for.

    `record` narrows to the pairs of one record; `after` is the `next` of the page before.
    """
    wanted = Wanted(at_least, record, _place(after) if after else None, limit)
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        found = await service.pairs(await context_for(tx, actor), rule, wanted)
    return json_response(found)


@router.post(
    "/records/{object_key}/duplicates/different",
    status_code=204,
    openapi_extra=accepts(VerdictBody),
)
async def say_different(
    object_key: str, session: Caller, wanted: VerdictBody = Depends(_VERDICT)
) -> Response:
    """Remember that two records are not the same: searches leave them out from now on."""
    async with session.open() as (tx, actor):
        context = await context_for(tx, actor)
        target = reader_of(tx, context.access, context.catalogue).object(object_key)
        pair = wanted.records
        await service.call_different(context, target, pair, different=wanted.different)
    return Response(status_code=204)


def _place(text: str) -> tuple[str, UUID, UUID]:
    try:
        score, one, two = text.split("_")
        if not score.replace(".", "", 1).isdigit():
            raise ValueError(score)
        return score, UUID(one), UUID(two)
    except ValueError:
        raise Invalid(
            "duplicate.page",
            "翻页的位置不对，请用上一页给出的 next。",
            "This is no place in the list; use the 'next' of the page before.",
        ) from None
