"""Routes of export: a file at once or in the background, the caller's own exports, the log."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from changliu.files.folder import folder_of
from changliu.files.model import Readers
from changliu.files.names import disposition
from changliu.files.ranges import RangedFile
from changliu.files.service import readable
from changliu.identity.guard import Session, requires, signed_in
from changliu.identity.model import Right
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.errors import BadRequest, Fault
from changliu.kit.http import json_response
from changliu.kit.platform import Platform
from changliu.records.context import Context, context_for
from changliu.records.query.request import (
    LIST_PARAMETERS,
    documented,
    read_flag,
    read_parameters,
    split_names,
)
from changliu.transfer.export import service, store
from changliu.transfer.export.model import AT_ONCE, FORMATS, HEADERS, MEDIA_TYPES, ExportRequest

router = APIRouter(prefix="/exports", tags=["exports"])
audit_router = APIRouter(prefix="/audit", tags=["audit"])

PARAMETERS = {
    **{name: LIST_PARAMETERS[name] for name in ("filter", "sort", "q")},
    "fields": "Field paths separated by commas, in the order of the columns; default: all fields"
    " that may be exported, owner, team and time of creation.",
    "format": "`xlsx` (typed cells) or `csv` (UTF-8 with a byte order mark); default xlsx.",
    "headers": "`label`, `key` or `both`; default label.",
    "key": "`false` leaves out the id of every record, which stands behind the other columns"
    " (hidden in xlsx) and lets an import recognise it.",
    "ids": "`true` adds the id of every record and of every record referred to.",
}
# The caller's latest exports that are listed.
LISTED = 50
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(MEDIA_TYPES.values(), _BYTES)},
}
_MADE = {
    **_FILES,
    202: {"description": "Above 10,000 rows: a job makes the file.", "content": {
        "application/json": {"schema": {"type": "object"}}
    }},
}  # fmt: skip
Caller = Annotated[Session, Depends(signed_in)]


@router.get("")
async def list_exports(session: Caller) -> Response:
    """List the caller's own latest exports in the background."""
    async with _context(session, write=False) as context:
        found = await store.jobs_of(context.tx, context.actor.member, LISTED)
        items = [job.as_json(session.language, context.tx.now) for job in found]
    return json_response({"items": items})


@router.get("/{export_id:uuid}")
async def read_export(export_id: UUID, session: Caller) -> Response:
    """Return how far one of the caller's own exports is: `{id, state, total, done, file, …}`."""
    async with _context(session, write=False) as context:
        job = await service.find(context, export_id)
        document = job.as_json(session.language, context.tx.now)
    return json_response(document)


@router.get("/{export_id:uuid}/file", response_class=Response, responses=_FILES)
async def read_export_file(request: Request, export_id: UUID, session: Caller) -> Response:
    """Return the file of a finished export, to the one who asked for it only."""
    platform: Platform = request.app.state.platform
    async with _context(session) as context:
        wanted = await service.fetch(context, export_id)
        may_read = platform.registry(Readers).may_read
        file = await readable(context.tx, context.actor, wanted, may_read)
        # The pieces of one download are one download.
        if request.headers.get("range", "bytes=0-").startswith("bytes=0-"):
            job = await service.find(context, export_id)
            await service.fetched(context.tx, context.actor.member, job)
    path = folder_of(platform.settings.data, session.workspace.schema).place(file.sha256)
    headers = {"content-disposition": disposition(file.name, inline=False)}
    return RangedFile(path, headers=headers, media_type=file.type)


@router.delete("/{export_id:uuid}", status_code=204)
async def drop_export(export_id: UUID, session: Caller) -> Response:
    """Cancel one of the caller's own exports, or delete its file."""
    async with _context(session) as context:
        await service.drop(context, export_id)
    return Response(status_code=204)


@router.get(
    "/{object_key}",
    response_class=Response,
    responses=_MADE,
    openapi_extra=documented(PARAMETERS),
)
async def export_records(request: Request, object_key: str, session: Caller) -> Response:
    """Export a list as a file: at once, or above 10,000 rows by a job (202 with where to look)."""
    wanted = read_export_request(object_key, request.query_params.multi_items(), session)
    async with _context(session) as context:
        total = await service.count(context, wanted)
        if total > AT_ONCE:
            job = await service.start(context, wanted, total)
            document = job.as_json(session.language, context.tx.now)
            return json_response(document, 202, {"location": f"/api/exports/{job.id}"})
    platform: Platform = request.app.state.platform
    path = folder_of(platform.settings.data, session.workspace.schema).new()
    try:
        async with _context(session, write=False) as context:
            made = await service.make(context, wanted, path)
        async with session.open() as (tx, _):
            await service.noted(tx, made.taken)
    except BaseException:
        _remove(path)
        raise
    headers = {"content-disposition": disposition(made.upload.name, inline=False)}
    return FileResponse(
        path, headers=headers, media_type=made.upload.type, background=BackgroundTask(_remove, path)
    )


@audit_router.get("/exports")
async def list_export_log(
    *,
    session: Annotated[Session, Depends(requires(Right.AUDIT_READ))],
    member: UUID | None = None,
    object_key: Annotated[str | None, Query(alias="object", max_length=100)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List who took which records away, newest first; `before` is the `seq` of the last seen."""
    async with session.open(write=False) as (tx, _):
        lines = await store.log_lines(
            tx, member=member, object_key=object_key, before=before, limit=limit
        )
    return json_response({"items": lines})


def read_export_request(
    object_key: str, given: Iterable[tuple[str, str]], session: Session
) -> ExportRequest:
    """Return the request of a query string; `BadRequest` for parameters it does not know."""
    values = read_parameters(given, PARAMETERS)
    return ExportRequest(
        object_key,
        values.get("filter", ""),
        split_names(values.get("sort", "")),
        split_names(values["fields"]) if "fields" in values else None,
        values.get("q", "").strip(),
        _one_of(values.get("format") or "xlsx", FORMATS, "format"),
        _one_of(values.get("headers") or "label", HEADERS, "headers"),
        read_flag(values, "ids"),
        "key" not in values or read_flag(values, "key"),
        session.language,
    )


def _one_of(given: str, known: tuple[Any, ...], name: str) -> Any:
    if given in known:
        return given
    zh = f"{name} 只能是 {'、'.join(known)}。"
    en = f"'{name}' must be one of: {', '.join(known)}."
    raise BadRequest("request.choice", zh, en, [Fault("request.choice", zh, en, name)])


@asynccontextmanager
async def _context(session: Session, *, write: bool = True) -> AsyncIterator[Context]:
    async with session.open(write=write, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        yield await context_for(tx, actor)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
