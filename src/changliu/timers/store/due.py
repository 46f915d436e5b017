"""The SQL of due rows: set, cancel, claim, take, park, list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.timers.model import NewTimer, Timer

# Collisions with other transactions: the row is not at fault and is tried again.
TRANSIENT = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
_COLUMNS = sql.SQL("id, kind, key, due, payload, object, record, tries, created_at")
_SET = sql.SQL(
    "INSERT INTO {schema}.timer AS t (kind, key, due, payload, object, record, created_at)"
    " SELECT n.*, %(now)s::timestamptz FROM unnest(%(kind)s::text[], %(key)s::text[],"
    " %(due)s::timestamptz[], %(payload)s::jsonb[], %(object)s::text[], %(record)s::uuid[])"
    " AS n (kind, key, due, payload, object, record)"
    " ON CONFLICT (kind, key) WHERE parked_at IS NULL DO UPDATE SET due = excluded.due,"
    " payload = excluded.payload, object = excluded.object, record = excluded.record,"
    " tries = 0, holder = NULL, held_until = NULL"
)
_CANCEL = sql.SQL("DELETE FROM {schema}.timer WHERE kind = %s AND key = ANY (%s)")
_CANCEL_RECORDS = sql.SQL(
    "DELETE FROM {schema}.timer WHERE record = ANY (%(records)s::uuid[])"
    " AND (%(kind)s::text IS NULL OR kind = %(kind)s)"
)
_FRESH = sql.SQL("tries = 0 AND due <= %(now)s ORDER BY due, id")
_LEFT = sql.SQL(
    "tries > 0 AND held_until < %(real)s AND due <= %(now)s ORDER BY held_until, due, id"
)
# Materialised: joined row by row, the limit would hold for each of them alone.
_CLAIM = sql.SQL(
    "WITH due AS MATERIALIZED (SELECT id FROM {schema}.timer WHERE parked_at IS NULL AND {which}"
    " LIMIT %(limit)s FOR UPDATE SKIP LOCKED)"
    " UPDATE {schema}.timer t SET tries = t.tries + 1, holder = %(holder)s, held_until = %(until)s"
    " FROM due WHERE t.id = due.id RETURNING t.id, t.tries"
)
# A row that was cancelled, or set again meanwhile, is no longer this holder's.
_TAKE = sql.SQL(
    "WITH taken AS (DELETE FROM {schema}.timer WHERE id = ANY (%(ids)s::bigint[])"
    " AND holder = %(holder)s AND held_until = %(until)s AND parked_at IS NULL"
    " RETURNING {columns}) SELECT * FROM taken ORDER BY due, id"
)
_PUT_BACK = sql.SQL(
    "INSERT INTO {schema}.timer ({columns}, held_until, parked_at, error)"
    " OVERRIDING SYSTEM VALUE VALUES (%(id)s, %(kind)s, %(key)s, %(due)s, %(payload)s, %(object)s,"
    " %(record)s, %(tries)s, %(created_at)s, %(held_until)s, %(parked_at)s, %(error)s)"
    " ON CONFLICT DO NOTHING"
)
_PARKED = sql.SQL(
    "SELECT id, kind, key, due, object, record, tries, parked_at, error, payload"
    " FROM {schema}.timer WHERE parked_at IS NOT NULL"
    " AND (%(before)s::bigint IS NULL OR (parked_at, id) <"
    " (SELECT b.parked_at, b.id FROM {schema}.timer b WHERE b.id = %(before)s))"
    " ORDER BY parked_at DESC, id DESC LIMIT %(limit)s"
)
_COUNTS = sql.SQL(
    "SELECT kind, count(*) FILTER (WHERE parked_at IS NULL AND due <= %(now)s) AS due,"
    " count(*) FILTER (WHERE parked_at IS NULL AND due > %(now)s) AS waiting,"
    " count(*) FILTER (WHERE parked_at IS NOT NULL) AS parked"
    " FROM {schema}.timer GROUP BY kind ORDER BY kind"
)
_RERUN = sql.SQL(
    "UPDATE {schema}.timer SET parked_at = NULL, error = NULL, tries = 0, held_until = NULL,"
    " due = LEAST(due, %(now)s) WHERE id = %(id)s AND parked_at IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM {schema}.timer o WHERE o.parked_at IS NULL"
    " AND (o.kind, o.key) = (timer.kind, timer.key)) RETURNING id"
)
_EXISTS = sql.SQL("SELECT TRUE FROM {schema}.timer WHERE id = %s AND parked_at IS NOT NULL")
_DISCARD = sql.SQL("DELETE FROM {schema}.timer WHERE id = %s AND parked_at IS NOT NULL")
_KEEP_DUE = sql.SQL(
    "UPDATE {schema}.timer SET due = %(now)s"
    " WHERE parked_at IS NULL AND due <= %(before)s AND due > %(now)s"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows one holder may handle until an instant of real time, with how often each was tried."""

    holder: UUID
    until: datetime
    tries: dict[int, int]


