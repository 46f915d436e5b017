"""A record's history in the order of its instants."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx
from changliu.records.history.store import HistoryRow, history_row

# Business time may stand still or, on a test clock, go back: within an instant the later row first.
_HISTORY = """
SELECT h.record, h.seq, h.changeset, h.version, h.op, h.at, h.actor, h.via, c.reason,
       (h.definitions ->> 'catalogue')::integer, h.definitions -> 'merged', h.diff::text
  FROM {schema}.history h
  LEFT JOIN {schema}.changeset c ON c.id = h.changeset
 WHERE h.record = ANY(%(records)s::uuid[]) AND h.object = %(object)s
   AND (%(fields)s::text[] IS NULL OR h.diff ?| %(fields)s::text[])
   AND (%(at)s::timestamptz IS NULL
        OR (h.at, h.seq) < (%(at)s::timestamptz, %(seq)s::bigint))
 ORDER BY h.at DESC, h.seq DESC
 LIMIT %(n)s
"""


async def read_behind(
    tx: Tx,
    object_id: str,
    records: Sequence[UUID],
    behind: tuple[datetime, int] | None,
    limit: int,
    *,
    fields: Sequence[str] | None = None,
) -> list[tuple[UUID, HistoryRow]]:
    """Return at most `limit` rows of these records, latest first, behind an (instant, seq): all, or
    those that changed one of some fields (ids)."""
    query = sql.SQL(_HISTORY).format(schema=sql.Identifier(tx.schema))
    at, seq = behind or (None, None)
    given = {"records": list(records), "object": object_id, "at": at, "seq": seq, "n": limit,
             "fields": None if fields is None else list(fields)}  # fmt: skip
    return [(row[0], history_row(row[1:])) for row in await tx.rows(query, given)]
