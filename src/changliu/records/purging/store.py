"""SQL of purges, on a connection of the owner: nobody else may delete history."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.copies import Trace
from changliu.kit.db import Tx
from changliu.records.purging.model import Doomed, Purge

_COLUMNS: LiteralString = (
    "id, subject, objects, fields, member, state, at, place, done, total, started_at, ended_at"
)
# What the entry in history says of all that went: how many entries, and the hash of their numbers.
_TOLD = """
SELECT coalesce(sum(last - first + 1), 0)::bigint, encode(sha256(convert_to(
         coalesce(string_agg(first || '-' || last, ',' ORDER BY first), ''), 'UTF8')), 'hex')
  FROM {schema}.purged WHERE purge = %s"""


def _in(tx: Tx, query: LiteralString, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema), **parts)


def _purge(row: tuple[Any, ...]) -> Purge:
    made = Purge(*row)
    objects = tuple(Doomed(o["id"], o["key"], tuple(o["files"])) for o in row[2])
    values = {name: getattr(made, name) for name in Purge.__slots__}
    return Purge(**{**values, "objects": objects, "fields": tuple(row[3])})


async def insert(tx: Tx, purge: Purge) -> None:
    """Note a purge that begins."""
    query: LiteralString = (
        "INSERT INTO {schema}.purge (id, subject, objects, fields, member, state, total,"
        " started_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    )
    objects = Jsonb([asdict(each) for each in purge.objects])
    values = [
        purge.id, purge.subject, objects, list(purge.fields), purge.member, purge.state,
        purge.total, purge.started_at,
    ]  # fmt: skip
    await tx.execute(_in(tx, query), values)


async def find(tx: Tx, purge: UUID) -> Purge | None:
    """Return a purge, held until the transaction ends."""
    query = sql.SQL("SELECT {} FROM {} WHERE id = %s FOR UPDATE").format(
        sql.SQL(_COLUMNS), sql.Identifier(tx.schema, "purge")
    )
    row = await tx.row(query, [purge])
    return _purge(row) if row else None


async def latest(tx: Tx, subject: str) -> Purge | None:
    """Return the newest purge of an app."""
    query = sql.SQL(
        "SELECT {} FROM {} WHERE subject = %s ORDER BY started_at DESC, id DESC LIMIT 1"
    ).format(sql.SQL(_COLUMNS), sql.Identifier(tx.schema, "purge"))
    row = await tx.row(query, [subject])
    return _purge(row) if row else None


async def move(tx: Tx, purge: Purge) -> None:
    """Write down how far a purge is."""
    query: LiteralString = (
        "UPDATE {schema}.purge SET at = %s, place = %s, done = %s, state = %s, ended_at = %s"
        " WHERE id = %s"
    )
    values = [purge.at, purge.place, purge.done, purge.state, purge.ended_at, purge.id]
    await tx.execute(_in(tx, query), values)


async def count(tx: Tx, tables: Sequence[str]) -> tuple[int, int]:
    """Return how many rows some objects have, the trash included, and entries of history."""
    rows = 0
    for table in tables:
        found = await tx.row(_in(tx, "SELECT count(*) FROM {rows}", rows=_table(tx, table)))
        rows += int(found[0]) if found else 0
    query: LiteralString = "SELECT count(*) FROM {schema}.history WHERE object = ANY(%s)"
    entries = await tx.row(_in(tx, query), [list(tables)])
    return rows, int(entries[0]) if entries else 0


async def next_records(tx: Tx, table: str, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next rows of an object by id, the trash included; none where the table is gone."""
    there = await tx.row("SELECT to_regclass(%s) IS NOT NULL", [f"{tx.schema}.{table}"])
    if there != (True,):
        return []
    query: LiteralString = (
        "SELECT id FROM {rows} WHERE %s::uuid IS NULL OR id > %s::uuid ORDER BY id LIMIT %s"
    )
    rows = await tx.rows(_in(tx, query, rows=_table(tx, table)), [after, after, limit])
    return [row[0] for row in rows]


async def files_of(tx: Tx, target: Doomed, records: Sequence[UUID]) -> set[UUID]:
    """Return the files that records hold, in their fields, their comments and what was said."""
    arms = [
        sql.SQL("SELECT unnest({}) FROM {} WHERE id = ANY(%(ids)s)").format(
            sql.Identifier(column), _table(tx, target.id)
        )
        for column in target.files
    ]
    arms.append(
        _in(tx, """
          SELECT unnest(c.files) FROM {schema}.comment c WHERE c.record = ANY(%(ids)s)
          UNION ALL SELECT unnest(v.files) FROM {schema}.comment_version v
            JOIN {schema}.comment c ON c.id = v.comment WHERE c.record = ANY(%(ids)s)""")
    )  # fmt: skip
    rows = await tx.rows(sql.SQL(" UNION ALL ").join(arms), {"ids": list(records)})
    return {row[0] for row in rows}


