"""SQL on a workspace's schema: members, teams, roles, and the identity version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx, advisory_key
from changliu.kit.errors import Conflict, Unavailable

_ACTOR: LiteralString = """
WITH RECURSIVE below AS (
    SELECT team FROM {schema}.team_member WHERE member = %(member)s
    UNION
    SELECT t.id FROM {schema}.team t JOIN below ON t.parent = below.team
)
SELECT m.id, m.name, m.account, m.main_team, m.disabled_at IS NOT NULL, m.is_system,
    ARRAY(SELECT r.key FROM {schema}.member_role mr JOIN {schema}.role r ON r.id = mr.role
          WHERE mr.member = m.id ORDER BY r.key),
    ARRAY(SELECT DISTINCT unnest(r.rights) FROM {schema}.member_role mr
          JOIN {schema}.role r ON r.id = mr.role WHERE mr.member = m.id),
    ARRAY(SELECT team FROM {schema}.team_member WHERE member = m.id ORDER BY team),
    ARRAY(SELECT team FROM below ORDER BY team)
FROM {schema}.member m WHERE m.id = %(member)s
"""

_MEMBERS: LiteralString = """
SELECT m.id, m.name, m.account, m.email, m.phone, m.main_team, m.created_at,
    m.disabled_at IS NOT NULL AS disabled,
    ARRAY(SELECT team FROM {schema}.team_member WHERE member = m.id ORDER BY team) AS teams,
    ARRAY(SELECT r.key FROM {schema}.member_role mr JOIN {schema}.role r ON r.id = mr.role
          WHERE mr.member = m.id ORDER BY r.key) AS roles
FROM {schema}.member m
WHERE NOT m.is_system
    AND (%(id)s::uuid IS NULL OR m.id = %(id)s)
    AND (%(name)s::text IS NULL OR strpos(lower(m.name), lower(%(name)s)) > 0
        OR %(letters)s::text ~ (
            SELECT '^' || string_agg(coalesce(said.parts, substring(x.c from '[a-z0-9]')) || '?',
                                     '' ORDER BY x.at) || '$'
            FROM unnest(string_to_array(lower(normalize(m.name, NFKC)), NULL))
                WITH ORDINALITY AS x(c, at)
            LEFT JOIN changliu_fx.hz h ON h.ch = x.c
            LEFT JOIN LATERAL (
                SELECT '(' || string_agg(left(r, n), '|') || ')' AS parts
                FROM unnest(h.reads) AS r, generate_series(1, length(r)) AS n) said ON true))
    AND (%(team)s::uuid IS NULL OR EXISTS (
        SELECT FROM {schema}.team_member tm WHERE tm.member = m.id AND tm.team = %(team)s))
    AND (%(disabled)s::boolean IS NULL OR (m.disabled_at IS NOT NULL) = %(disabled)s)
    AND (%(after_name)s::text IS NULL OR (m.name, m.id) > (%(after_name)s, %(after_id)s::uuid))
