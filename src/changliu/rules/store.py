"""Live rules in their tables: publishing and retiring keep them equal to the definitions."""

from dataclasses import dataclass
from typing import Any

import orjson
from psycopg import sql

from changliu.kit.db import Tx

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LiveRules:
    """The live rules of a kind, as writes read them: key, object, version and prepared body."""

    table: str

    async def save(self, tx: Tx, key: str, target: str, version: int, body: Json) -> None:
        """Make this the live version of a rule."""
        query = sql.SQL(
            "INSERT INTO {} (key, object, version, body) VALUES (%s, %s, %s, %s::jsonb)"
            " ON CONFLICT (key) DO UPDATE SET object = excluded.object,"
            " version = excluded.version, body = excluded.body"
        ).format(self._name(tx))
        await tx.execute(query, [key, target, version, orjson.dumps(body).decode()])

    async def remove(self, tx: Tx, key: str) -> None:
        """Forget a rule that was retired."""
        query = sql.SQL("DELETE FROM {} WHERE key = %s").format(self._name(tx))
        await tx.execute(query, [key])

    async def find(self, tx: Tx, key: str) -> tuple[str, int, Json] | None:
        """Return object, version and body of a live rule."""
        query = sql.SQL("SELECT object, version, body FROM {} WHERE key = %s")
        row = await tx.row(query.format(self._name(tx)), [key])
        return (row[0], row[1], row[2]) if row else None

    async def of(self, tx: Tx, target: str) -> list[tuple[str, int, Json]]:
        """Return key, version and body of an object's live rules, by key."""
        query = sql.SQL("SELECT key, version, body FROM {} WHERE object = %s ORDER BY key")
        rows = await tx.rows(query.format(self._name(tx)), [target])
        return [(key, version, body) for key, version, body in rows]

    def _name(self, tx: Tx) -> sql.Identifier:
        return sql.Identifier(tx.schema, self.table)


RULES = LiveRules("rule")
DUPLICATES = LiveRules("duplicate_rule")
