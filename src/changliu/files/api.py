"""Routes of files: upload one, read one."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.files import service
from changliu.files.folder import folder_of
from changliu.files.model import File, Readers
from changliu.files.names import disposition
from changliu.files.ranges import RangedFile
from changliu.files.sniff import SHOWN
from changliu.files.upload import ENVELOPE, MEGABYTE, received
from changliu.identity.guard import Session, signed_in
from changliu.kit.errors import Unavailable
from changliu.kit.failpoints import reach
from changliu.kit.http import json_response
from changliu.kit.platform import Platform
from changliu.kit.settings import Settings

router = APIRouter(tags=["files"])

PATH = "/api/files"
# A file opened as a page may run nothing, load nothing and reach no cookie.
POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'"
_MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}

_BINARY: dict[str, Any] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": _BINARY},
    206: {"description": "The part that `Range` asks for.", "content": _BINARY},
    304: {"description": "As `If-None-Match` says."},
}

_ASKED: dict[str, Any] = {
    "parameters": [
        {
            "name": "download",
            "in": "query",
            "description": "`1` saves the file in place of showing it.",
            "schema": {"type": "string"},
        },
        {
            "name": "Range",
            "in": "header",
            "description": "The bytes wanted, such as `bytes=0-1023`.",
            "schema": {"type": "string", "pattern": "^bytes=([0-9]{1,6})?-([0-9]{1,6})?$"},
        },
    ]
}


def body_limit(settings: Settings) -> int:
    """Return the largest body of an upload, in bytes."""
    return settings.max_upload_mb * MEGABYTE + ENVELOPE


@router.post("/files", status_code=201, openapi_extra=_MULTIPART)
async def upload_file(request: Request, session: Session = Depends(signed_in)) -> Response:
    """Upload one file; attach it to a record within a day by writing its id into a field."""
    platform: Platform = request.app.state.platform
    # Before a byte is read: a session that may not write fills no disk.
    async with session.open():
        pass
    folder = folder_of(platform.settings.data, session.workspace.schema)
    limit = platform.settings.max_upload_mb * MEGABYTE
    async with received(request, folder, limit) as upload:
        async with session.open() as (tx, actor):
            file, mark = await service.keep(tx, actor, folder, upload)
        reach("file.committed")
        with suppress(OSError):
            mark.unlink(missing_ok=True)
    return json_response(file.as_json(), 201)


@router.get("/files/{file_id}", response_class=Response, responses=_BYTES, openapi_extra=_ASKED)
async def read_file(
    request: Request, file_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return a file's bytes, whole or by `Range`; `download=1` saves it in place of showing it."""
    platform: Platform = request.app.state.platform
    wanted = _id(file_id)
    async with session.open(write=False) as (tx, actor):
        file = await service.readable(tx, actor, wanted, platform.registry(Readers).may_read)
    headers = _headers(file, download=request.query_params.get("download") == "1")
    tags = request.headers.get("if-none-match", "")
    if headers["etag"] in (tag.strip().removeprefix("W/") for tag in tags.split(",")):
        return Response(status_code=304, headers=headers)
    path = folder_of(platform.settings.data, session.workspace.schema).place(file.sha256)
    if not path.is_file():
        raise _lost()
    kind = f"{file.type}; charset=utf-8" if file.type == "text/plain" else file.type
    return RangedFile(path, headers=headers, media_type=kind)


def _headers(file: File, *, download: bool) -> dict[str, str]:
    shown = file.type in SHOWN and not download
    return {
        "etag": f'"{file.sha256}"',
        "content-disposition": disposition(file.name, inline=shown),
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        # Kept by the browser, but asked about every time: rights may have gone.
        "cache-control": "private, no-cache",
    }


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise service.unknown_file() from None


def _lost() -> Unavailable:
    return Unavailable(
        "file.lost",
        "文件的内容不在服务器的数据文件夹里，请管理员从备份恢复 files 文件夹。",
        "The file's bytes are not in the server's data folder: restore the folder 'files' from a"
        " backup.",
    )