ORDER BY m.name, m.id
LIMIT %(limit)s
"""

# Longer than any name in pinyin.
LETTERS = 60


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def bump(tx: Tx) -> None:
    """Raise the identity version of the workspace; its row stays locked until the end."""
    await tx.execute(_in(tx, "UPDATE {schema}.state SET identity = identity + 1"))


async def actor(tx: Tx, member: UUID) -> tuple[Any, ...] | None:
    """Return id, name, account, main team, disabled, system, roles, rights, teams, tree."""
    return await tx.row(_in(tx, _ACTOR), {"member": member})


async def system_member(tx: Tx) -> UUID | None:
    """Return the id of the built-in member, if it was made."""
    row = await tx.row(_in(tx, "SELECT id FROM {schema}.member WHERE is_system"))
    return row[0] if row else None


async def insert_system(tx: Tx, member: UUID, name: str, at: datetime) -> None:
    """Add the built-in member unless there is one."""
    await tx.execute(
        _in(
            tx,
            "INSERT INTO {schema}.member (id, name, is_system, created_at)"
            " VALUES (%s, %s, true, %s) ON CONFLICT DO NOTHING",
        ),
        [member, name, at],
    )


async def list_members(
    tx: Tx,
    *,
    member: UUID | None = None,
    name: str | None = None,
    team: UUID | None = None,
    disabled: bool | None = None,
    after: tuple[str, UUID] | None = None,
    limit: int = 500,
) -> list[dict[str, Any]]:
    """Return members by name: those fitting every filter given, after a (name, id).

    `name`: a part of it, or how its characters begin in pinyin (`zw`, `zhangw` find 张伟).
    """
    typed = "".join((name or "").lower().split())
    params = {
        "letters": typed if 0 < len(typed) <= LETTERS and typed.isascii() else None,
        "id": member,
        "name": name,
        "team": team,
        "disabled": disabled,
        "after_name": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return await tx.dicts(_in(tx, _MEMBERS), params)


async def insert_member(tx: Tx, values: dict[str, Any]) -> None:
    """Add a member: id, name, account, email, phone, main_team, at."""
    await tx.execute(
        _in(
            tx,
            "INSERT INTO {schema}.member (id, name, account, email, phone, main_team, created_at)"
            " VALUES (%(id)s, %(name)s, %(account)s, %(email)s, %(phone)s, %(main_team)s, %(at)s)",
        ),
        values,
    )


async def update_member(tx: Tx, member: UUID, values: dict[str, Any]) -> bool:
    """Change some of name, account, email, phone, main_team, disabled_at; False when missing."""
    sets = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    query = sql.SQL("UPDATE {}.member SET {} WHERE id = %(id)s AND NOT is_system")
    return await tx.execute(
        query.format(sql.Identifier(tx.schema), sets), {**values, "id": member}
    ) == 1  # fmt: skip


async def delete_member(tx: Tx, member: UUID) -> bool:
    """Remove a member who has no account, leads no team and is in no audit as an actor."""
    query = """
      SELECT TRUE FROM {schema}.member m WHERE id = %(id)s AND account IS NULL AND NOT is_system
        AND NOT EXISTS (SELECT FROM {schema}.team WHERE leader = m.id)
        AND NOT EXISTS (SELECT FROM {schema}.identity_audit WHERE actor = m.id)
      FOR UPDATE"""
    if await tx.row(_in(tx, query), {"id": member}) is None:
        return False
    for table in ("team_member", "member_role"):
        text = sql.SQL("DELETE FROM {} WHERE member = %s")
        await tx.execute(text.format(sql.Identifier(tx.schema, table)), [member])
    return await tx.execute(_in(tx, "DELETE FROM {schema}.member WHERE id = %s"), [member]) == 1


async def has_acted(tx: Tx, member: UUID) -> bool:
    """Say whether a member has signed in, or done anything the audit tells of."""
    query = "SELECT FROM {schema}.identity_audit WHERE actor = %s LIMIT 1"
    return await tx.row(_in(tx, query), [member]) is not None


async def find_member(tx: Tx, name: str) -> list[UUID]:
    """Return the ids of the members of this exact name."""
    query = _in(tx, "SELECT id FROM {schema}.member WHERE name = %s AND NOT is_system ORDER BY id")
    return [row[0] for row in await tx.rows(query, [name])]


async def put_in_teams(tx: Tx, member: UUID, teams: Sequence[UUID], *, only: bool = False) -> None:
    """Add a member to teams; with `only`, take it out of every other."""
    if only:
        query = "DELETE FROM {schema}.team_member WHERE member = %s AND team <> ALL(%s)"
        await tx.execute(_in(tx, query), [member, list(teams)])
    await tx.execute(
        _in(
            tx,
            "INSERT INTO {schema}.team_member (team, member) SELECT unnest(%s::uuid[]), %s"
            " ON CONFLICT DO NOTHING",
        ),
        [list(teams), member],
    )


async def give_roles(tx: Tx, member: UUID, roles: Sequence[str], *, only: bool = False) -> None:
    """Give a member roles by key; with `only`, take away every other."""
    if only:
        query = (
            "DELETE FROM {schema}.member_role WHERE member = %s AND role NOT IN"
            " (SELECT id FROM {schema}.role WHERE key = ANY(%s))"
        )
        await tx.execute(_in(tx, query), [member, list(roles)])
    await tx.execute(
        _in(
            tx,
            "INSERT INTO {schema}.member_role (role, member)"
            " SELECT id, %s FROM {schema}.role WHERE key = ANY(%s) ON CONFLICT DO NOTHING",
        ),
        [member, list(roles)],
    )


_ADMINISTRATORS: LiteralString = (
    "SELECT m.id FROM {schema}.member m JOIN {schema}.member_role mr ON mr.member = m.id"
    " JOIN {schema}.role r ON r.id = mr.role WHERE r.key = %s"
    " AND m.disabled_at IS NULL AND m.account IS NOT NULL ORDER BY m.created_at, m.id"
)


async def administrators(tx: Tx, role: str) -> list[UUID]:
    """Return the enabled members with an account who hold a role, locked against one another."""
    await tx.execute(_in(tx, "SELECT FROM {schema}.role WHERE key = %s FOR UPDATE"), [role])
    return [row[0] for row in await tx.rows(_in(tx, _ADMINISTRATORS), [role])]


async def first_administrator(tx: Tx, role: str) -> UUID | None:
    """Return the longest-standing enabled member with an account who holds a role."""
    row = await tx.row(_in(tx, _ADMINISTRATORS), [role])
    return row[0] if row else None


async def list_teams(tx: Tx) -> list[dict[str, Any]]:
    """Return every team with its size, by name."""
    query = (
        "SELECT t.id, t.key, t.name, t.parent, t.leader,"
        " (SELECT count(*) FROM {schema}.team_member tm WHERE tm.team = t.id) AS members"
        " FROM {schema}.team t ORDER BY t.name, t.id"
    )
    return await tx.dicts(_in(tx, query))


async def team(tx: Tx, team: UUID) -> dict[str, Any] | None:
    """Return a team's id, key, name, parent and leader."""
    query = "SELECT id, key, name, parent, leader FROM {schema}.team WHERE id = %s"
    rows = await tx.dicts(_in(tx, query), [team])
    return rows[0] if rows else None