async def held_elsewhere(
    tx: Tx, files: Sequence[UUID], columns: Iterable[tuple[str, str]]
) -> set[UUID]:
    """Return those of some files that records in other tables hold too."""
    arms = [
        sql.SQL("SELECT unnest({c}) AS file FROM {t} WHERE {c} && %(files)s::uuid[]").format(
            c=sql.Identifier(column), t=_table(tx, table)
        )
        for table, column in columns
    ]
    if not arms or not files:
        return set()
    query = sql.SQL("SELECT file FROM ({}) AS held WHERE file = ANY(%(files)s)")
    rows = await tx.rows(query.format(sql.SQL(" UNION ALL ").join(arms)), {"files": list(files)})
    return {row[0] for row in rows}


async def forget(tx: Tx, records: Sequence[UUID], traces: Iterable[Trace]) -> list[int]:
    """Delete all that is kept about records but their own rows; return the entries of history."""
    ids = [list(records)]
    comments: LiteralString = """
      WITH gone AS (DELETE FROM {schema}.comment WHERE record = ANY(%s) RETURNING id)
      DELETE FROM {schema}.comment_version v USING gone WHERE v.comment = gone.id"""
    await tx.execute(_in(tx, comments), ids)
    for trace in traces:
        names = sql.SQL(" OR ").join(
            sql.SQL("{} = ANY(%(ids)s)").format(sql.Identifier(column)) for column in trace.columns
        )
        query = sql.SQL("DELETE FROM {} WHERE {}").format(_table(tx, trace.table), names)
        await tx.execute(query, {"ids": list(records)})
    history: LiteralString = "DELETE FROM {schema}.history WHERE record = ANY(%s) RETURNING seq"
    return [row[0] for row in await tx.rows(_in(tx, history), ids)]


async def end(tx: Tx, target: Doomed, before: datetime) -> None:  # noqa: ARG001 -- the protocol's
    """Forget what is kept of a whole object."""
    for table in ("search_shape", "rollup_drift"):
        query = sql.SQL("DELETE FROM {} WHERE object = %s").format(_table(tx, table))
        await tx.execute(query, [target.id])


async def note_gone(tx: Tx, purge: UUID, gone: Iterable[tuple[int, int]]) -> None:
    """Write down stretches of history that went."""
    query: LiteralString = "INSERT INTO {schema}.purged (first, last, purge) VALUES (%s, %s, %s)"
    await tx.many(_in(tx, query), [(first, last, purge) for first, last in gone])


async def tell(tx: Tx, purge: Purge, changeset: UUID, *, ended: bool) -> None:
    """Write the entry that says what is going, or what has gone: counted and hashed."""
    said: dict[str, Any] = {"objects": [each.key for each in purge.objects]}
    if ended:
        row = await tx.row(_in(tx, _TOLD), [purge.id])
        assert row is not None
        said |= {"entries": row[0], "digest": row[1]}
    query: LiteralString = (
        "INSERT INTO {schema}.history (changeset, object, record, version, op, at, actor, via,"
        " diff, definitions) VALUES (%s, 'purge', %s, %s, 'purge', %s, %s, 'purge', %s, %s)"
    )
    values = [
        changeset, purge.id, 2 if ended else 1, tx.now, purge.member,
        orjson.dumps({"purge": {"n": said}}).decode(),
        orjson.dumps({"catalogue": tx.catalogue_version}).decode(),
    ]  # fmt: skip
    await tx.execute(_in(tx, query), values)


async def gone_entries(tx: Tx) -> list[tuple[int, int]]:
    """Return the stretches of history whose purge is told by entries that still say the same."""
    query: LiteralString = """
      SELECT p.first, p.last FROM {schema}.purged p
      JOIN (SELECT e.record, e.diff #>> '{{purge,n,digest}}' AS digest
            FROM {schema}.history e WHERE e.op = 'purge' AND e.object = 'purge') told
        ON told.record = p.purge
      JOIN (SELECT g.purge, encode(sha256(convert_to(
              string_agg(g.first || '-' || g.last, ',' ORDER BY g.first), 'UTF8')), 'hex') AS digest
            FROM {schema}.purged g GROUP BY g.purge) found ON found.purge = p.purge
      GROUP BY p.first, p.last, found.digest
      HAVING coalesce(max(told.digest), found.digest) = found.digest
      ORDER BY p.first"""
    return await tx.rows(_in(tx, query))


def _table(tx: Tx, name: str) -> sql.Identifier:
    return sql.Identifier(tx.schema, name)
