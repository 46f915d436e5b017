"""Routes of imports: bring a file, see what would happen, correct the mapping, begin, follow."""

from contextlib import suppress
from datetime import datetime
from pathlib import PurePath
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from changliu.files import service as files
from changliu.files.model import Readers
from changliu.files.names import disposition
from changliu.files.upload import MEGABYTE, Upload, received
from changliu.identity.guard import Session, requires
from changliu.identity.model import Right
from changliu.identity.teams import TeamHolders
from changliu.kit.errors import Invalid
from changliu.kit.http import (
    accepts,
    body,
    json_response,
    language_of,
    read_json,
    schema_of,
    validate,
)
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform
from changliu.records.changeset.description import REVERT
from changliu.records.changeset.participant import Participants
from changliu.records.changeset.request import read_id, read_revert
from changliu.records.changeset.revert import count_caused, taken_back
from changliu.records.context import context_for
from changliu.records.service import take_back, told
from changliu.transfer import uploads as verbs
from changliu.transfer.asking import asked_of, noticed_in
from changliu.transfer.guessing import lists_of, names_of
from changliu.transfer.intake import read_body
from changliu.transfer.mapping import Mapping
from changliu.transfer.model import Import
from changliu.transfer.request import Begin, NewImport, NewLayout, read_parts, wish_of
from changliu.transfer.returned import KIND, workbook_of
from changliu.transfer.roster import found_target, target_of
from changliu.transfer.store import progress
from changliu.transfer.store import uploads as store
from changliu.transfer.telling import fault_json, import_json, summary_json
from changliu.transfer.uploads import House, Wish
from changliu.transfer.withdrawing import is_of_members, withdraw_members

router = APIRouter(tags=["imports"])

PATH = "/api/imports"
_may_import = requires(Right.DATA_IMPORT)
Importing = Annotated[Session, Depends(_may_import)]
_BEGIN, _LAYOUT = body(Begin), body(NewLayout)

_NEW: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": schema_of(NewImport)},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "object"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "object": {"type": "string"},
                        "mapping": {"type": "string", "description": "A mapping file's text."},
                    },
                }
            },
        },
    }
}


@router.post("/imports", status_code=201, openapi_extra=_NEW)
async def create_import(request: Request, session: Importing) -> Response:
    """Bring a file and learn what importing it would do; nothing is written into records."""
    house = _house(request, session)
    made = uuid7()
    # Before a byte is read: who may not import learns nothing and fills no disk.
    async with session.open():
        pass
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        new = validate(NewImport, await read_json(request))
        kept = await _from_file(request, session, house, (made, new))
    else:
        platform: Platform = request.app.state.platform
        limit = platform.settings.max_upload_mb * MEGABYTE
        async with received(request, house.folder, limit) as upload:
            kept = await _from_upload(session, house, made, upload)
    kept = await verbs.try_out(house, kept)
    return await _shown(request, session, kept, 201)


