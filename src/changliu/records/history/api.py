"""Routes of history as a whole: is it as it was sealed; erasing a person from it."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import Right
from changliu.kit.http import accepts, body, json_response, language_of
from changliu.kit.platform import Platform
from changliu.records.attachments.service import RESTORE
from changliu.records.changeset.model import Change, Changeset, Result
from changliu.records.changeset.participant import Participants
from changliu.records.changeset.request import read_id
from changliu.records.context import Context, context_for
from changliu.records.history.erasure.model import Erasers
from changliu.records.history.erasure.service import Erasure, erase
from changliu.records.history.putting_back import Past, Side, past_value
from changliu.records.history.sealing.verify import verify
from changliu.records.query.service import fetch, reader_of
from changliu.records.service import write

# As long as a changeset's reason may be.
MAX_REASON = 1_000


class PutBackBody(BaseModel):
    """The body of POST …/restore: which field, and whether as it was before (`from`) or after
    (`to`) that change."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(min_length=1, max_length=200)
    side: Side = "to"
    version: int | None = Field(None, ge=1, le=999_999_999)


class EraseBody(BaseModel):
    """The body of POST …/erase: why, and what to put into required fields."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=MAX_REASON)
    values: dict[str, Any] = Field({})


router = APIRouter(tags=["records"])

_ERASE, _PUT_BACK = body(EraseBody), body(PutBackBody)
# The largest number of an entry.
MAX_SEQ = 2**62
_may_erase = requires(Right.PERSONAL_ERASE)
_may_read_audit = requires(Right.AUDIT_READ)


@router.get("/audit/verify")
async def verify_history(request: Request, session: Session = Depends(_may_read_audit)) -> Response:
    """Check history against its seals; `{ok, seals, entries, unsealed, findings}`."""
    platform: Platform = request.app.state.platform
    async with session.open(write=False) as (tx, _):
        report = await verify(tx, platform.settings.data)
    return json_response(report.as_json(language_of(request)))


@router.post(
    "/records/{object_key}/{record_id}/history/{entry}/restore", openapi_extra=accepts(PutBackBody)
)
async def put_value_back(
    *,
    request: Request,
    object_key: str,
    record_id: str,
    entry: int,
    session: Session = Depends(signed_in),
    wanted: PutBackBody = Depends(_PUT_BACK),
) -> Response:
    """Write a value of a record's history again: an update like any other, `via` restore; answers
    the record with the id of the `changeset`."""
    past = Past(read_id(record_id), min(max(entry, 0), MAX_SEQ), wanted.field, wanted.side)
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        found = reader_of(tx, context.access, context.catalogue).object(object_key)
        value = await past_value(context, found, past)
    change = Change("update", object_key, past.record, wanted.version, {wanted.field: value})

    async def answer(context: Context, result: Result) -> Response:
        row, found = result.rows[0], context.catalogue.object(object_key)
        ids = [past.record]
        records = await fetch(context.tx, context.access, context.catalogue, found, ids)
        document = dict(records[0]) if records else {"id": row.id, "version": row.version}
        document["changeset"] = result.id
        warnings = [w.as_json(language_of(request)) for w in row.warnings]
        return json_response({**document, "warnings": warnings} if warnings else document)

    platform: Platform = request.app.state.platform
    participants = platform.registry(Participants).items
    return await write(session, participants, Changeset((change,), via=RESTORE), answer)


@router.post("/records/{object_key}/{record_id}/erase", openapi_extra=accepts(EraseBody))
async def erase_person(
    request: Request,
    object_key: str,
    record_id: str,
    session: Session = Depends(_may_erase),
    wanted: EraseBody = Depends(_ERASE),
) -> Response:
    """Erase personal values from a record and its history; `{changeset, version, fields, history}`.

    Nobody gets them back: history then says that they were erased.
    """
    platform: Platform = request.app.state.platform
    participants, erasers = platform.registry(Participants).items, platform.registry(Erasers)
    erasure = Erasure(object_key, read_id(record_id), wanted.reason, wanted.values)
    return json_response((await erase(session, participants, erasers, erasure)).as_json())