async def lock_teams(tx: Tx) -> dict[UUID, UUID | None]:
    """Let changes of the tree queue, and return each team's parent."""
    await tx.execute(_in(tx, "LOCK TABLE {schema}.team IN SHARE ROW EXCLUSIVE MODE"))
    return {
        row[0]: row[1] for row in await tx.rows(_in(tx, "SELECT id, parent FROM {schema}.team"))
    }


# Longer than a save takes; a mass edit may take longer, and is not to be waited for.
_PATIENCE = "3s"


async def hold_writers(tx: Tx) -> None:
    """Wait for whoever writes records, and let nobody begin until the transaction ends.

    A write that has found the team there must not commit after it is gone. Raises `Unavailable`
    (`write.busy`) after three seconds.
    """
    assert tx.workspace is not None
    await tx.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
    try:
        await tx.execute("SELECT pg_advisory_xact_lock(%s)", [advisory_key(tx.workspace)])
    except psycopg.errors.LockNotAvailable:
        raise Unavailable(
            "write.busy",
            "有人正在大量写入，没有删除，请稍后再试。",
            "Somebody is writing a lot; nothing was deleted. Try again shortly.",
        ) from None


async def find_team(tx: Tx, key: str) -> UUID | None:
    """Return the id of a team by its key."""
    row = await tx.row(_in(tx, "SELECT id FROM {schema}.team WHERE key = %s"), [key])
    return row[0] if row else None


