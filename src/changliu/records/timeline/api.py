"""The route of the timeline."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.http import json_response
from changliu.records.changeset.request import read_id
from changliu.records.context import context_for
from changliu.records.history.service import HistoryRequest
from changliu.records.query.request import (
    TIMELINE_PARAMETERS,
    documented,
    history_limit,
    read_kinds,
    read_parameters,
)
from changliu.records.query.service import reader_of
from changliu.records.read_api import cursor_signer
from changliu.records.timeline.service import timeline_page

router = APIRouter(tags=["records"])


@router.get(
    "/records/{object_key}/{record_id}/timeline", openapi_extra=documented(TIMELINE_PARAMETERS)
)
async def read_record_timeline(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return changes, activities and comments of a record in one list, latest first: `limit`,
    `cursor`, `kinds` (`file` tells changes and comments that brought files)."""
    values = read_parameters(request.query_params.multi_items(), TIMELINE_PARAMETERS)
    limit, cursor, kinds = history_limit(values), values.get("cursor", ""), read_kinds(values)
    wanted = HistoryRequest(read_id(record_id), limit, cursor, kinds=kinds)
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        page = await timeline_page(context, found, wanted, cursor_signer(request))
    return json_response(page.as_json())
