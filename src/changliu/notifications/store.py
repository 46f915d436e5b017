"""The tables of notifications."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import orjson
from psycopg import sql

from changliu.kit.db import Tx
from changliu.kit.ids import uuid7
from changliu.notifications.model import Kept, MarkBody, News, State

# Kinds that fold while unread; their key goes once they are read.
_FOLDING: LiteralString = "('changed', 'owner')"
_PUT: LiteralString = """
INSERT INTO {schema}.notification AS t (id, member, kind, key, at, actor, object, record, about,
                                        count)
SELECT n.id, n.member, n.kind, n.key, %(now)s, n.actor, n.object, n.record, n.about, n.count
  FROM jsonb_to_recordset(%(news)s::jsonb) AS n(id uuid, member uuid, kind text, key text,
       actor uuid, object text, record uuid, about jsonb, count integer)
 WHERE NOT EXISTS (SELECT FROM {schema}.notification_setting s
                    WHERE s.member = n.member AND s.kind = n.kind AND NOT s.in_app)
 ORDER BY n.member, n.key
ON CONFLICT (member, key) WHERE key IS NOT NULL DO UPDATE
   SET at = excluded.at, actor = excluded.actor, count = t.count + excluded.count,
       about = t.about || jsonb_build_object('fields', (
         SELECT coalesce(jsonb_agg(DISTINCT f), '[]') FROM jsonb_array_elements(
           coalesce(t.about -> 'fields', '[]') || coalesce(excluded.about -> 'fields', '[]')) f))
 WHERE t.kind IN {folding} AND t.read_at IS NULL AND t.archived_at IS NULL
RETURNING member
"""
_WHERE: Mapping[State, LiteralString] = {
    "inbox": "archived_at IS NULL",
    "unread": "archived_at IS NULL AND read_at IS NULL",
    "archived": "archived_at IS NOT NULL",
}
_MARKS: Mapping[str, LiteralString] = {
    "read": (
        "read_at = coalesce(read_at, %(now)s),"
        " key = CASE WHEN kind IN {folding} THEN NULL ELSE key END"
    ),
    "unread": "read_at = NULL, archived_at = NULL",
    "archived": (
        "read_at = coalesce(read_at, %(now)s), archived_at = coalesce(archived_at, %(now)s),"
        " key = CASE WHEN kind IN {folding} THEN NULL ELSE key END"
    ),
    "inbox": "archived_at = NULL",
}


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    parts = {"schema": sql.Identifier(tx.schema), "folding": sql.SQL(_FOLDING)}
    return sql.SQL(query).format(**parts)


async def put(tx: Tx, news: Sequence[News]) -> set[UUID]:
    """Tell members, each who wants to hear of it; returns whose inbox has changed."""
    rows = [
        {
            "id": uuid7(), "member": n.member, "kind": n.kind, "key": n.key, "actor": n.actor,
            "object": n.object, "record": n.record, "about": n.about, "count": n.count,
        }
        for n in news
    ]  # fmt: skip
    given = {"now": tx.now, "news": orjson.dumps(rows).decode()}
    return {row[0] for row in await tx.rows(_in(tx, _PUT), given)}


async def page(
    tx: Tx,
    member: UUID,
    state: State,
    *,
    kind: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Kept]:
    """Return at most `limit` notifications of a member, latest first, behind an (instant, id)."""
    query: LiteralString = (
        "SELECT id, kind, at, actor, object, record, about, count, read_at, archived_at"
        " FROM {schema}.notification WHERE member = %(member)s AND "
        + _WHERE[state]
        + " AND (%(kind)s::text IS NULL OR kind = %(kind)s)"
        " AND (%(at)s::timestamptz IS NULL OR at < %(at)s::timestamptz"
        "      OR (at = %(at)s::timestamptz AND id > %(id)s::uuid))"
        " ORDER BY at DESC, id LIMIT %(n)s"
    )
    at, last = after or (None, None)
    given = {"member": member, "kind": kind, "at": at, "id": last, "n": limit}
    return [Kept(*row) for row in await tx.rows(_in(tx, query), given)]


async def unread(tx: Tx, member: UUID) -> dict[str, int]:
    """Return how many a member has not read, by kind."""
    query: LiteralString = (
        "SELECT kind, count(*) FROM {schema}.notification WHERE member = %s"
        " AND read_at IS NULL AND archived_at IS NULL GROUP BY kind ORDER BY kind"
    )
    return {row[0]: int(row[1]) for row in await tx.rows(_in(tx, query), [member])}


async def mark(tx: Tx, member: UUID, wanted: MarkBody) -> int:
    """Make a member's notifications read, unread, archived or not; returns how many changed."""
    query: LiteralString = (
        "UPDATE {schema}.notification SET " + _MARKS[wanted.to] + " WHERE member = %(member)s"
        " AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))"
        " AND (%(kind)s::text IS NULL OR kind = %(kind)s)"
        " AND (%(until)s::timestamptz IS NULL OR at <= %(until)s::timestamptz)"
        " AND CASE %(to)s::text WHEN 'read' THEN read_at IS NULL AND archived_at IS NULL"
        " WHEN 'archived' THEN archived_at IS NULL WHEN 'inbox' THEN archived_at IS NOT NULL"
        " ELSE read_at IS NOT NULL END"
    )
    given = {
        "member": member, "now": tx.now, "to": wanted.to, "ids": wanted.ids, "kind": wanted.kind,
        "until": wanted.until,
    }  # fmt: skip
    return await tx.execute(_in(tx, query), given)