@dataclass(frozen=True, slots=True)
class Failure:
    """A row whose handler failed: parked, or tried again when `again_at` (real time) is given."""

    timer: Timer
    error: str
    again_at: datetime | None = None


async def put(tx: Tx, timers: Sequence[NewTimer]) -> None:
    """Set rows; of one kind and key there must be one."""
    params = {
        "kind": [timer.kind for timer in timers],
        "key": [timer.key for timer in timers],
        "due": [timer.due for timer in timers],
        "payload": [Jsonb(dict(timer.payload)) for timer in timers],
        "object": [timer.object for timer in timers],
        "record": [timer.record for timer in timers],
        "now": tx.now,
    }
    await tx.execute(_named(tx, _SET), params)


async def cancel(tx: Tx, kind: str, keys: Collection[str]) -> int:
    """Delete rows by key, parked ones too; returns how many there were."""
    return await tx.execute(_named(tx, _CANCEL), (kind, list(keys)))


async def cancel_records(tx: Tx, records: Collection[UUID], kind: str | None) -> int:
    """Delete the rows about these records, of one kind or of all."""
    return await tx.execute(_named(tx, _CANCEL_RECORDS), {"records": list(records), "kind": kind})


async def claim(
    tx: Tx, holder: UUID, instants: tuple[datetime, datetime], limit: int, *, left: bool
) -> Claim:
    """Hold due rows, earliest first; `instants` are real time now and at the end of the hold.

    `left`: rows whose earlier holder never finished, otherwise rows nobody has tried.
    """
    real, until = instants
    query = _CLAIM.format(schema=sql.Identifier(tx.schema), which=_LEFT if left else _FRESH)
    params = {"holder": holder, "until": until, "real": real, "now": tx.now, "limit": limit}
    return Claim(holder, until, dict(await tx.rows(query, params)))


async def take(tx: Tx, claim: Claim, ids: Collection[int]) -> list[Timer]:
    """Delete and return the rows of a claim that are still its holder's, earliest first."""
    query = _TAKE.format(schema=sql.Identifier(tx.schema), columns=_COLUMNS)
    params = {"ids": list(ids), "holder": claim.holder, "until": claim.until}
    return [Timer(*row) for row in await tx.rows(query, params)]


async def put_back(tx: Tx, failures: Sequence[Failure]) -> None:
    """Write rows that were taken and failed; one that was set again meanwhile stays as it is."""
    query = _PUT_BACK.format(schema=sql.Identifier(tx.schema), columns=_COLUMNS)
    for failure in failures:
        timer = failure.timer
        await tx.execute(
            query,
            {
                "id": timer.id,
                "kind": timer.kind,
                "key": timer.key,
                "due": timer.due,
                "payload": Jsonb(timer.payload),
                "object": timer.object,
                "record": timer.record,
                "tries": timer.tries,
                "created_at": timer.created_at,
                "held_until": failure.again_at,
                "parked_at": None if failure.again_at else tx.now,
                "error": failure.error,
            },
        )


async def parked(tx: Tx, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Return parked rows, the last parked first."""
    return await tx.dicts(_named(tx, _PARKED), {"before": before, "limit": limit})


async def counts(tx: Tx) -> list[dict[str, Any]]:
    """Return per kind how many rows are due, waiting and parked."""
    return await tx.dicts(_named(tx, _COUNTS), {"now": tx.now})


async def rerun(tx: Tx, timer: int) -> bool | None:
    """Make a parked row due now; None when there is none, False when its key was set again."""
    if await tx.row(_named(tx, _RERUN), {"id": timer, "now": tx.now}):
        return True
    return False if await tx.row(_named(tx, _EXISTS), (timer,)) else None


async def discard(tx: Tx, timer: int) -> bool:
    """Delete a parked row; False when there is none."""
    return await tx.execute(_named(tx, _DISCARD), (timer,)) == 1


async def keep_due(tx: Tx, before: datetime) -> None:
    """Leave due what was due at `before`."""
    await tx.execute(_named(tx, _KEEP_DUE), {"before": before, "now": tx.now})


def _named(tx: Tx, query: sql.SQL) -> sql.Composed:
    return query.format(schema=sql.Identifier(tx.schema))
