"""Records alike among those that are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import Node
from changliu.records.context import Context
from changliu.records.query.service import runtime_params
from changliu.schema.matching import (
    alike_enough,
    has_several,
    likeness,
    match_key,
    matches,
)
from changliu.schema.model import Object


@dataclass(frozen=True, slots=True)
class Sought:
    """Where to look and by what: rows the caller reads (a condition), and (column, method)s."""

    context: Context
    readable: Node
    target: Object
    terms: tuple[tuple[str, str], ...]
    at_least: float = 0

    def key(self, alias: str) -> str:
        """Return the key's expression: the text of its index."""
        return match_key(self._named(alias))

    def same(self, one: str, other: str) -> str:
        """Return the condition that the key of an alias matches another one."""
        return matches(self._named(one), self.key(one), other)

    def several(self) -> bool:
        """Say whether a record has several keys."""
        return has_several(self.terms)

    def pairs(self, one: str, two: str) -> list[tuple[str, str, str]]:
        """Return what is compared, by which method, of two aliases."""
        both = zip(self._named(one), self._named(two), strict=True)
        return [(a, b, method) for (a, method), (b, _) in both]

    def _named(self, alias: str) -> list[tuple[str, str]]:
        return [(f"{alias}.{_quoted(column)}", method) for column, method in self.terms]

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
    """A record like the one asked for, whose it is, whether the caller reads it, and how alike it
    is, from 0 to 1."""

    id: UUID
    owner: str | None
    readable: bool
    score: float


# Groups and records that are named.
GROUPS, RECORDS = 50, 10


async def groups(sought: Sought) -> Groups:
    """Return the groups of readable records with the same key, or with one of several in common."""
    source, readable, given = sought.rows()
    key, each = sought.key("t"), ""
    if sought.several():
        key, each = "u.k", f" CROSS JOIN LATERAL unnest({key}) AS u(k)"
    ids = "array_agg(t.id ORDER BY t.created_at, t.id)"
    alike = (
        f"SELECT count(*) AS n, ({ids})[1:{RECORDS}] AS ids FROM {source}{each}"
        f" WHERE t.deleted_at IS NULL AND {key} IS NOT NULL"
        f" AND ({readable}) GROUP BY {key} HAVING count(*) > 1"
    )
    text = (
        "SELECT count(*) OVER (), sum(x.n) OVER (), x.n, x.ids"
        f" FROM (SELECT DISTINCT * FROM ({alike}) g) x ORDER BY x.n DESC, x.ids LIMIT {GROUPS}"
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
    schema = sought.context.tx.schema
    members, different = _quoted(schema, "member"), _quoted(schema, "duplicate_different")
    enough = alike_enough(sought.pairs("x", "t"), sought.at_least)
    scores = ", ".join(likeness(sought.pairs("x", "t")))
    text = (
        f"SELECT t.id, (SELECT m.name FROM {members} m WHERE m.id = t.owner),"
        f" ({readable}) IS TRUE AS mine, least({scores})::float8"
        f" FROM (SELECT x.*, {sought.key('x')} AS k FROM (SELECT {sent}) x OFFSET 0) x"
        f" JOIN {source} ON {sought.same('t', 'x.k')}"
        f" WHERE t.deleted_at IS NULL AND t.id IS DISTINCT FROM %(besides)s::uuid"
        f"{f' AND {enough}' if enough else ''} AND NOT EXISTS (SELECT FROM {different} d"
        " WHERE d.one = least(t.id, %(besides)s) AND d.two = greatest(t.id, %(besides)s))"
        f" ORDER BY mine DESC, t.created_at, t.id LIMIT {RECORDS}"
    )
    given |= {f"v{n}": value for n, value in enumerate(values)} | {"besides": besides}
    return [Alike(*row) for row in await sought.context.tx.rows(text, given)]


def _quoted(*names: str) -> str:
    return sql.Identifier(*names).as_string(None)
