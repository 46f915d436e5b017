"""Live duplicate rules in their table; records alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql

from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import Node
from changliu.kit.db import Tx
from changliu.records.context import Context
from changliu.records.query.service import runtime_params
from changliu.schema.matching import match_key
from changliu.schema.model import Object


async def save(tx: Tx, key: str, target: str, version: int, body: dict[str, Any]) -> None:
    """Make this the live version of a rule."""
    query = sql.SQL(
        "INSERT INTO {schema}.duplicate_rule (key, object, version, body)"
        " VALUES (%s, %s, %s, %s::jsonb) ON CONFLICT (key) DO UPDATE SET object = excluded.object,"
        " version = excluded.version, body = excluded.body"
    ).format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, [key, target, version, orjson.dumps(body).decode()])


async def remove(tx: Tx, key: str) -> None:
    """Forget a rule that was retired."""
    query = sql.SQL("DELETE FROM {schema}.duplicate_rule WHERE key = %s")
    await tx.execute(query.format(schema=sql.Identifier(tx.schema)), [key])


async def rules_of(tx: Tx, target: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Return key, version and body of an object's live rules, by key."""
    query = sql.SQL(
        "SELECT key, version, body FROM {schema}.duplicate_rule WHERE object = %s ORDER BY key"
    )
    rows = await tx.rows(query.format(schema=sql.Identifier(tx.schema)), [target])
    return [(key, version, body) for key, version, body in rows]


@dataclass(frozen=True, slots=True)
class Sought:
    """Where to look and by what: rows the caller reads (a condition), and (column, method)s."""

    context: Context
    readable: Node
    target: Object
    terms: tuple[tuple[str, str], ...]

    def key(self, alias: str) -> str:
        """Return the key's expression: the text of its index."""
        return match_key([(f"{alias}.{_quoted(column)}", method) for column, method in self.terms])

    def rows(self) -> tuple[str, str, dict[str, Any]]:
        """Return what follows FROM, the condition that t is the caller's to read, and values."""
        env = EmitEnv(prefix="d", timezone=self.context.actor.workspace.timezone)
        world, tx = self.context.catalogue.world, self.context.tx
        made = emit_condition(
            self.readable, world, object_id=self.target.id, env=env, alias="t", inline=True
        )
        given = runtime_params(tx, self.context.access)
        return f"{_quoted(tx.schema, self.target.table)} t{env.joins.sql()}", made.text, given


@dataclass(frozen=True, slots=True)
class Groups:
    """How many groups of records alike there are, of how many records, and the largest of them."""

    groups: int
    records: int
    examples: list[tuple[int, list[UUID]]]


@dataclass(frozen=True, slots=True)
class Alike:
    """A record like the one asked for, whose it is, and whether the caller reads it."""

    id: UUID
    owner: str | None
    readable: bool


# Groups and records that are named.
GROUPS, RECORDS = 50, 10


async def groups(sought: Sought) -> Groups:
    """Return the groups of readable records with the same key."""
    source, readable, given = sought.rows()
    alike = (
        f"SELECT count(*) AS n, (array_agg(t.id ORDER BY t.created_at, t.id))[1:{RECORDS}] AS ids"
        f" FROM {source} WHERE t.deleted_at IS NULL AND {sought.key('t')} IS NOT NULL"
        f" AND ({readable}) GROUP BY {sought.key('t')} HAVING count(*) > 1"
    )
    text = (
        "SELECT count(*) OVER (), sum(x.n) OVER (), x.n, x.ids"
        f" FROM ({alike}) x ORDER BY x.n DESC, x.ids LIMIT {GROUPS}"
    )
    rows = await sought.context.tx.rows(text, given)
    if not rows:
        return Groups(0, 0, [])
    return Groups(int(rows[0][0]), int(rows[0][1]), [(row[2], row[3]) for row in rows])


async def alike(sought: Sought, values: Sequence[str | None], besides: UUID | None) -> list[Alike]:
    """Return at most `RECORDS` records with the key of these values, readable ones first."""
    source, readable, given = sought.rows()
    names = [column for column, _ in sought.terms]
    sent = ", ".join(f"%(v{n})s::text AS {_quoted(name)}" for n, name in enumerate(names))
    members = _quoted(sought.context.tx.schema, "member")
    text = (
        f"SELECT t.id, (SELECT m.name FROM {members} m WHERE m.id = t.owner), ({readable}) AS mine"
        f" FROM {source} WHERE t.deleted_at IS NULL AND t.id IS DISTINCT FROM %(besides)s::uuid"
        f" AND {sought.key('t')} = (SELECT {sought.key('x')} FROM (SELECT {sent}) x)"
        f" ORDER BY mine DESC, t.created_at, t.id LIMIT {RECORDS}"
    )
    given |= {f"v{n}": value for n, value in enumerate(values)} | {"besides": besides}
    return [Alike(*row) for row in await sought.context.tx.rows(text, given)]


def _quoted(*names: str) -> str:
    return sql.Identifier(*names).as_string(None)
