"""Routes for operators."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime

from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.kit.http import json_response, language_of
from changliu.kit.platform import Platform
from changliu.operations.audit import MAX_PAGE, AuditRequest, audit_page, read_cursor
from changliu.operations.health import health
from changliu.operations.prometheus import CONTENT_TYPE, check_reader, figures

router = APIRouter(tags=["operations"])

_ILL: dict[int | str, dict[str, Any]] = {
    503: {"description": "The same, while it is not well.", "content": {"application/json": {}}}
}


@router.get("/health", responses=_ILL)
async def read_health(request: Request) -> Response:
    """Is it well: 200 with figures, or 503 with no database or no disk left."""
    platform: Platform = request.app.state.platform
    document = await health(platform.database, platform.settings.data)
    return json_response(document, 503 if document["status"] == "down" else 200)


@router.get("/health/prometheus", response_class=PlainTextResponse)
async def read_figures(request: Request) -> Response:
    """Figures for Prometheus: requests, jobs, workers, pools, sizes, backups.

    For this machine, or for holders of the token of CHANGLIU_METRICS_TOKEN.
    """
    platform: Platform = request.app.state.platform
    check_reader(request, platform.settings.metrics_token)
    return Response(await figures(platform), media_type=CONTENT_TYPE)


@router.get("/audit", tags=["audit"])
async def read_audit(
    *,
    request: Request,
    session: Annotated[Session, Depends(requires(Right.AUDIT_READ))],
    kind: Annotated[str | None, Query(max_length=100)] = None,
    actor: UUID | None = None,
    since: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """List who changed definitions, members, teams and ways in, and who exported, newest first.

    `kind` is a kind of definition, or member, team, session, account, token, export.
    """
    wanted = AuditRequest(kind, actor, since, limit, read_cursor(cursor))
    async with session.open(write=False) as (tx, _):
        page = await audit_page(tx, wanted, language_of(request))
    return json_response(page)
