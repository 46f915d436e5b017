"""The tables of followers, and whose the records are."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx
from changliu.schema.model import Object

# Followers of one record that are read.
MOST = 1_000


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def rows_of(
    tx: Tx, object_id: str, records: Collection[UUID]
) -> list[tuple[UUID, UUID, str, bool]]:
    """Return (record, member, why, on) of what members said about following these records."""
    query: LiteralString = (
        "SELECT record, member, why, deleted_at IS NULL FROM {schema}.follow"
        " WHERE record = ANY(%s::uuid[]) AND object = %s ORDER BY created_at, member LIMIT %s"
    )
    most = MOST * max(1, len(records))
    return await tx.rows(_in(tx, query), [list(records), object_id, most])


async def heads(
    tx: Tx, found: Object, records: Collection[UUID]
) -> list[tuple[UUID, UUID | None, UUID]]:
    """Return (record, owner, creator) of the live ones of these records."""
    query = sql.SQL(
        "SELECT id, owner, created_by FROM {rows} WHERE id = ANY(%s::uuid[]) AND deleted_at IS NULL"
    ).format(rows=sql.Identifier(tx.schema, found.table))
    return await tx.rows(query, [list(records)])


async def put(
    tx: Tx, place: tuple[str, UUID], members: Mapping[UUID, UUID], why: str, *, again: bool
) -> None:
    """Make members (by new row id) followers of a record (object id, id).

    Who said that they want no news stays out, unless they ask `again` themselves.
    """
    query: LiteralString = (
        "INSERT INTO {schema}.follow (id, object, record, member, why, created_at)"
        " SELECT n.id, %(object)s, %(record)s, n.member, %(why)s, %(now)s"
        " FROM unnest(%(ids)s::uuid[], %(members)s::uuid[]) AS n(id, member)"
        " ON CONFLICT (record, object, member) DO UPDATE SET deleted_at = NULL, why = excluded.why"
        " WHERE %(again)s AND follow.deleted_at IS NOT NULL"
    )
    values: dict[str, Any] = {
        "object": place[0], "record": place[1], "why": why, "now": tx.now, "again": again,
        "ids": list(members), "members": list(members.values()),
    }  # fmt: skip
    await tx.execute(_in(tx, query), values)


async def stop(tx: Tx, place: tuple[str, UUID], row: UUID, member: UUID) -> None:
    """Have a member hear no more of a record; `row` is the id of a row where there is none."""
    query: LiteralString = (
        "INSERT INTO {schema}.follow (id, object, record, member, why, created_at, deleted_at)"
        " VALUES (%(id)s, %(object)s, %(record)s, %(member)s, 'asked', %(now)s, %(now)s)"
        " ON CONFLICT (record, object, member) DO UPDATE SET deleted_at = excluded.deleted_at"
        " WHERE follow.deleted_at IS NULL"
    )
    values = {
        "id": row, "object": place[0], "record": place[1], "member": member, "now": tx.now
    }  # fmt: skip
    await tx.execute(_in(tx, query), values)


async def carry(tx: Tx, object_id: str, into: UUID, sources: Sequence[UUID]) -> None:
    """Make the followers of merged records followers of the one they went into."""
    query: LiteralString = (
        "INSERT INTO {schema}.follow (id, object, record, member, why, created_at)"
        " SELECT gen_random_uuid(), %(object)s, %(into)s, f.member, 'merged', %(now)s"
        " FROM (SELECT DISTINCT member FROM {schema}.follow WHERE record = ANY(%(from)s::uuid[])"
        " AND object = %(object)s AND deleted_at IS NULL) f"
        " ON CONFLICT (record, object, member) DO NOTHING"
    )
    values = {"object": object_id, "into": into, "from": list(sources), "now": tx.now}
    await tx.execute(_in(tx, query), values)


async def opted_out(tx: Tx, members: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Return (member, why) of what does not make these members followers."""
    query: LiteralString = (
        "SELECT member, why FROM {schema}.follow_setting"
        " WHERE member = ANY(%s::uuid[]) AND NOT automatic"
    )
    return {(row[0], row[1]) for row in await tx.rows(_in(tx, query), [list(members)])}


async def put_settings(tx: Tx, member: UUID, given: Mapping[str, bool]) -> None:
    """Keep what makes a member a follower of their own accord."""
    query: LiteralString = (
        "INSERT INTO {schema}.follow_setting (member, why, automatic) VALUES (%s, %s, %s)"
        " ON CONFLICT (member, why) DO UPDATE SET automatic = excluded.automatic"
    )
    await tx.many(_in(tx, query), [(member, why, on) for why, on in sorted(given.items())])