async def silenced(tx: Tx, member: UUID) -> set[str]:
    """Return the kinds a member does not want to be told of."""
    query: LiteralString = (
        "SELECT kind FROM {schema}.notification_setting WHERE member = %s AND NOT in_app"
    )
    return {row[0] for row in await tx.rows(_in(tx, query), [member])}


async def put_settings(tx: Tx, member: UUID, given: Mapping[str, bool]) -> None:
    """Keep which kinds a member wants to be told of."""
    query: LiteralString = (
        "INSERT INTO {schema}.notification_setting (member, kind, in_app) VALUES (%s, %s, %s)"
        " ON CONFLICT (member, kind) DO UPDATE SET in_app = excluded.in_app"
    )
    await tx.many(_in(tx, query), [(member, kind, on) for kind, on in sorted(given.items())])


async def known(tx: Tx, keys: Collection[str]) -> set[str]:
    """Return those keys that somebody was told under."""
    query: LiteralString = (
        "SELECT DISTINCT key FROM {schema}.notification WHERE kind = 'job' AND key = ANY(%s)"
    )
    return {row[0] for row in await tx.rows(_in(tx, query), [list(keys)])}


async def supersede(tx: Tx, kind_of_job: str) -> None:
    """Archive what was told unread of failed jobs of a kind: newer news says it all."""
    query: LiteralString = (
        "UPDATE {schema}.notification SET archived_at = %(now)s WHERE kind = 'job'"
        " AND about ->> 'kind' = %(kind)s AND read_at IS NULL AND archived_at IS NULL"
    )
    await tx.execute(_in(tx, query), {"now": tx.now, "kind": kind_of_job})


async def sweep(tx: Tx, settled: datetime, ever: datetime, limit: int) -> int:
    """Delete notifications read or archived before `settled`, and any told before `ever`."""
    query: LiteralString = (
        "DELETE FROM {schema}.notification WHERE id IN (SELECT id FROM {schema}.notification"
        " WHERE at < %(settled)s AND (at < %(ever)s OR read_at IS NOT NULL"
        " OR archived_at IS NOT NULL) ORDER BY at LIMIT %(n)s FOR UPDATE SKIP LOCKED)"
    )
    return await tx.execute(_in(tx, query), {"settled": settled, "ever": ever, "n": limit})
