"""Routes of a person's data: find, hand out, erase."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from changliu.files.folder import folder_of
from changliu.files.names import disposition
from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.kit import clock
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform
from changliu.records.changeset.participant import Participants
from changliu.records.context import Context, context_for
from changliu.records.history.erasure.model import Erasers
from changliu.records.read_api import cursor_signer
from changliu.transfer.export import store
from changliu.transfer.export.model import ExportRequest
from changliu.transfer.export.service import noted
from changliu.transfer.export.sheets import write_texts
from changliu.transfer.people import service
from changliu.transfer.people.bundle import Tables, lines_of, table_of, write_bundle
from changliu.transfer.people.model import EraseBody, ExportBody, FindBody

router = APIRouter(prefix="/people", tags=["people"])

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}
_FIND, _EXPORT, _ERASE = body(FindBody), body(ExportBody), body(EraseBody)
_may_find = requires(Right.PERSONAL_EXPORT, Right.PERSONAL_ERASE)
_may_export = requires(Right.PERSONAL_EXPORT)
_may_erase = requires(Right.PERSONAL_ERASE)


@router.post("/find", openapi_extra=accepts(FindBody))
async def find_person(
    request: Request,
    session: Session = Depends(_may_find),
    wanted: FindBody = Depends(_FIND),
) -> Response:
    """Find a person everywhere: records with this phone number, e-mail address or name in a field
    marked personal."""
    async with _context(session, write=False) as context:
        found = await service.find_person(context, wanted.text, cursor_signer(request))
    return json_response({"objects": found})


@router.post("/export", response_class=Response, responses=_ZIP, openapi_extra=accepts(ExportBody))
async def export_person(
    request: Request,
    session: Session = Depends(_may_export),
    wanted: ExportBody = Depends(_EXPORT),
) -> Response:
    """Hand out a person's data as a ZIP: values, history, timeline, shares, files."""
    platform: Platform = request.app.state.platform
    signer, folder = (
        cursor_signer(request),
        folder_of(platform.settings.data, session.workspace.schema),
    )
    async with _context(session, write=False) as context:
        places = dict.fromkeys(wanted.records)
        parts = [await service.person_data(context, place, signer) for place in places]
        lines = lines_of(context.catalogue, parts, session.language)
        document = {"made_at": context.tx.now, "made_by": context.actor.name, "records": parts}
    path, workbook = folder.new(), folder.new()
    try:
        await write_texts(workbook, lines)
        tables = Tables(table_of(lines), workbook)
        await asyncio.to_thread(write_bundle, path, document, tables, folder)
        digest = await asyncio.to_thread(_digest, path)
        async with _context(session) as context:
            for part in parts:
                await noted(context.tx, _taken(context, part["record"], digest))
    except BaseException:
        _remove(path)
        raise
    finally:
        _remove(workbook)
    headers = {"content-disposition": disposition("person.zip", inline=False)}
    done = BackgroundTask(_remove, path)
    return FileResponse(path, headers=headers, media_type="application/zip", background=done)


@router.post("/erase", openapi_extra=accepts(EraseBody))
async def erase_person(
    request: Request,
    session: Session = Depends(_may_erase),
    wanted: EraseBody = Depends(_ERASE),
) -> Response:
    """Erase a person from several records; the receipt says what was erased where and when."""
    platform: Platform = request.app.state.platform
    participants, erasers = platform.registry(Participants).items, platform.registry(Erasers)
    # A receipt is for records that are refused; whoever lacks the right gets none.
    async with session.open():
        pass
    receipt = await service.erase_person(session, participants, erasers, wanted)
    return json_response({
        "at": clock.now(), "by": session.member, "reason": wanted.reason,
        "erased": receipt.erased, "refused": receipt.refused,
    })  # fmt: skip


def _taken(context: Context, record: dict[str, Any], digest: str) -> store.Taken:
    request = ExportRequest(record["object"], f'id = "{record["id"]}"', format="zip", ids=True)
    return store.Taken(context.actor.member, request, tuple(record["values"]), 1, digest)


@asynccontextmanager
async def _context(session: Session, *, write: bool = True) -> AsyncIterator[Context]:
    async with session.open(write=write) as (tx, actor):
        yield await context_for(tx, actor)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
