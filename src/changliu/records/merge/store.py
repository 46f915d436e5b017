"""Following merges through history: the last entry of a merged record says what it went into; that
a person was erased from it afterwards does not count."""

from collections.abc import Collection
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx

# Merges followed one after the other, and merged records shown with one: a bound, not a promise.
MAX_STEPS, MAX_MERGED = 20, 500

_WAY: LiteralString = """
WITH RECURSIVE way(start, id, step) AS (
  SELECT r.id, r.id, 0 FROM unnest(%(records)s::uuid[]) AS r(id)
  UNION ALL
  SELECT w.start, l.into_id, w.step + 1
    FROM way w
    CROSS JOIN LATERAL (
      SELECT h.op, (h.definitions ->> 'merged_into')::uuid AS into_id
        FROM {schema}.history h
       WHERE h.record = w.id AND h.object = %(object)s AND h.via <> 'erase'
       ORDER BY h.seq DESC LIMIT 1) l
   WHERE l.op = 'delete' AND l.into_id IS NOT NULL AND w.step < %(steps)s
) SELECT DISTINCT ON (start) start, id FROM way ORDER BY start, step DESC
"""

_MERGED: LiteralString = """
WITH RECURSIVE gone(id) AS (
  SELECT %(record)s::uuid
  UNION
  SELECT h.record
    FROM gone g
    JOIN {schema}.history h
      ON h.definitions ? 'merged_into' AND h.definitions ->> 'merged_into' = g.id::text
   WHERE h.op = 'delete' AND h.object = %(object)s
     AND NOT EXISTS (SELECT 1 FROM {schema}.history l WHERE l.record = h.record AND l.seq > h.seq
                      AND l.via <> 'erase')
) SELECT id FROM gone WHERE id <> %(record)s::uuid LIMIT %(most)s
"""


async def end_of_way(tx: Tx, object_id: str, record: UUID) -> UUID:
    """Return where a record ended up by merges; itself when it was not merged."""
    return (await ends_of_ways(tx, object_id, [record]))[record]


async def ends_of_ways(tx: Tx, object_id: str, records: Collection[UUID]) -> dict[UUID, UUID]:
    """Return where each of these records ended up by merges."""
    if not records:
        return {}
    given = {"object": object_id, "records": list(records), "steps": MAX_STEPS}
    return dict(await tx.rows(_in(tx, _WAY), given))


async def merged_into(tx: Tx, object_id: str, record: UUID) -> list[UUID]:
    """Return the records that are merged into one, directly or by way of others."""
    given = {"object": object_id, "record": record, "most": MAX_MERGED}
    return [row[0] for row in await tx.rows(_in(tx, _MERGED), given)]


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))
