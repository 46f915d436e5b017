"""Reading jobs for people: counts, and the rows set aside."""

from datetime import datetime
from typing import Any

from psycopg import sql

from changliu.kit.db import Tx

_COUNTS = sql.SQL(
    "SELECT kind, count(*) FILTER (WHERE dead_at IS NULL AND run_at <= %(now)s) AS due,"
    " count(*) FILTER (WHERE dead_at IS NULL AND run_at > %(now)s) AS waiting,"
    " count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead"
    " FROM {schema}.job GROUP BY kind ORDER BY kind"
)
_COLUMNS = (
    "SELECT id, kind, lock_key, payload, run_at, attempts, max_attempts, dead_at, error,"
    " caused_by, created_at FROM {schema}.job"
)
_DEAD = sql.SQL(
    _COLUMNS + " WHERE dead_at IS NOT NULL AND (%(before)s::bigint IS NULL OR id < %(before)s)"
    " AND (%(kind)s::text IS NULL OR kind = %(kind)s) ORDER BY id DESC LIMIT %(limit)s"
)
_ONE = sql.SQL(_COLUMNS + " WHERE id = %s")
_DEAD_IDS = sql.SQL(
    "SELECT id FROM {schema}.job WHERE dead_at IS NOT NULL"
    " AND (%(kind)s::text IS NULL OR kind = %(kind)s) ORDER BY id LIMIT %(limit)s"
)
_RETRYING = sql.SQL(
    _COLUMNS + " WHERE dead_at IS NULL AND run_at <= %(horizon)s AND attempts > 0"
    " ORDER BY run_at, id LIMIT %(limit)s"
)
_OLDEST = sql.SQL("SELECT min(run_at) FROM {schema}.job WHERE dead_at IS NULL AND run_at <= %s")


async def counts(tx: Tx) -> list[dict[str, Any]]:
    """Return `{kind, due, waiting, dead}` per kind."""
    return await tx.dicts(_COUNTS.format(schema=sql.Identifier(tx.schema)), {"now": tx.now})


async def dead(
    tx: Tx, before: int | None, limit: int, kind: str | None = None
) -> list[dict[str, Any]]:
    """Return jobs set aside, newest id first, below `before`, of one kind or all."""
    query = _DEAD.format(schema=sql.Identifier(tx.schema))
    return await tx.dicts(query, {"before": before, "limit": limit, "kind": kind})


async def dead_ids(tx: Tx, kind: str | None, limit: int) -> list[int]:
    """Return the ids of jobs set aside, oldest first, of one kind or all."""
    query = _DEAD_IDS.format(schema=sql.Identifier(tx.schema))
    return [row[0] for row in await tx.rows(query, {"kind": kind, "limit": limit})]


async def dead_kinds(tx: Tx) -> list[tuple[str, int, datetime]]:
    """Return (kind, how many, since when the latest) of jobs set aside."""
    query = sql.SQL(
        "SELECT kind, count(*), max(dead_at) FROM {schema}.job WHERE dead_at IS NOT NULL"
        " GROUP BY kind ORDER BY kind"
    )
    return await tx.rows(query.format(schema=sql.Identifier(tx.schema)))


async def one(tx: Tx, job: int) -> dict[str, Any] | None:
    """Return a job; None when there is none of that number."""
    found = await tx.dicts(_ONE.format(schema=sql.Identifier(tx.schema)), [job])
    return found[0] if found else None


async def retrying(tx: Tx, horizon: datetime, limit: int) -> list[dict[str, Any]]:
    """Return live jobs that have failed at least once and are tried again before `horizon`."""
    query = _RETRYING.format(schema=sql.Identifier(tx.schema))
    return await tx.dicts(query, {"horizon": horizon, "limit": limit})


async def oldest_due(tx: Tx) -> datetime | None:
    """Return since when the longest-waiting due job could have run."""
    row = await tx.row(_OLDEST.format(schema=sql.Identifier(tx.schema)), (tx.now,))
    return row[0] if row else None
