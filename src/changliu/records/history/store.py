"""Reading history rows and the clear values of personal fields."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx

# Newest first; the diff comes as text, because numbers must not pass through a float.
HISTORY = """
SELECT h.seq, h.changeset, h.version, h.op, h.at, h.actor, h.via, c.reason,
       (h.definitions ->> 'catalogue')::integer, h.definitions -> 'merged', h.diff::text
  FROM {schema}.history h
  LEFT JOIN {schema}.changeset c ON c.id = h.changeset
 WHERE h.record = %(record)s AND h.object = %(object)s
   AND (%(before)s::bigint IS NULL OR h.seq < %(before)s::bigint)
   AND (%(field)s::text IS NULL OR h.diff ? %(field)s::text)
 ORDER BY h.seq DESC
 LIMIT %(n)s
"""

OF_CHANGESETS = """
SELECT h.record, h.seq, h.changeset, h.version, h.op, h.at, h.actor, h.via, NULL,
       (h.definitions ->> 'catalogue')::integer, NULL, h.diff::text
  FROM unnest(%(changesets)s::uuid[], %(records)s::uuid[]) AS w(changeset, record)
  JOIN {schema}.history h ON h.record = w.record AND h.changeset = w.changeset
 WHERE h.object = %(object)s
"""

PERSONAL = """
SELECT changeset, field, old::text, new::text
  FROM {schema}.history_personal
 WHERE record = %(record)s AND changeset = ANY(%(changesets)s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One changeset's effect on one record.

    `diff` is `{field id: {o?, n?}}`; values of a personal field are digests `{h: sha256}`.
    `catalogue` is the version of the catalogue it was written under, `merged` are the records that
    went into this one.
    """

    seq: int
    changeset: UUID
    version: int
    op: str
    at: datetime
    actor: UUID
    via: str
    reason: str | None
    catalogue: int
    merged: list[str] | None
    diff: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """Who made a changeset, through which door, as part of which import."""

    actor: UUID
    via: str
    parent: UUID | None


async def heading_of(tx: Tx, changeset: UUID) -> Heading | None:
    """Return the heading of a changeset, None when there is none."""
    query = sql.SQL("SELECT actor, via, parent FROM {schema}.changeset WHERE id = %s")
    row = await tx.row(query.format(schema=sql.Identifier(tx.schema)), [changeset])
    return Heading(*row) if row else None


async def read_history(
    tx: Tx,
    object_id: str,
    record: UUID,
    before: int | None,
    limit: int,
    *,
    field: str | None = None,
) -> list[HistoryRow]:
    """Return at most `limit` rows of a record, newest first, older than `before`: all, or those
    that changed one field (id)."""
    query = sql.SQL(HISTORY).format(schema=sql.Identifier(tx.schema))
    given = {"record": record, "object": object_id, "before": before, "n": limit, "field": field}
    rows = await tx.rows(query, given)
    return [history_row(row) for row in rows]


def history_row(row: Sequence[Any]) -> HistoryRow:
    """Return the row of a statement with the columns of `HISTORY`."""
    return HistoryRow(*(*row[:-1], _exact(row[-1])))


async def read_of_changesets(
    tx: Tx, object_id: str, wanted: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], HistoryRow]:
    """Return rows by (changeset, record), of one object."""
    if not wanted:
        return {}
    query = sql.SQL(OF_CHANGESETS).format(schema=sql.Identifier(tx.schema))
    changesets, records = [c for c, _ in wanted], [r for _, r in wanted]
    given = {"changesets": changesets, "records": records, "object": object_id}
    return {(row[2], row[0]): history_row(row[1:]) for row in await tx.rows(query, given)}


async def read_personal(
    tx: Tx, record: UUID, changesets: list[UUID]
) -> dict[tuple[UUID, str], dict[str, Any]]:
    """Return the clear values `{o, n}` of personal fields that were not erased."""
    if not changesets:
        return {}
    query = sql.SQL(PERSONAL).format(schema=sql.Identifier(tx.schema))
    rows = await tx.rows(query, {"record": record, "changesets": changesets})
    return {(row[0], row[1]): {"o": _exact(row[2]), "n": _exact(row[3])} for row in rows}


async def latest_entry(tx: Tx) -> int:
    """Return the highest number of an entry seen, 0 when there is none."""
    query = sql.SQL("SELECT coalesce(max(seq), 0) FROM {schema}.history")
    row = await tx.row(query.format(schema=sql.Identifier(tx.schema)))
    return int(row[0]) if row else 0


async def changed_between(
    tx: Tx, object_id: str, window: tuple[int, int], limit: int
) -> tuple[list[UUID], int]:
    """Return the records of an object with entries in (after, upto], at most `limit` entries.

    The second value says up to which entry they go: `upto` when that is all.
    """
    query = sql.SQL(
        "SELECT record, seq FROM {schema}.history"
        " WHERE object = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s"
    )
    given = [object_id, *window, limit]
    rows = await tx.rows(query.format(schema=sql.Identifier(tx.schema)), given)
    upto = rows[-1][1] if len(rows) == limit else window[1]
    return list(dict.fromkeys(row[0] for row in rows)), upto


def _exact(text: str | None) -> Any:
    return None if text is None else json.loads(text, parse_float=Decimal)
