"""One audit of what is not about records: definitions, members, teams, ways in; newest first.

Each room keeps its own append-only table. A page takes the newest lines of both and goes on where
it stopped in each: a cursor holds a place in either table.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from changliu.definitions import store as definitions
from changliu.identity.store import audit as identity
from changliu.kit.db import Tx
from changliu.kit.errors import BadRequest
from changliu.kit.labels import Language

MAX_PAGE = 500
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """Which lines: of one kind, one actor, from a time on; `places` is where a page goes on."""

    kind: str | None = None
    actor: UUID | None = None
    since: datetime | None = None
    limit: int = 100
    places: tuple[Place | None, Place | None] = (None, None)


async def audit_page(tx: Tx, request: AuditRequest, language: Language) -> dict[str, Any]:
    """Return `{items, next}`; an item is `{source, seq, at, actor, kind, action, name, …}`.

    Of a definition it has `key`, `version`, `changes` (sentences) and `comment`; of identity
    `subject`, `diff` (`{what: {from, to}}`) and `ip`.
    """
    wanted: dict[str, Any] = {
        "kind": request.kind,
        "actor": request.actor,
        "since": request.since,
        "limit": request.limit + 1,
    }
    of_definitions = await definitions.audit_lines(tx, before=request.places[0], **wanted)
    of_identity = await identity.lines(tx, before=request.places[1], **wanted)
    items = [_definition(row, language) for row in of_definitions]
    items += [_identity(row) for row in of_identity]
    items.sort(key=lambda item: (item["at"], item["source"], item["seq"]), reverse=True)
    shown, more = items[: request.limit], len(items) > request.limit
    await _put_names(tx, shown)
    return {"items": shown, "next": _cursor(request, shown) if more else None}


def read_cursor(text: str | None) -> tuple[Place | None, Place | None]:
    """Return the places a cursor holds; raises `BadRequest` (code `cursor.invalid`)."""
    if not text:
        return (None, None)
    try:
        first, second = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return (_place(first), _place(second))
    except (ValueError, TypeError, OverflowError):
        raise BadRequest(
            "cursor.invalid",
            "翻页标记无效，请从第一页重新开始。",
            "The cursor is not valid; start again from the first page.",
        ) from None


def _place(kept: Any) -> Place | None:
    if kept is None:
        return None
    at, seq = datetime.fromisoformat(kept[0]), int(kept[1])
    if at.tzinfo is None or not 0 <= seq < 2**63:
        raise ValueError(kept)
    return at, seq


def _cursor(request: AuditRequest, shown: list[dict[str, Any]]) -> str:
    """Where the page ended in each table: its last line there, or where the page before ended."""
    places = []
    for source, before in zip(("definition", "identity"), request.places, strict=True):
        ends = [(item["at"], item["seq"]) for item in shown if item["source"] == source]
        places.append(ends[-1] if ends else before)
    return base64.urlsafe_b64encode(orjson.dumps(places)).decode().rstrip("=")


def _definition(row: definitions.AuditRow, language: Language) -> dict[str, Any]:
    return {
        "source": "definition",
        "seq": row.seq,
        "at": row.at,
        "actor": row.author,
        "kind": row.kind,
        "action": row.action,
        "name": row.key,
        "key": row.key,
        "version": row.version,
        "changes": row.summary.get(language, []),
        "comment": row.comment,
    }


def _identity(line: identity.Line) -> dict[str, Any]:
    return {
        "source": "identity",
        "seq": line.seq,
        "at": line.at,
        "actor": line.actor,
        "kind": line.kind,
        "action": line.action,
        "name": line.name,
        "subject": line.subject,
        "diff": line.diff,
        "ip": line.ip,
    }


async def _put_names(tx: Tx, items: list[dict[str, Any]]) -> None:
    """Write actors as `{id, title}`; None is the program itself."""
    ids = sorted({item["actor"] for item in items if item["actor"]})
    named = await identity.names(tx, ids)
    for item in items:
        if (actor := item["actor"]) is not None:
            item["actor"] = {"id": actor, "title": named.get(actor)}
