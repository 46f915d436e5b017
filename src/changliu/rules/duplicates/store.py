"""Live duplicate rules in their table."""

from typing import Any

import orjson
from psycopg import sql

from changliu.kit.db import Tx


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
