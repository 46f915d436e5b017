"""SQL of sealing: what is settled, the hash of every entry, the seals."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx, advisory_key
from changliu.records.history.sealing.model import Seal

# A row and its changeset as the text of one JSON array: unambiguous, and the same on every server.
# Times are seconds since 1970, because text of a timestamp depends on settings.
LEAVES = """
SELECT count(*)::int, max(x.seq), coalesce(string_agg(int8send(x.seq) || x.leaf, ''::bytea
         ORDER BY x.seq), ''::bytea)
  FROM (SELECT h.seq, sha256(convert_to(jsonb_build_array(
                 h.seq, h.changeset, h.object, h.record, h.version, h.op, extract(epoch FROM h.at),
                 h.actor, h.via, h.diff, h.definitions, extract(epoch FROM c.at), c.actor, c.via,
                 c.reason, c.changes, c.parent, c.caused_by, c.reverts)::text, 'UTF8')) AS leaf
          FROM {schema}.history h
          LEFT JOIN {schema}.changeset c ON c.id = h.changeset
         WHERE h.seq > %(after)s AND h.seq <= %(last)s
         ORDER BY h.seq
         LIMIT %(n)s) x
"""

# Whoever writes holds the workspace's lock, shared, from before its first entry gets a number.
# A transaction that ended before this statement looks at locks is seen whole by the next one.
HORIZON = """
SELECT (SELECT max(seq) FROM {schema}.history),
       ARRAY(SELECT l.virtualtransaction FROM pg_locks l WHERE {writing})
"""
WRITING = """
l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = %(high)s::oid AND l.objid = %(low)s::oid AND l.objsubid = 1
"""

NAMES = ("number", "first", "last", "entries", "root", "prev", "at", "key", "signature", "leaves")
# As text of seconds, an instant that was altered into one no calendar holds can still be read.
SEALS = """
SELECT number, first, last, entries, root, prev, extract(epoch FROM at)::text, key, signature,
       leaves
  FROM {schema}.seal
"""

# Clear values that are still kept must be those whose digests were sealed.
PERSONAL = """
SELECT h.seq, h.changeset, h.object, h.record, p.field
  FROM {schema}.history h
  JOIN {schema}.history_personal p ON p.record = h.record AND p.changeset = h.changeset
 WHERE h.seq > %(after)s AND h.seq <= %(last)s
   AND (h.diff #>> ARRAY[p.field, 'o', 'h'], h.diff #>> ARRAY[p.field, 'n', 'h'])
       IS DISTINCT FROM
       (encode(sha256(convert_to(p.salt || p.old::text, 'UTF8')), 'hex'),
        encode(sha256(convert_to(p.salt || p.new::text, 'UTF8')), 'hex'))
 ORDER BY h.seq
 LIMIT %(n)s
"""


async def try_lock(tx: Tx) -> bool:
    """Become the one who seals this workspace until the transaction ends."""
    query = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))"
    row = await tx.row(query, [f"{tx.schema}:seal"])
    return row is not None and bool(row[0])


async def horizon(tx: Tx) -> tuple[int | None, list[str]]:
    """Return the highest entry seen, and the transactions that may still bring lower ones."""
    text = sql.SQL(HORIZON).format(schema=sql.Identifier(tx.schema), writing=sql.SQL(WRITING))
    row = await tx.row(text, _lock_of(tx))
    return (row[0], row[1]) if row else (None, [])


async def still_writing(tx: Tx, transactions: Sequence[str]) -> bool:
    """Say whether any of these transactions has not ended."""
    text = sql.SQL(
        "SELECT EXISTS (SELECT 1 FROM pg_locks l WHERE {writing}"
        " AND l.virtualtransaction = ANY(%(given)s::text[]))"
    ).format(writing=sql.SQL(WRITING))
    row = await tx.row(text, {**_lock_of(tx), "given": list(transactions)})
    return row is not None and bool(row[0])


def _lock_of(tx: Tx) -> dict[str, int]:
    assert tx.workspace is not None
    key = advisory_key(tx.workspace)
    return {"high": key >> 32, "low": key & 0xFFFFFFFF}


async def leaves(tx: Tx, after: int, last: int, limit: int | None) -> tuple[int, int | None, bytes]:
    """Return count, highest number and leaves of the entries in (after, last], lowest first."""
    query = sql.SQL(LEAVES).format(schema=sql.Identifier(tx.schema))
    row = await tx.row(query, {"after": after, "last": last, "n": limit})
    return (row[0], row[1], bytes(row[2])) if row else (0, None, b"")


async def insert_seal(tx: Tx, seal: Seal, at: datetime) -> None:
    """Add a seal made at an instant; its number is taken once."""
    query = sql.SQL("INSERT INTO {schema}.seal ({columns}) VALUES ({values})").format(
        schema=sql.Identifier(tx.schema),
        columns=sql.SQL(", ").join(map(sql.Identifier, NAMES)),
        values=sql.SQL(", ").join(sql.Placeholder() * len(NAMES)),
    )
    given = asdict(seal) | {"at": at}
    await tx.execute(query, [given[name] for name in NAMES])


async def last_seal(tx: Tx) -> Seal | None:
    """Return the newest seal, or None."""
    found = await _seals(tx, "ORDER BY number DESC LIMIT 1", {})
    return found[0] if found else None


async def find_seal(tx: Tx, number: int) -> Seal | None:
    """Return the seal of a number, or None."""
    found = await _seals(tx, "WHERE number = %(number)s", {"number": number})
    return found[0] if found else None


async def seals(tx: Tx) -> AsyncIterator[Seal]:
    """Yield every seal by number."""
    found = await _seals(tx, "ORDER BY number LIMIT 1", {})
    while found:
        yield found[0]
        after = {"after": found[0].number}
        found = await _seals(tx, "WHERE number > %(after)s ORDER BY number LIMIT 1", after)


async def _seals(tx: Tx, which: LiteralString, params: dict[str, Any]) -> list[Seal]:
    query = sql.SQL(SEALS + which).format(schema=sql.Identifier(tx.schema))
    return [Seal(*row) for row in await tx.rows(query, params)]


async def count_after(tx: Tx, last: int) -> int:
    """Return how many entries are above a number."""
    query = sql.SQL("SELECT count(*) FROM {schema}.history WHERE seq > %s")
    row = await tx.row(query.format(schema=sql.Identifier(tx.schema)), [last])
    return int(row[0]) if row else 0


async def entries(tx: Tx, numbers: Sequence[int]) -> dict[int, tuple[UUID, str, UUID]]:
    """Return (changeset, object, record) by number of the entries that are there."""
    query = sql.SQL(
        "SELECT seq, changeset, object, record FROM {schema}.history WHERE seq = ANY(%s::bigint[])"
    )
    rows = await tx.rows(query.format(schema=sql.Identifier(tx.schema)), [list(numbers)])
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def false_clear_values(
    tx: Tx, after: int, last: int, limit: int
) -> list[tuple[int, UUID, str, UUID, str]]:
    """Return (entry, changeset, object, record, field) whose clear values are not the sealed."""
    query = sql.SQL(PERSONAL).format(schema=sql.Identifier(tx.schema))
    rows = await tx.rows(query, {"after": after, "last": last, "n": limit})
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
