"""The table of what was done to members, teams and ways in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: who did what to whom; `diff` is `{what: {from, to}}`, `name` as it was then."""

    actor: UUID | None
    action: str
    kind: str
    subject: UUID | None
    name: str
    diff: dict[str, Any]
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Line(Entry):
    """An entry as stored: its number and its real time."""

    seq: int = 0
    at: datetime | None = None


async def insert(tx: Tx, schema: str, entry: Entry, at: datetime) -> None:
    """Append a line to a workspace's audit; the transaction has the role that may."""
    query = sql.SQL(
        "INSERT INTO {schema}.identity_audit (at, actor, action, kind, subject, name, diff, ip)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    ).format(schema=sql.Identifier(schema))
    values = [entry.actor, entry.action, entry.kind, entry.subject, entry.name]
    await tx.execute(query, [at, *values, Jsonb(entry.diff), entry.ip])


async def insert_elsewhere(tx: Tx, schema: str, entry: Entry, at: datetime) -> None:
    """Append a line from a control transaction."""
    await tx.execute("SELECT set_config('role', %s, true)", [schema])
    await insert(tx, schema, entry, at)
    await tx.execute("SELECT set_config('role', 'none', true)")


async def lines(
    tx: Tx,
    *,
    kind: str | None,
    actor: UUID | None,
    since: datetime | None,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[Line]:
    """Return at most `limit` lines, newest first, older than `before` (time, number)."""
    query = sql.SQL(
        "SELECT actor, action, kind, subject, name, diff, ip, seq, at FROM {schema}.identity_audit"
        " WHERE (%(kind)s::text IS NULL OR kind = %(kind)s)"
        " AND (%(actor)s::uuid IS NULL OR actor = %(actor)s)"
        " AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)"
        " AND (%(at)s::timestamptz IS NULL OR (at, seq) < (%(at)s, %(seq)s::bigint))"
        " ORDER BY at DESC, seq DESC LIMIT %(limit)s"
    ).format(schema=sql.Identifier(tx.schema))
    at, seq = before or (None, None)
    given = {"kind": kind, "actor": actor, "since": since, "at": at, "seq": seq, "limit": limit}
    return [Line(*row) for row in await tx.rows(query, given)]


async def names(tx: Tx, members: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of members by id."""
    query = sql.SQL("SELECT id, name FROM {schema}.member WHERE id = ANY(%s::uuid[])")
    rows = await tx.rows(query.format(schema=sql.Identifier(tx.schema)), [list(members)])
    return {row[0]: row[1] for row in rows}
