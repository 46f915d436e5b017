"""SQL of changing types: the row of progress, and values read from one column into another."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.schema.ddl import duplicates
from changliu.schema.retype.model import RUNNING, Retype

_GIVEN = ("object", "field", "wanted", "confirm", "source", "target", "state", "seen", "total",
          "former", "started_at", "started_by")  # fmt: skip


def _query(text: LiteralString, tx: Tx) -> sql.Composed:
    return sql.SQL(text).format(
        schema=sql.Identifier(tx.schema),
        columns=sql.SQL(", ").join(sql.Identifier(column.name) for column in fields(Retype)),
    )


async def insert(tx: Tx, values: dict[str, Any]) -> int:
    """Note a change of type that begins; returns its number."""
    given = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in values.items()}
    text = sql.SQL("INSERT INTO {}.retype ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(tx.schema),
        sql.SQL(", ").join(map(sql.Identifier, _GIVEN)),
        sql.SQL(", ").join(sql.Placeholder(name) for name in _GIVEN),
    )
    row = await tx.row(text, given)
    assert row is not None
    return int(row[0])


async def get(tx: Tx, number: int, *, lock: bool = False) -> Retype | None:
    """Return one change of type; with `lock`, nobody else goes on with it until commit."""
    text = "SELECT {columns} FROM {schema}.retype WHERE id = %s FOR UPDATE"
    free = "SELECT {columns} FROM {schema}.retype WHERE id = %s"
    row = await tx.row(_query(text if lock else free, tx), [number])
    return Retype(*row) if row else None


async def latest(tx: Tx, field_id: str) -> Retype | None:
    """Return the newest change of type of a field, None when it never changed."""
    text = "SELECT {columns} FROM {schema}.retype WHERE field = %s ORDER BY id DESC LIMIT 1"
    row = await tx.row(_query(text, tx), [field_id])
    return Retype(*row) if row else None


async def arrived(tx: Tx, field_id: str) -> Retype | None:
    """Return the newest change of a field that was carried out and whose old column is there."""
    text = (
        "SELECT {columns} FROM {schema}.retype WHERE field = %s AND state = 'done'"
        " ORDER BY id DESC LIMIT 1"
    )
    row = await tx.row(_query(text, tx), [field_id])
    return Retype(*row) if row else None


async def advance(tx: Tx, number: int, *, place: UUID | None, done: int, refused: int) -> None:
    """Note how far filling has come; without a place it is over."""
    text = (
        "UPDATE {schema}.retype SET place = %s, done = done + %s, unconverted = unconverted + %s,"
        " state = CASE WHEN %s THEN 'follow' ELSE state END WHERE id = %s"
    )
    await tx.execute(_query(text, tx), [place, done, refused, place is None, number])


async def commit_lazily(tx: Tx) -> None:
    """Let this commit return before the disk has it: what a power cut takes is done again, and the
    swap, which waits for the disk, comes after it in the log."""
    await tx.execute("SELECT set_config('synchronous_commit', 'off', true)")


async def look(tx: Tx, number: int, seen: int) -> None:
    """Note up to which entry the history was followed."""
    await tx.execute(
        _query("UPDATE {schema}.retype SET seen = %s WHERE id = %s", tx), [seen, number]
    )


async def end(tx: Tx, number: int, state: str, fault: dict[str, Any] | None = None) -> None:
    """Note that a change of type has ended: `done`, `failed` or `cancelled`."""
    text = (
        "UPDATE {schema}.retype SET state = %s, fault = %s, ended_at = %s"
        " WHERE id = %s AND state = ANY(%s)"
    )
    at: datetime = tx.now
    given = [state, Jsonb(fault) if fault else None, at, number, list(RUNNING)]
    await tx.execute(_query(text, tx), given)


async def count_unconverted(tx: Tx, table: str, change: Retype) -> int:
    """Count the records with a value of before and none now, and note it."""
    text: LiteralString = (
        "UPDATE {schema}.retype SET unconverted = (SELECT count(*) FROM {table}"
        " WHERE deleted_at IS NULL AND {source} IS NOT NULL AND {target} IS NULL)"
        " WHERE id = %s RETURNING unconverted"
    )
    row = await tx.row(_over(text, tx, table, change.source, change.target), [change.id])
    return int(row[0]) if row else 0


async def unconverted(tx: Tx, table: str, change: Retype, limit: int) -> list[tuple[UUID, Any]]:
    """Return records with a value of before and none now: id and that value."""
    text: LiteralString = (
        "SELECT id, {source} FROM {table}"
        " WHERE deleted_at IS NULL AND {source} IS NOT NULL AND {target} IS NULL"
        " ORDER BY id LIMIT %s"
    )
    rows = await tx.rows(_over(text, tx, table, change.source, change.target), [limit])
    return [(row[0], row[1]) for row in rows]


async def is_kept(tx: Tx, change: Retype) -> bool:
    """Say whether the column of before is still there."""
    query = (
        "SELECT TRUE FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s"
        " AND NOT attisdropped"
    )
    return await tx.row(query, [f"{tx.schema}.{change.object}", change.source]) is not None


async def count_rows(tx: Tx, table: str) -> int:
    """Count the records of a table, those in the trash too."""
    row = await tx.row(_over("SELECT count(*) FROM {table}", tx, table, "", ""))
    return int(row[0]) if row else 0


async def sample(
    tx: Tx, table: str, column: str, after: UUID | None, limit: int
) -> list[tuple[UUID, Any]]:
    """Return records by id: the id and the value of a column."""
    text: LiteralString = (
        "SELECT id, {source} FROM {table} WHERE (%(after)s::uuid IS NULL OR id > %(after)s)"
        " ORDER BY id LIMIT %(n)s"
    )
    given = {"after": after, "n": limit}
    return [(r[0], r[1]) for r in await tx.rows(_over(text, tx, table, column, ""), given)]


async def held(
    tx: Tx, table: str, column: str, after: UUID | None, limit: int
) -> list[tuple[UUID, Any]]:
    """Return records by id as `sample` does, held against writers until commit."""
    text: LiteralString = (
        "SELECT id, {source} FROM {table} WHERE (%(after)s::uuid IS NULL OR id > %(after)s)"
        " ORDER BY id LIMIT %(n)s FOR NO KEY UPDATE"
    )
    given = {"after": after, "n": limit}
    return [(r[0], r[1]) for r in await tx.rows(_over(text, tx, table, column, ""), given)]


async def held_among(
    tx: Tx, table: str, column: str, records: Sequence[UUID]
) -> list[tuple[UUID, Any]]:
    """Return these records: the id and the value of a column, held against writers."""
    text: LiteralString = (
        "SELECT id, {source} FROM {table} WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"
    )
    rows = await tx.rows(_over(text, tx, table, column, ""), [list(records)])
    return [(row[0], row[1]) for row in rows]


async def put_values(
    tx: Tx, table: str, column: tuple[str, str], values: Sequence[tuple[UUID, Any]]
) -> None:
    """Write stored values into a column, given as name and PostgreSQL type; versions stay."""
    name, sql_type = column
    rows = [{"id": str(record), "v": value} for record, value in values]
    text = sql.SQL(
        "UPDATE {table} t SET {column} = x.v"
        " FROM jsonb_to_recordset(%s::jsonb) AS x(id uuid, v {type})"
        " WHERE t.id = x.id AND t.{column} IS DISTINCT FROM x.v"
    ).format(
        table=sql.Identifier(tx.schema, table),
        column=sql.Identifier(name),
        type=sql.SQL(_TYPES[sql_type]),
    )
    try:
        await tx.execute(text, [orjson.dumps(rows).decode()])
    except psycopg.errors.UniqueViolation as error:
        raise duplicates([str(error.diag.message_detail or "")]) from error


_TYPES: dict[str, LiteralString] = {
    "text": "text", "numeric": "numeric", "bigint": "bigint", "boolean": "boolean", "date": "date",
    "timestamptz": "timestamptz", "uuid": "uuid", "uuid[]": "uuid[]", "text[]": "text[]",
}  # fmt: skip


def _over(text: LiteralString, tx: Tx, table: str, source: str, target: str) -> sql.Composed:
    return sql.SQL(text).format(
        schema=sql.Identifier(tx.schema),
        table=sql.Identifier(tx.schema, table),
        source=sql.Identifier(source or "id"),
        target=sql.Identifier(target or "id"),
    )
