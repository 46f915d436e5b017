"""Grants and shares in their tables, and conditions asked of one record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.access.model import EVERY, Grant, Scope, Verb
from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import Node, from_json, to_json
from changliu.kit.db import Tx
from changliu.schema.model import Catalogue

_SHARES: LiteralString = (
    "SELECT s.id, s.member, m.name AS member_name, s.team, t.name AS team_name, s.access,"
    " s.expires_at, s.created_at, s.created_by, c.name AS created_by_name, s.deleted_at"
    " FROM {schema}.share s LEFT JOIN {schema}.member m ON m.id = s.member"
    " LEFT JOIN {schema}.team t ON t.id = s.team"
    " LEFT JOIN {schema}.member c ON c.id = s.created_by"
    " WHERE s.object = %(object)s AND s.record = %(record)s"
    " AND (%(ended)s OR (s.deleted_at IS NULL"
    " AND (s.expires_at IS NULL OR s.expires_at > %(now)s)))"
    " ORDER BY s.created_at, s.id"
)


async def grants_of(tx: Tx, roles: Sequence[str]) -> list[Grant]:
    """Return the grants of these roles, in a stable order."""
    query: LiteralString = (
        "SELECT role, object, verb, scope, fields, read, write, condition FROM {schema}.role_grant"
        " WHERE role = ANY(%s::text[]) ORDER BY role, object, verb, scope, line"
    )
    rows = await tx.rows(_in_schema(query, tx), [list(roles)])
    return [
        Grant(
            role, target, Verb(verb), Scope(scope), fields, frozenset(read), frozenset(write),
            from_json(condition) if condition is not None else None,
        )
        for role, target, verb, scope, fields, read, write, condition in rows
    ]  # fmt: skip


async def replace_grants(tx: Tx, role: str, grants: Iterable[Grant]) -> None:
    """Make these the only grants of a role."""
    delete: LiteralString = "DELETE FROM {schema}.role_grant WHERE role = %s"
    await tx.execute(_in_schema(delete, tx), [role])
    insert: LiteralString = (
        "INSERT INTO {schema}.role_grant"
        " (role, object, verb, scope, fields, read, write, line, condition)"
        " VALUES (%s, %s, %s, %s, %s, %s::text[], %s::text[], %s, %s)"
    )
    rows = [
        (
            role, g.object, g.verb.value, g.scope.value, g.fields, sorted(g.read), sorted(g.write),
            line if g.condition is not None else 0,
            Jsonb(to_json(g.condition)) if g.condition is not None else None,
        )
        for line, g in enumerate(grants)
    ]  # fmt: skip
    await tx.many(_in_schema(insert, tx), rows)


async def role_labels(tx: Tx, roles: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the labels of roles by key."""
    query: LiteralString = "SELECT key, label FROM {schema}.role WHERE key = ANY(%s::text[])"
    return {row[0]: row[1] for row in await tx.rows(_in_schema(query, tx), [list(roles)])}


async def reading_roles(tx: Tx, object_id: str) -> list[tuple[str, Scope]]:
    """Return the roles that may read records of an object, with each scope."""
    query: LiteralString = (
        "SELECT DISTINCT role, scope FROM {schema}.role_grant"
        " WHERE verb = 'read' AND object = ANY(%s::text[])"
    )
    rows = await tx.rows(_in_schema(query, tx), [[object_id, EVERY]])
    return [(role, Scope(scope)) for role, scope in rows]


async def holding(
    tx: Tx,
    catalogue: Catalogue,
    place: tuple[str, UUID],
    conditions: Sequence[Node],
    params: Mapping[str, Any],
) -> tuple[bool, ...] | None:
    """Say which conditions hold for one live record (object id, id); None when there is none."""
    object_id, record = place
    timezone = tx.workspace.timezone if tx.workspace else "UTC"
    env = EmitEnv(prefix="a", timezone=timezone)
    bound, parts = dict(params), []
    for tree in conditions:
        fragment = emit_condition(tree, catalogue.world, object_id=object_id, env=env)
        bound.update(fragment.params)
        parts.append(f"({fragment.text}) IS TRUE")
    bound |= {**env.joins.params(), "record": record}
    table = sql.Identifier(tx.schema, catalogue.by_id[object_id].table).as_string(None)
    head = ", ".join(["TRUE", *parts])
    text = (
        f"SELECT {head} FROM {table} r{env.joins.sql()}"
        " WHERE r.id = %(record)s AND r.deleted_at IS NULL"
    )
    row = await tx.row(text, bound)
    return None if row is None else tuple(row[1:])


async def shares_of(
    tx: Tx, object_id: str, record: UUID, *, ended: bool = False
) -> list[dict[str, Any]]:
    """Return the shares of a record, oldest first; with `ended` also those that are over."""
    given = {"object": object_id, "record": record, "ended": ended, "now": tx.now}
    return await tx.dicts(_in_schema(_SHARES, tx), given)


async def insert_share(tx: Tx, values: Mapping[str, Any]) -> None:
    """Add a share: id, object, record, member, team, access, expires_at, at, by.

    Ends the one that the same member or team had for the record.
    """
    end: LiteralString = (
        "UPDATE {schema}.share SET deleted_at = %(at)s, deleted_by = %(by)s"
        " WHERE object = %(object)s AND record = %(record)s AND deleted_at IS NULL"
        " AND (member = %(member)s::uuid OR team = %(team)s::uuid)"
    )
    await tx.execute(_in_schema(end, tx), dict(values))
    insert: LiteralString = (
        "INSERT INTO {schema}.share (id, object, record, member, team, access, expires_at,"
        " created_at, created_by) VALUES (%(id)s, %(object)s, %(record)s, %(member)s, %(team)s,"
        " %(access)s, %(expires_at)s, %(at)s, %(by)s)"
    )
    await tx.execute(_in_schema(insert, tx), dict(values))


