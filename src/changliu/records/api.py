"""Routes that write records; the routes that read are in `read_api`."""

import re
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.errors import BadRequest
from changliu.kit.http import json_response, language_of, read_json
from changliu.kit.labels import Language
from changliu.kit.platform import Platform
from changliu.records.changeset import description
from changliu.records.changeset.joining import JOINED
from changliu.records.changeset.lookup import describe
from changliu.records.changeset.model import Change, Changeset, Result, RowResult
from changliu.records.changeset.participant import Participant, Participants
from changliu.records.changeset.request import (
    read_change,
    read_changeset,
    read_id,
    read_revert,
)
from changliu.records.context import Context, context_for
from changliu.records.keys import REPLAYED, key_of
from changliu.records.merge.comparing import compare
from changliu.records.query.service import fetch
from changliu.records.service import take_back, told, write

router = APIRouter(tags=["records"])

# At most nine digits: the column is an integer.
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?').fullmatch


@router.post("/records/{object_key}", status_code=201, openapi_extra=description.CREATE)
async def create_record(
    request: Request, object_key: str, session: Session = Depends(signed_in)
) -> Response:
    """Create one record: values by field key, and optionally `id`, `owner`, `team`."""
    body = await read_json(request)
    return await _one(request, session, read_change("create", object_key, None, body), body)


@router.patch("/records/{object_key}/{record_id}", openapi_extra=description.UPDATE)
async def update_record(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Change fields of one record; `version` or If-Match refuses when it has moved on."""
    body = await read_json(request)
    change = read_change("update", object_key, read_id(record_id), body)
    return await _one(request, session, change, body)


@router.delete("/records/{object_key}/{record_id}", status_code=204, openapi_extra=description.MOVE)
async def delete_record(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Move one record to the trash."""
    change = read_change("delete", object_key, read_id(record_id), {})
    return await _one(request, session, change, None)


@router.post("/changesets", openapi_extra=description.CHANGESET)
async def create_changeset(request: Request, session: Session = Depends(signed_in)) -> Response:
    """Apply many changes in one transaction: all or none, or each that can."""
    body = await read_json(request)
    changeset = replace(read_changeset(body, *key_of(request, body)), via=session.via)
    language = language_of(request)

    async def answer(context: Context, result: Result) -> Response:
        rows = [_row(r, language) for r in result.rows]
        for change, row, made in zip(changeset.changes, rows, result.rows, strict=True):
            if changeset.dry_run and change.op == "merge" and not made.refused:
                row["fields"] = await compare(context, change, made.taken)
        headers = REPLAYED if result.replayed else {}
        return json_response({"id": result.id, "results": rows}, 200, headers)

    return await write(session, _participants(request), changeset, answer)


@router.post("/records/{object_key}/{record_id}/restore", openapi_extra=description.MOVE)
async def restore_record(
    request: Request, object_key: str, record_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Take one record out of the trash, with its lines and what went along with it.

    References that its deletion cleared stay cleared; reverting the deletion sets them again.
    """
    change = read_change("restore", object_key, read_id(record_id), {})
    return await _one(request, session, change, None)


@router.post("/changesets/{changeset_id}/revert", openapi_extra=description.REVERT)
async def revert_changeset(
    request: Request, changeset_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Take a changeset, or a whole import, back; `consequences` too takes back what it set off.

    Records changed since are kept and listed. Each changeset is taken back in a transaction of
    its own, newest first; asking again goes on where it stopped and tells the rest again.
    """
    wish = read_revert(await read_json(request))
    done = await take_back(session, _participants(request), read_id(changeset_id), wish)
    return json_response(told(done, language_of(request)))


@router.get("/changesets/{changeset_id}")
async def read_changeset_by_id(
    changeset_id: str, session: Session = Depends(signed_in)
) -> Response:
    """Return what a changeset did; its author and those who may read the audit log see it."""
    async with session.open(write=False) as (tx, actor):
        context = await context_for(tx, actor)
        return json_response(await describe(context, read_id(changeset_id)))


async def _one(request: Request, session: Session, change: Change, body: Any) -> Response:
    change = _with_version(change, request.headers.get("if-match"))
    key, body_hash = key_of(request, body)
    changeset = Changeset((change,), via=session.via, idempotency_key=key, body_hash=body_hash)

    async def answer(context: Context, result: Result) -> Response:
        if change.op == "delete":
            return Response(status_code=204)
        row = result.rows[0]
        headers = {"etag": f'"{row.version}"'}
        if result.replayed:
            headers |= REPLAYED
        there = any(warning.code == JOINED for warning in row.warnings)
        status = 201 if change.op == "create" and not there else 200
        return json_response(await _body(context, change, row, request), status, headers)

    return await write(session, _participants(request), changeset, answer)


async def _body(
    context: Context, change: Change, row: RowResult, request: Request
) -> dict[str, Any]:
    """The record as the caller may read it; `Prefer: return=minimal` or no right: id, version."""
    language = language_of(request)
    minimal = {"id": row.id, "version": row.version}
    warnings = [w.as_json(language) for w in row.warnings]
    if row.id is not None and "return=minimal" not in request.headers.get("prefer", ""):
        target = context.catalogue.object(change.object)
        found = await fetch(context.tx, context.access, context.catalogue, target, [row.id])
        minimal = dict(found[0]) if found else minimal
    return {**minimal, "warnings": warnings} if warnings else minimal


def _row(row: RowResult, language: Language) -> dict[str, Any]:
    if row.refused:
        return {"errors": [f.as_json(language) for f in row.faults]}
    warnings = [w.as_json(language) for w in row.warnings]
    document: dict[str, Any] = {"id": row.id, "version": row.version}
    if row.along:
        document["along"] = row.along
    if row.taken:
        document["taken"] = row.taken
    return {**document, "warnings": warnings} if warnings else document


def _with_version(change: Change, tag: str | None) -> Change:
    if tag is None or tag == "*":
        return change
    version = _TAG(tag)
    if version is None:
        raise BadRequest(
            "header.if_match",
            'If-Match 请求头应为记录的版本号，例如 "3"。',
            'If-Match must be the record\'s version, such as "3".',
        )
    if change.version not in (None, int(version[1])):
        raise BadRequest(
            "version.differs",
            f"If-Match 是 {version[1]}，而正文的 version 是 {change.version}；请只给其中一个。",
            f"If-Match says {version[1]}, but 'version' in the body {change.version}; give one.",
        )
    return Change(change.op, change.object, change.id, int(version[1]), change.values)


def _participants(request: Request) -> tuple[Participant, ...]:
    platform: Platform = request.app.state.platform
    return platform.registry(Participants).items