@router.get("/imports")
async def list_imports(
    request: Request,
    session: Importing,
    before: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Your imports, newest first; `next` is the `before` of the following page."""
    at = None if before is None else _cursor(before)
    async with session.open(write=False) as (tx, _):
        found = await store.newest(tx, session.member, at, limit)
        back = await taken_back(tx, [made.id for made in found])
    last = found[-1] if len(found) == limit else None
    return json_response(
        {
            "items": [
                summary_json(made, language_of(request), taken_back=_is_back(made, back))
                for made in found
            ],
            "next": f"{last.started_at.isoformat()}_{last.id}" if last else None,
        }
    )


@router.get("/imports/{import_id}")
async def read_import(request: Request, import_id: str, session: Importing) -> Response:
    """One import: its state and progress, mapping, questions, and what a trial found."""
    async with session.open(write=False) as (tx, _):
        made = await verbs.found(tx, session.member, read_id(import_id))
    return await _shown(request, session, made)


@router.put("/imports/{import_id}/mapping", openapi_extra=accepts(Mapping))
async def set_mapping(request: Request, import_id: str, session: Importing) -> Response:
    """Replace the mapping (as in a mapping file) and learn again what would happen."""
    house = _house(request, session)
    async with session.open(write=False) as (tx, _):
        await verbs.found(tx, session.member, read_id(import_id))
    wanted = await read_json(request)
    read_body(wanted)
    async with session.open() as (tx, actor):
        made = await verbs.found(tx, session.member, read_id(import_id), lock=True)
        context = await context_for(tx, actor, house.participants)
        made = await verbs.remap(house, context, made, wanted)
    return await _shown(request, session, await verbs.try_out(house, made))


@router.put("/imports/{import_id}/layout", openapi_extra=accepts(NewLayout))
async def set_layout(
    request: Request, import_id: str, session: Importing, wanted: NewLayout = Depends(_LAYOUT)
) -> Response:
    """Read the file in another way (sheet, header, encoding); its mapping is guessed anew."""
    house = _house(request, session)
    async with session.open() as (tx, actor):
        made = await verbs.found(tx, session.member, read_id(import_id), lock=True)
        context = await context_for(tx, actor, house.participants)
        made = await verbs.relay(house, context, made, wanted.layout)
    return await _shown(request, session, await verbs.try_out(house, made))


@router.post("/imports/{import_id}/commit", status_code=202, openapi_extra=accepts(Begin))
async def commit_import(
    request: Request, import_id: str, session: Importing, wanted: Begin = Depends(_BEGIN)
) -> Response:
    """Begin writing; rows that are refused are kept with their reasons, the others stand."""
    house = _house(request, session)
    async with session.open() as (tx, actor):
        made = await verbs.found(tx, session.member, read_id(import_id), lock=True)
        context = await context_for(tx, actor, house.participants)
        made = await verbs.begin(context, made, quiet=wanted.automations == "quiet")
    return await _shown(request, session, made, 202)


@router.post("/imports/{import_id}/cancel")
async def cancel_import(request: Request, import_id: str, session: Importing) -> Response:
    """Stop after the batch that is being written; what was written stays and can be reverted."""
    async with session.open() as (tx, _):
        made = await verbs.found(tx, session.member, read_id(import_id), lock=True)
        made = await verbs.cancel(tx, made)
    return await _shown(request, session, made)


@router.post("/imports/{import_id}/revert", openapi_extra=REVERT)
async def revert_import(request: Request, import_id: str, session: Importing) -> Response:
    """Take an import back, of records or of members; what has changed since stays and is listed.

    Members who came go, unless they have signed in or a record names them; their teams too, once
    nobody works there. Asking again goes on where it stopped and tries again what was kept.
    """
    wish, asked = read_revert(await read_json(request)), read_id(import_id)
    platform: Platform = request.app.state.platform
    language = language_of(request)
    if await is_of_members(session, asked):
        holders = platform.registry(TeamHolders)
        done = await withdraw_members(session, holders, asked)
        return json_response({**told([done], language), "changesets": []})
    house = _house(request, session)
    return json_response(told(await take_back(session, house.participants, asked, wish), language))


@router.get("/imports/{import_id}/errors")
async def read_errors(
    request: Request,
    import_id: str,
    session: Importing,
    *,
    after: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    form: Annotated[Literal["json", "xlsx"], Query(alias="format")] = "json",
) -> Response:
    """Refused rows in the order of the file, each cell's reason with it; `format=xlsx` as a
    workbook (at most 20,000 rows) that can be corrected and imported again."""
    if form == "xlsx":
        return await _workbook(request, read_id(import_id), session)
    start = (0, 0) if after is None else _place(after)
    async with session.open(write=False) as (tx, _):
        made = await verbs.found(tx, session.member, read_id(import_id))
        rows = await store.page_of_faults(tx, made.id, start, limit)
    header, language = made.described["header"], language_of(request)
    last = rows[-1] if len(rows) == limit else None
    return json_response(
        {
            "items": [fault_json(fault, header, language) for _, fault in rows],
            "next": f"{last[1].row}.{last[0]}" if last else None,
        }
    )


async def _workbook(request: Request, import_id: UUID, session: Session) -> Response:
    async with session.open(write=False) as (tx, _):
        made = await verbs.found(tx, session.member, import_id)
        rows = progress.refused_rows(tx, made.id)
        book = await workbook_of(made.described["header"], rows, language_of(request))
    name = f"{PurePath(made.file).stem}-errors.xlsx"
    headers = {"content-disposition": disposition(name, inline=False)}
    return Response(book, media_type=KIND, headers=headers)


async def _from_upload(session: Session, house: House, made: UUID, upload: Upload) -> Import:
    """Keep what was uploaded, once it could be read."""
    wish = wish_of(read_parts(upload.words))
    async with session.open(write=False) as (tx, actor):
        context = await verbs.admitted(tx, actor, house, wish.object)
        known = names_of(target_of(context.catalogue, wish.object))
    seen = await verbs.glance(house, wish, made, (upload.name, upload.path), known)
    async with session.open() as (tx, actor):
        context = await verbs.admitted(tx, actor, house, wish.object)
        file, mark = await files.keep(tx, actor, house.folder, upload)
        kept = await verbs.add(tx, context, wish, made, (seen, file))
    with suppress(OSError):
        mark.unlink(missing_ok=True)
    return kept


async def _from_file(
    request: Request, session: Session, house: House, wanted: tuple[UUID, NewImport]
) -> Import:
    """Take a file uploaded before, of which the import keeps a row of its own."""
    made, new = wanted
    wish: Wish = wish_of(new)
    platform: Platform = request.app.state.platform
    if new.file is None:
        raise Invalid(
            "import.file",
            "没有文件：请用 multipart/form-data 上传，或在 file 里写已上传文件的编号。",
            "There is no file: upload it as multipart/form-data, or name an uploaded one in"
            " 'file'.",
        )
    async with session.open(write=False) as (tx, actor):
        context = await verbs.admitted(tx, actor, house, wish.object)
        known = names_of(target_of(context.catalogue, wish.object))
        readers = platform.registry(Readers)
        file = await files.readable(tx, actor, _file_id(new.file), readers.may_read)
    at = file.name, house.folder.place(file.sha256)
    seen = await verbs.glance(house, wish, made, at, known)
    async with session.open() as (tx, actor):
        context = await verbs.admitted(tx, actor, house, wish.object)
        again = await files.keep_again(tx, actor, file)
        return await verbs.add(tx, context, wish, made, (seen, again))


async def _shown(request: Request, session: Session, made: Import, status: int = 200) -> Response:
    language = language_of(request)
    house = _house(request, session)
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor, house.participants)
        target = found_target(context.catalogue, made.object)
        lists = lists_of(context.catalogue, target) if target else ()
        asked = asked_of(made, target, lists) if target and made.state == "draft" else []
        noticed = noticed_in(made, target) if target and made.state == "draft" else []
        ended = made.state in ("done", "cancelled")
        more = {
            "questions": [each.as_json(language) for each in asked],
            "notices": [each.as_json(language) for each in noticed],
            "taken_back": ended and _is_back(made, await taken_back(tx, [made.id])),
            "consequences": await count_caused(tx, made.id) if ended else 0,
        }
    return json_response(import_json(made, (target, lists), language, **more), status)


def _is_back(made: Import, back: set[UUID]) -> bool:
    """Whether an import has been taken back: its changesets, or its members."""
    return made.id in back or made.reverted_at is not None


def _house(request: Request, session: Session) -> House:
    platform: Platform = request.app.state.platform
    participants = platform.registry(Participants).items
    return House(session.database, session.workspace, platform.settings.data, participants)


def _file_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise files.unknown_file() from None


def _cursor(text: str) -> tuple[datetime, UUID]:
    at, _, last = text.partition("_")
    try:
        found = datetime.fromisoformat(at), UUID(last)
    except ValueError:
        raise _unknown_place() from None
    if found[0].tzinfo is None:
        raise _unknown_place()
    return found


def _place(text: str) -> tuple[int, int]:
    row, _, sweep = text.partition(".")
    if not (row.isascii() and row.isdigit() and sweep in ("1", "2") and len(row) < 16):
        raise _unknown_place()
    return int(row), int(sweep)


def _unknown_place() -> Invalid:
    return Invalid(
        "import.page",
        "翻页的位置不对，请用上一页给出的 next。",
        "This is no place in the list; use the 'next' of the page before.",
    )
