"""Names to members and teams, many at a time."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def people(
    tx: Tx, texts: Sequence[str], members: Sequence[UUID]
) -> list[tuple[UUID, str, str | None, str | None, bool]]:
    """Return (id, name, e-mail, main team's name, disabled) of members called by one of the texts,
    and of these members; each once, by name."""
    query = (
        "SELECT m.id, m.name, m.email, t.name, m.disabled_at IS NOT NULL FROM {schema}.member m"
        " LEFT JOIN {schema}.team t ON t.id = m.main_team"
        " WHERE NOT m.is_system AND (m.name = ANY(%(texts)s) OR lower(m.email) = ANY(%(lower)s)"
        " OR m.id = ANY(%(members)s)) ORDER BY m.name, m.id"
    )
    values = {
        "texts": list(texts), "lower": [text.lower() for text in texts], "members": list(members),
    }  # fmt: skip
    return await tx.rows(_in(tx, query), values)


async def teams_named(tx: Tx, names: Sequence[str]) -> list[tuple[str, UUID]]:
    """Return (name, id) of teams whose name or key is among the names."""
    query = (
        "SELECT n.name, t.id FROM unnest(%s::text[]) AS n(name) JOIN {schema}.team t"
        " ON t.name = n.name OR t.key = n.name ORDER BY n.name, t.id"
    )
    return [(row[0], row[1]) for row in await tx.rows(_in(tx, query), [list(names)])]


async def team_rows(tx: Tx) -> list[tuple[str | None, str, str | None, UUID | None]]:
    """Return (key, name, parent's key, leader) of every team."""
    query = (
        "SELECT t.key, t.name, p.key, t.leader FROM {schema}.team t"
        " LEFT JOIN {schema}.team p ON p.id = t.parent ORDER BY t.name, t.id"
    )
    rows = await tx.rows(_in(tx, query))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def team_parents(tx: Tx) -> list[tuple[UUID, UUID | None]]:
    """Return (team, parent) of every team."""
    rows = await tx.rows(_in(tx, "SELECT id, parent FROM {schema}.team"))
    return [(row[0], row[1]) for row in rows]


async def lead_team(tx: Tx, team: UUID, leader: UUID) -> bool:
    """Set a team's leader; False when that is the leader already."""
    query = "UPDATE {schema}.team SET leader = %s WHERE id = %s AND leader IS DISTINCT FROM %s"
    return await tx.execute(_in(tx, query), [leader, team, leader]) == 1