async def end_share(tx: Tx, share: UUID, by: UUID, at: datetime) -> None:
    """Take a share back."""
    query: LiteralString = (
        "UPDATE {schema}.share SET deleted_at = %s, deleted_by = %s"
        " WHERE id = %s AND deleted_at IS NULL"
    )
    await tx.execute(_in_schema(query, tx), [at, by, share])


async def lent_to(tx: Tx, member: UUID, teams: Sequence[UUID]) -> list[tuple[str, str]]:
    """Return the (object id, access) of shares with a member or teams, expired ones too."""
    query: LiteralString = (
        "SELECT DISTINCT object, access FROM {schema}.share"
        " WHERE deleted_at IS NULL AND (member = %s OR team = ANY(%s::uuid[]))"
    )
    rows = await tx.rows(_in_schema(query, tx), [member, list(teams)])
    return [(row[0], row[1]) for row in rows]


async def count_shares(tx: Tx, params: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records of each object (id) are shared with a member right now."""
    query: LiteralString = (
        "SELECT object, count(DISTINCT record) FROM {schema}.share WHERE deleted_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > %(now)s)"
        " AND (member = %(me)s OR team = ANY(%(my_teams)s::uuid[])) GROUP BY object"
    )
    rows = await tx.rows(_in_schema(query, tx), {**params, "now": tx.now})
    return {row[0]: row[1] for row in rows}


async def count_team_shares(tx: Tx, team: UUID) -> int:
    """Return how many shares with a team are live."""
    query: LiteralString = (
        "SELECT count(*) FROM {schema}.share WHERE team = %s AND deleted_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > %s)"
    )
    row = await tx.row(_in_schema(query, tx), [team, tx.now])
    return int(row[0]) if row else 0


async def move_team_shares(tx: Tx, team: UUID, other: UUID, by: UUID) -> None:
    """End a team's live shares and make the same for another, but where that has one already."""
    query: LiteralString = (
        "WITH ended AS (UPDATE {schema}.share s SET deleted_at = %(now)s, deleted_by = %(by)s"
        " WHERE s.team = %(team)s AND s.deleted_at IS NULL"
        " AND (s.expires_at IS NULL OR s.expires_at > %(now)s)"
        " AND NOT EXISTS (SELECT FROM {schema}.share o WHERE o.team = %(other)s"
        " AND o.object = s.object AND o.record = s.record AND o.deleted_at IS NULL)"
        " RETURNING s.object, s.record, s.access, s.expires_at)"
        " INSERT INTO {schema}.share"
        " (id, object, record, team, access, expires_at, created_at, created_by)"
        " SELECT gen_random_uuid(), object, record, %(other)s, access, expires_at, %(now)s, %(by)s"
        " FROM ended"
    )
    values = {"team": team, "other": other, "by": by, "now": tx.now}
    await tx.execute(_in_schema(query, tx), values)


async def carry_shares(tx: Tx, object_id: str, ways: Mapping[UUID, UUID], by: UUID) -> int:
    """Make the live shares of records that go (keys) shares of those they go into; return how many.

    Who has a share of the latter keeps that one; of several the one that may write comes along.
    """
    query: LiteralString = (
        "INSERT INTO {schema}.share (id, object, record, member, team, access, expires_at,"
        " created_at, created_by, carried_from)"
        " SELECT gen_random_uuid(), x.object, x.stays, x.member, x.team, x.access, x.expires_at,"
        " %(now)s, %(by)s, x.record"
        " FROM (SELECT DISTINCT ON (w.stays, s.member, s.team) s.*, w.stays"
        " FROM unnest(%(gone)s::uuid[], %(stay)s::uuid[]) AS w(gone, stays)"
        " JOIN {schema}.share s ON s.record = w.gone AND s.object = %(object)s"
        " WHERE s.deleted_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > %(now)s)"
        " ORDER BY w.stays, s.member, s.team, s.access DESC, s.expires_at DESC NULLS FIRST, s.id) x"
        " WHERE NOT EXISTS (SELECT FROM {schema}.share o WHERE o.object = x.object"
        " AND o.record = x.stays AND o.deleted_at IS NULL"
        " AND (o.member = x.member OR o.team = x.team))"
    )
    given = {"object": object_id, "gone": list(ways), "stay": list(ways.values()),
             "now": tx.now, "by": by}  # fmt: skip
    return await tx.execute(_in_schema(query, tx), given)


async def part_shares(tx: Tx, object_id: str, records: Sequence[UUID], by: UUID) -> int:
    """End the shares that records brought along when they were merged away; return how many."""
    query: LiteralString = (
        "UPDATE {schema}.share SET deleted_at = %s, deleted_by = %s"
        " WHERE object = %s AND carried_from = ANY(%s::uuid[]) AND deleted_at IS NULL"
    )
    return await tx.execute(_in_schema(query, tx), [tx.now, by, object_id, list(records)])


async def team_exists(tx: Tx, team: UUID) -> bool:
    """Say whether there is a team of that id."""
    query: LiteralString = "SELECT 1 FROM {schema}.team WHERE id = %s"
    return await tx.row(_in_schema(query, tx), [team]) is not None


def _in_schema(query: LiteralString, tx: Tx) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))
