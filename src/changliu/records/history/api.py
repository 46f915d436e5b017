"""Routes of history as a whole: is it as it was sealed."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.kit.http import json_response, language_of
from changliu.kit.platform import Platform
from changliu.records.history.sealing.verify import verify

router = APIRouter(tags=["records"])

_may_read_audit = requires(Right.AUDIT_READ)


@router.get("/audit/verify")
async def verify_history(request: Request, session: Session = Depends(_may_read_audit)) -> Response:
    """Check history against its seals; `{ok, seals, entries, unsealed, findings}`."""
    platform: Platform = request.app.state.platform
    async with session.open(write=False) as (tx, _):
        report = await verify(tx, platform.settings.data)
    return json_response(report.as_json(language_of(request)))
