"""Routes for operators."""

from typing import Any

from fastapi import APIRouter, Request, Response

from changliu.kit.http import json_response
from changliu.kit.platform import Platform
from changliu.operations.health import health

router = APIRouter(tags=["operations"])

_ILL: dict[int | str, dict[str, Any]] = {
    503: {"description": "The same, while it is not well.", "content": {"application/json": {}}}
}


@router.get("/health", responses=_ILL)
async def read_health(request: Request) -> Response:
    """Is it well: 200 with figures, or 503 while the database does not answer."""
    platform: Platform = request.app.state.platform
    document = await health(platform.database)
    return json_response(document, 200 if document["status"] == "ok" else 503)
