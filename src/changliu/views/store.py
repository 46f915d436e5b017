"""The tables of views, forms and what members keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.records.purging.model import Doomed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body lies: kind (`view`, `form`), key, object id, and whose own it is."""

    kind: str
    key: str
    object: str
    member: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A stored body with its place and version."""

    place: Place
    version: int
    body: dict[str, Any]


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def save(tx: Tx, place: Place, version: int, body: dict[str, Any]) -> None:
    """Write a body in the place of what was there."""
    query = (
        "INSERT INTO {schema}.view (kind, key, member, object, version, body)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (kind, key) DO UPDATE"
        " SET object = excluded.object, version = excluded.version, body = excluded.body"
    )
    values = [place.kind, place.key, place.member, place.object, version, Jsonb(body)]
    await tx.execute(_in(tx, query), values)


async def remove(tx: Tx, kind: str, key: str) -> None:
    """Forget one body."""
    query = "DELETE FROM {schema}.view WHERE kind = %s AND key = %s"
    await tx.execute(_in(tx, query), [kind, key])


async def shared(tx: Tx) -> list[Row]:
    """Return every shared view and form, by key."""
    query = (
        "SELECT kind, key, object, member, version, body FROM {schema}.view"
        " WHERE member IS NULL ORDER BY kind, key"
    )
    return _rows(await tx.rows(_in(tx, query)))


async def own(tx: Tx, member: UUID) -> list[Row]:
    """Return a member's own views, oldest first."""
    query = (
        "SELECT kind, key, object, member, version, body FROM {schema}.view"
        " WHERE member = %s ORDER BY key"
    )
    return _rows(await tx.rows(_in(tx, query), [member]))


async def stamp(tx: Tx, member: UUID) -> str:
    """Return what changes whenever one of a member's own views does."""
    query = (
        "SELECT md5(coalesce(string_agg(key || ':' || version, ',' ORDER BY key), ''))"
        " FROM {schema}.view WHERE member = %s"
    )
    row = await tx.row(_in(tx, query), [member])
    return str(row[0])[:12] if row else ""


async def settings(tx: Tx, member: UUID) -> dict[str, Any]:
    """Return everything a member keeps, by key."""
    query = "SELECT key, value FROM {schema}.member_setting WHERE member = %s ORDER BY key"
    return dict(await tx.rows(_in(tx, query), [member]))


async def lock_settings(tx: Tx, member: UUID) -> None:
    """Let one request at a time change what a member keeps."""
    query = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
    await tx.execute(query, [f"member_setting {tx.schema} {member}"])


async def save_setting(tx: Tx, member: UUID, key: str, value: Any) -> None:
    """Keep a value for a member."""
    query = (
        "INSERT INTO {schema}.member_setting (member, key, value) VALUES (%s, %s, %s)"
        " ON CONFLICT (member, key) DO UPDATE SET value = excluded.value"
    )
    await tx.execute(_in(tx, query), [member, key, Jsonb(value)])


async def remove_setting(tx: Tx, member: UUID, key: str) -> None:
    """Forget a value."""
    query = "DELETE FROM {schema}.member_setting WHERE member = %s AND key = %s"
    await tx.execute(_in(tx, query), [member, key])


async def end(tx: Tx, target: Doomed, before: datetime) -> None:  # noqa: ARG001 -- the protocol's
    """Forget members' own views of an object that goes for good."""
    query = "DELETE FROM {schema}.view WHERE object = %s AND member IS NOT NULL"
    await tx.execute(_in(tx, query), [target.id])


def _rows(found: Sequence[Any]) -> list[Row]:
    return [
        Row(Place(kind, key, target, member), version, body)
        for kind, key, target, member, version, body in found
    ]