async def find_team_at(tx: Tx, name: str, parent: UUID | None) -> UUID | None:
    """Return the id of a team by its name and parent."""
    query = "SELECT id FROM {schema}.team WHERE name = %s AND parent IS NOT DISTINCT FROM %s"
    row = await tx.row(_in(tx, query), [name, parent])
    return row[0] if row else None


async def insert_team(tx: Tx, values: dict[str, Any]) -> None:
    """Add a team: id, key, name, parent, leader, at; raises `Conflict` (code `team.exists`)."""
    query = (
        "INSERT INTO {schema}.team (id, key, name, parent, leader, created_at)"
        " VALUES (%(id)s, %(key)s, %(name)s, %(parent)s, %(leader)s, %(at)s)"
    )
    try:
        await tx.execute(_in(tx, query), values)
    except psycopg.errors.UniqueViolation:
        raise _taken(str(values["name"])) from None


async def update_team(tx: Tx, team: UUID, values: dict[str, Any]) -> bool:
    """Change some of key, name, parent, leader; False when missing; `Conflict` when taken."""
    sets = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    query = sql.SQL("UPDATE {}.team SET {} WHERE id = %(id)s")
    try:
        count = await tx.execute(
            query.format(sql.Identifier(tx.schema), sets), {**values, "id": team}
        )
    except psycopg.errors.UniqueViolation:
        raise _taken(str(values.get("name", ""))) from None
    return count == 1


def _taken(name: str) -> Conflict:
    return Conflict(
        "team.exists",
        f"同一上级下已有团队“{name}”，或标识已被使用，请换一个名称。",
        f"There is a team '{name}' under the same parent, or its key is taken; choose another"
        " name.",
    )


async def delete_team(tx: Tx, team: UUID) -> bool:
    """Remove a team; False when it has members, teams below it, or is someone's main team."""
    query = (
        "DELETE FROM {schema}.team t WHERE id = %(id)s"
        " AND NOT EXISTS (SELECT FROM {schema}.team WHERE parent = t.id)"
        " AND NOT EXISTS (SELECT FROM {schema}.team_member WHERE team = t.id)"
        " AND NOT EXISTS (SELECT FROM {schema}.member WHERE main_team = t.id)"
    )
    return await tx.execute(_in(tx, query), {"id": team}) == 1


async def list_roles(tx: Tx) -> list[dict[str, Any]]:
    """Return every role with its number of members, by key."""
    query = (
        "SELECT r.id, r.key, r.label, r.rights, r.fields_mode,"
        " (SELECT count(*) FROM {schema}.member_role mr WHERE mr.role = r.id) AS members"
        " FROM {schema}.role r ORDER BY r.key"
    )
    return await tx.dicts(_in(tx, query))


async def upsert_role(tx: Tx, values: dict[str, Any]) -> UUID:
    """Add or replace a role by key: id, key, label, rights, fields_mode; returns its id."""
    query = (
        "INSERT INTO {schema}.role (id, key, label, rights, fields_mode)"
        " VALUES (%(id)s, %(key)s, %(label)s, %(rights)s, %(fields_mode)s)"
        " ON CONFLICT (key) DO UPDATE SET label = excluded.label, rights = excluded.rights,"
        " fields_mode = excluded.fields_mode RETURNING id"
    )
    rows = await tx.rows(_in(tx, query), {**values, "label": Jsonb(values["label"])})
    role: UUID = rows[0][0]
    return role


async def delete_role(tx: Tx, key: str) -> bool:
    """Remove a role nobody holds; False when it is held or missing."""
    query = (
        "DELETE FROM {schema}.role r WHERE key = %s"
        " AND NOT EXISTS (SELECT FROM {schema}.member_role WHERE role = r.id)"
    )
    return await tx.execute(_in(tx, query), [key]) == 1
