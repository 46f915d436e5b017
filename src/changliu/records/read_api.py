"""Routes that read records; the routes that write are in `api`."""

from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.db import LIST_TIMEOUT_MS, QUERY_TIMEOUT_MS
from changliu.kit.http import accepts, body, json_response, language_of
from changliu.kit.platform import Platform
from changliu.kit.secrets import Signer, instance_key
from changliu.records.changeset.request import read_id
from changliu.records.context import context_for
from changliu.records.history.service import HistoryRequest, history_page
from changliu.records.merge.service import find_record
from changliu.records.query.check import check_formula
from changliu.records.query.conditions import (
    FromConditionsBody,
    ToConditionsBody,
    from_conditions,
    to_conditions,
)
from changliu.records.query.cursor import PURPOSE
from changliu.records.query.request import (
    FIELD_HISTORY_PARAMETERS,
    LIST_PARAMETERS,
    AggregateBody,
    CheckBody,
    documented,
    history_limit,
    read_list,
    read_parameters,
)
from changliu.records.query.service import aggregate, list_records, reader_of
from changliu.records.query.slots import slots_of

router = APIRouter(tags=["records"])

_AGGREGATE = body(AggregateBody)
_CHECK = body(CheckBody)
_TO_CONDITIONS = body(ToConditionsBody)
_FROM_CONDITIONS = body(FromConditionsBody)


@router.get("/records/{object_key}", openapi_extra=documented(LIST_PARAMETERS))
async def list_object_records(
    request: Request, object_key: str, session: Session = Depends(signed_in)
) -> Response:
    """List records, or the trash: `filter`, `sort`, `fields`, `limit`, `cursor`, `q`, `count`,
    `deleted`."""
    wanted = read_list(object_key, request.query_params.multi_items())
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        page = await list_records(
            tx, context.access, context.catalogue, wanted, cursor_signer(request)
        )
    return json_response(page.as_json())


@router.get("/records/{object_key}/{record_id}")
async def read_record(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return one record with every field the caller reads; of a merged one, 404 says where it
    went (`merged_into`)."""
    read_parameters(request.query_params.multi_items(), ())
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        record = await find_record(context, found, read_id(record_id))
    return json_response(record, headers={"etag": f'"{record["version"]}"'})


@router.get("/records/{object_key}/{record_id}/slots")
async def read_record_slots(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return what a form cannot work out by itself: `{slots: {computed field: [value, …]}}`."""
    read_parameters(request.query_params.multi_items(), ())
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        reader = reader_of(tx, context.access, context.catalogue)
        found = reader.object(object_key)
        return json_response({"slots": await slots_of(tx, reader, found, read_id(record_id))})


@router.get(
    "/records/{object_key}/{record_id}/history", openapi_extra=documented(FIELD_HISTORY_PARAMETERS)
)
async def read_record_history(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return a record's changes, newest first: `limit`, `cursor`, `field`."""
    values = read_parameters(request.query_params.multi_items(), FIELD_HISTORY_PARAMETERS)
    limit, cursor = history_limit(values), values.get("cursor", "")
    wanted = HistoryRequest(read_id(record_id), limit, cursor, values.get("field", ""))
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        page = await history_page(
            tx, context.access, context.catalogue, found, wanted, signer=cursor_signer(request)
        )
    return json_response(page.as_json())


@router.post("/query", openapi_extra=accepts(AggregateBody))
async def query_figures(
    session: Session = Depends(signed_in),
    wanted: AggregateBody = Depends(_AGGREGATE),
) -> Response:
    """Return figures by groups."""
    async with session.open(write=False, timeout_ms=QUERY_TIMEOUT_MS) as (tx, actor):
        context = await context_for(tx, actor)
        rows = await aggregate(tx, context.access, context.catalogue, wanted.request())
    return json_response({"rows": rows})


@router.post("/formulas/check", openapi_extra=accepts(CheckBody))
async def check_typed_formula(
    request: Request,
    session: Session = Depends(signed_in),
    wanted: CheckBody = Depends(_CHECK),
) -> Response:
    """Return what a formula is, or where it is wrong."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        reader = reader_of(tx, context.access, context.catalogue)
        return json_response(check_formula(reader, wanted, language_of(request)))


@router.post("/formulas/to-conditions", openapi_extra=accepts(ToConditionsBody))
async def formula_to_conditions(
    request: Request,
    session: Session = Depends(signed_in),
    wanted: ToConditionsBody = Depends(_TO_CONDITIONS),
) -> Response:
    """Return a condition as rows of a filter builder; `conditions` is null where only text fits."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        reader = reader_of(tx, context.access, context.catalogue)
        return json_response(to_conditions(reader, wanted, language_of(request)))


@router.post("/formulas/from-conditions", openapi_extra=accepts(FromConditionsBody))
async def formula_from_conditions(
    request: Request,
    session: Session = Depends(signed_in),
    wanted: FromConditionsBody = Depends(_FROM_CONDITIONS),
) -> Response:
    """Return rows of a filter builder as a formula."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        reader = reader_of(tx, context.access, context.catalogue)
        return json_response(from_conditions(reader, wanted, language_of(request)))


def cursor_signer(request: Request) -> Signer:
    """Return what signs the cursors of this installation."""
    platform: Platform = request.app.state.platform
    return _signer(platform.settings.data)


@lru_cache(maxsize=8)
def _signer(data: Path) -> Signer:
    return Signer(instance_key(data), PURPOSE)
