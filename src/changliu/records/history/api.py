"""Routes of history as a whole: is it as it was sealed; erasing a person from it."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.kit.http import accepts, body, json_response, language_of
from changliu.kit.platform import Platform
from changliu.records.changeset.participant import Participants
from changliu.records.changeset.request import read_id
from changliu.records.history.erasure.model import Erasers
from changliu.records.history.erasure.service import Erasure, erase
from changliu.records.history.sealing.verify import verify

# As long as a changeset's reason may be.
MAX_REASON = 1_000


class EraseBody(BaseModel):
    """The body of POST …/erase: why, and what to put into required fields."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=MAX_REASON)
    values: dict[str, Any] = Field({})


router = APIRouter(tags=["records"])

_ERASE = body(EraseBody)
_may_erase = requires(Right.PERSONAL_ERASE)
_may_read_audit = requires(Right.AUDIT_READ)


@router.get("/audit/verify")
async def verify_history(request: Request, session: Session = Depends(_may_read_audit)) -> Response:
    """Check history against its seals; `{ok, seals, entries, unsealed, findings}`."""
    platform: Platform = request.app.state.platform
    async with session.open(write=False) as (tx, _):
        report = await verify(tx, platform.settings.data)
    return json_response(report.as_json(language_of(request)))


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
