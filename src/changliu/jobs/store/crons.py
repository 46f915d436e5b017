"""Rows of schedules."""

from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.jobs.model import Cron
from changliu.kit.db import Tx

_PUT = sql.SQL(
    "INSERT INTO {schema}.job_cron AS c (name, schedule, kind, payload, next_run)"
    " VALUES (%(name)s, %(schedule)s, %(kind)s, %(payload)s, %(next_run)s)"
    " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, payload = excluded.payload,"
    " schedule = excluded.schedule, next_run = CASE WHEN c.schedule = excluded.schedule"
    " THEN c.next_run ELSE excluded.next_run END"
    " WHERE (c.schedule, c.kind, c.payload)"
    " IS DISTINCT FROM (excluded.schedule, excluded.kind, excluded.payload)"
)
_REMOVE = sql.SQL("DELETE FROM {schema}.job_cron WHERE name = %s")
_DUE = sql.SQL(
    "SELECT name, schedule, kind, payload, next_run FROM {schema}.job_cron"
    " WHERE next_run <= %s ORDER BY next_run, name LIMIT 100 FOR UPDATE SKIP LOCKED"
)
_ALL = sql.SQL("SELECT name, schedule, next_run, last_run FROM {schema}.job_cron ORDER BY name")
_ADVANCE = sql.SQL(
    "UPDATE {schema}.job_cron SET next_run = %(next_run)s, last_run = %(now)s WHERE name = %(name)s"
)
_REWIND = sql.SQL("UPDATE {schema}.job_cron SET next_run = %(next_run)s WHERE name = %(name)s")


async def put(tx: Tx, cron: Cron, next_run: datetime) -> None:
    """Write a schedule; its next run is kept when the five fields did not change."""
    params = {
        "name": cron.name,
        "schedule": cron.schedule,
        "kind": cron.kind,
        "payload": Jsonb(dict(cron.payload)),
        "next_run": next_run,
    }
    await tx.execute(_PUT.format(schema=sql.Identifier(tx.schema)), params)


async def remove(tx: Tx, name: str) -> bool:
    """Delete a schedule; False when there is none of that name."""
    return await tx.execute(_REMOVE.format(schema=sql.Identifier(tx.schema)), (name,)) > 0


async def due(tx: Tx) -> list[tuple[str, str, str, dict[str, Any], datetime]]:
    """Lock and return due schedules: name, five fields, kind, payload, the instant missed."""
    rows = await tx.rows(_DUE.format(schema=sql.Identifier(tx.schema)), (tx.now,))
    return [(name, fields, kind, payload, at) for name, fields, kind, payload, at in rows]


async def listed(tx: Tx) -> list[dict[str, Any]]:
    """Return every schedule: name, schedule, next_run, last_run."""
    return await tx.dicts(_ALL.format(schema=sql.Identifier(tx.schema)))


async def advance(tx: Tx, name: str, next_run: datetime) -> None:
    """Note that a schedule fired and when it does so again."""
    query = _ADVANCE.format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, {"name": name, "next_run": next_run, "now": tx.now})


async def rewind(tx: Tx, name: str, next_run: datetime) -> None:
    """Set a schedule's next run without firing it."""
    query = _REWIND.format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, {"name": name, "next_run": next_run})
