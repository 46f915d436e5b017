"""Routes of the inbox: always the caller's own."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.identity.model import Actor
from changliu.kit.db import LIST_TIMEOUT_MS, Tx
from changliu.kit.http import accepts, body, json_response, language_of
from changliu.notifications import store
from changliu.notifications.model import KINDS, Kind, MarkBody, SettingsBody, State
from changliu.notifications.wording import worded
from changliu.records.context import context_for
from changliu.records.following import service as following
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.read_api import cursor_signer
from changliu.records.stream.hints import tell

router = APIRouter(tags=["notifications"])

Here = Annotated[Session, Depends(signed_in)]
PAGE = 100


@router.get("/notifications")
async def list_notifications(
    *,
    request: Request,
    session: Here,
    state: State = "inbox",
    kind: Kind | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 50,
    cursor: Annotated[str, Query(max_length=8_000)] = "",
) -> Response:
    """List what the caller was told, latest first, in their words; `unread` counts all of it."""
    async with session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor):
        signer = cursor_signer(request)
        shape = shape_of(tx.schema, str(actor.member), "notifications", state, kind)
        after = _place(read_cursor(signer, shape, cursor)) if cursor else None
        rows = await store.page(tx, actor.member, state, kind=kind, after=after, limit=limit + 1)
        context = await context_for(tx, actor)
        items = await worded(context, rows[:limit], language_of(request))
        counts = await store.unread(tx, actor.member)
        token = None
        if len(rows) > limit:
            last = rows[limit - 1]
            token = write_cursor(signer, shape, [last.at.isoformat(), str(last.id)])
    return json_response({"items": items, "next": token, "unread": sum(counts.values())})


@router.get("/notifications/count")
async def count_notifications(session: Here) -> Response:
    """Say how many the caller has not read: `{unread, kinds: {kind: number}}`."""
    async with session.open(write=False) as (tx, actor):
        counts = await store.unread(tx, actor.member)
    return json_response({"unread": sum(counts.values()), "kinds": counts})


@router.patch("/notifications", openapi_extra=accepts(MarkBody))
async def mark_notifications(
    session: Here, wanted: Annotated[MarkBody, Depends(body(MarkBody))]
) -> Response:
    """Mark some or all as read, unread, archived or back in the inbox; says how many changed."""
    async with session.open() as (tx, actor):
        changed = await store.mark(tx, actor.member, wanted)
        if changed:
            await tell(tx, "notification", members=[actor.member])
        counts = await store.unread(tx, actor.member)
    return json_response({"changed": changed, "unread": sum(counts.values())})


@router.get("/notifications/settings")
async def read_settings(session: Here) -> Response:
    """Say what the caller is told of, and what makes them follow a record."""
    async with session.open(write=False) as (tx, actor):
        return json_response(await _settings(tx, actor))


@router.patch("/notifications/settings", openapi_extra=accepts(SettingsBody))
async def change_settings(
    session: Here, wanted: Annotated[SettingsBody, Depends(body(SettingsBody))]
) -> Response:
    """Change what was sent of the caller's settings; returns them all."""
    async with session.open() as (tx, actor):
        kinds: dict[str, bool] = {kind: channels.in_app for kind, channels in wanted.kinds.items()}
        await store.put_settings(tx, actor.member, kinds)
        await following.change_settings(tx, actor.member, wanted.follow.given())
        return json_response(await _settings(tx, actor))


async def _settings(tx: Tx, actor: Actor) -> dict[str, Any]:
    silent = await store.silenced(tx, actor.member)
    kinds = {kind: {"in_app": kind not in silent} for kind in KINDS}
    return {"kinds": kinds, "follow": await following.settings_of(tx, actor.member)}


def _place(values: list[Any]) -> tuple[datetime, UUID]:
    at, last = values
    return datetime.fromisoformat(at), UUID(last)
