"""The route of search."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.http import json_response
from changliu.records.context import context_for
from changliu.records.query.request import documented, read_number, read_parameters, split_names
from changliu.records.read_api import cursor_signer
from changliu.records.search.service import PER_OBJECT, SearchRequest, search

router = APIRouter(tags=["records"])

PARAMETERS = {
    "q": "What to find: a part of two characters or more, pinyin, first letters, digits",
    "objects": "Keys of the objects to look into, comma-separated; all when left out",
    "limit": f"Hits per object, {PER_OBJECT} unless given",
    "cursor": "`next` of a group: its further hits; `objects` names just that object then",
}


@router.get("/search", openapi_extra=documented(PARAMETERS))
async def search_records(request: Request, session: Session = Depends(signed_in)) -> Response:
    """Search all records the caller reads: `q`, `objects`, `limit`, `cursor`."""
    values = read_parameters(request.query_params.multi_items(), PARAMETERS)
    objects = split_names(values["objects"]) if values.get("objects") else None
    limit = read_number(values.get("limit"), "limit", PER_OBJECT)
    wanted = SearchRequest(values.get("q", ""), objects, limit, values.get("cursor", ""))
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        groups = await search(context, wanted, cursor_signer(request))
    return json_response({"groups": [group.as_json() for group in groups]})
