"""The only SQL over the tables object and field, and over counts of object tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """The projection of a live object definition."""

    id: str
    key: str
    version: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """The projection of a live field definition; a roll-up's column may still be unfilled."""

    id: str
    object: str
    key: str
    version: int
    body: dict[str, Any]
    filled: bool = True


def _query(text: LiteralString, tx: Tx) -> sql.Composed:
    return sql.SQL(text).format(schema=sql.Identifier(tx.schema))


async def load(tx: Tx) -> tuple[int, list[ObjectRow], list[FieldRow]]:
    """Return the catalogue version and everything not removed, of one instant."""
    query = """
      SELECT s.catalogue,
        (SELECT jsonb_agg(jsonb_build_array(o.id, o.key, o.version, o.body))
         FROM {schema}.object AS o WHERE o.removed_at IS NULL),
        (SELECT jsonb_agg(
           jsonb_build_array(f.id, f.object, f.key, f.version, f.body, g.field IS NULL))
         FROM {schema}.field AS f LEFT JOIN {schema}.filling AS g ON g.field = f.id
         WHERE f.removed_at IS NULL)
      FROM {schema}.state AS s"""
    row = await tx.row(_query(query, tx))
    assert row is not None
    objects = [ObjectRow(*o) for o in row[1] or ()]
    return row[0], objects, [FieldRow(*f) for f in row[2] or ()]


async def next_object(tx: Tx) -> str:
    """Return a fresh object id, also its table's name."""
    row = await tx.row(_query("SELECT nextval('{schema}.object_number'::regclass)", tx))
    assert row is not None
    return f"o_{row[0]}"


async def next_field(tx: Tx) -> str:
    """Return a fresh field id, also its column's name."""
    row = await tx.row(_query("SELECT nextval('{schema}.field_number')", tx))
    assert row is not None
    return f"f_{row[0]}"


async def save_object(tx: Tx, row: ObjectRow) -> None:
    """Insert or replace an object; a removed one is there again."""
    query = """
      INSERT INTO {schema}.object (id, key, version, body) VALUES (%s, %s, %s, %s)
      ON CONFLICT (id) DO UPDATE SET key = excluded.key, version = excluded.version,
        body = excluded.body, removed_at = NULL"""
    await tx.execute(_query(query, tx), (row.id, row.key, row.version, Jsonb(row.body)))


async def save_field(tx: Tx, row: FieldRow) -> None:
    """Insert or replace a field; a removed one is there again."""
    query = """
      INSERT INTO {schema}.field (id, object, key, version, body) VALUES (%s, %s, %s, %s, %s)
      ON CONFLICT (id) DO UPDATE SET key = excluded.key, version = excluded.version,
        body = excluded.body, removed_at = NULL"""
    values = (row.id, row.object, row.key, row.version, Jsonb(row.body))
    await tx.execute(_query(query, tx), values)


async def remove_object(tx: Tx, object_id: str) -> None:
    """Hide an object; its table stays."""
    query = "UPDATE {schema}.object SET removed_at = %s WHERE id = %s"
    await tx.execute(_query(query, tx), (tx.now, object_id))


async def remove_field(tx: Tx, field_id: str) -> None:
    """Hide a field; its column stays."""
    query = "UPDATE {schema}.field SET removed_at = %s WHERE id = %s"
    await tx.execute(_query(query, tx), (tx.now, field_id))


async def removed_object(tx: Tx, object_id: str, key: str) -> datetime | None:
    """Return when an object of this id and key was removed; None when it was not, or for good."""
    query = "SELECT removed_at FROM {schema}.object WHERE id = %s AND key = %s AND NOT dropped"
    row = await tx.row(_query(query, tx), (object_id, key))
    return row[0] if row else None


async def removed_with(tx: Tx, object_id: str, at: datetime) -> list[FieldRow]:
    """Return the fields removed together with their object."""
    query = """
      SELECT id, object, key, version, body FROM {schema}.field
      WHERE object = %s AND removed_at = %s ORDER BY id"""
    return [FieldRow(*row) for row in await tx.rows(_query(query, tx), (object_id, at))]


async def removed_field(tx: Tx, field_id: str, object_id: str, key: str) -> FieldRow | None:
    """Return a removed field of that id, object and key, while its column is still there."""
    query = """
      SELECT id, object, key, version, body FROM {schema}.field
      WHERE id = %s AND object = %s AND key = %s AND removed_at IS NOT NULL AND NOT dropped"""
    row = await tx.row(_query(query, tx), (field_id, object_id, key))
    return FieldRow(*row) if row else None


async def count_records(tx: Tx, table: str) -> int:
    """Return how many records an object has that are not deleted."""
    text: LiteralString = "SELECT count(*) FROM {schema}.{table} WHERE deleted_at IS NULL"
    row = await tx.row(_table(text, tx, table, ""))
    assert row is not None
    count: int = row[0]
    return count


async def count_filled(tx: Tx, table: str, column: str) -> int:
    """Return how many records have a value in a column."""
    text: LiteralString = "SELECT count({column}) FROM {schema}.{table} WHERE deleted_at IS NULL"
    row = await tx.row(_table(text, tx, table, column))
    assert row is not None
    count: int = row[0]
    return count


async def count_options(
    tx: Tx, table: str, column: str, options: Sequence[str], *, many: bool
) -> Mapping[str, int]:
    """Return how many records hold each of the options (a cascade's are paths), zeros left out."""
    one: LiteralString = """
      SELECT o.key, count(*) FROM {schema}.{table} AS r
      JOIN unnest(%s::text[]) AS o(key)
        ON r.{column} = o.key OR starts_with(r.{column}, o.key || '/')
      WHERE r.deleted_at IS NULL GROUP BY 1"""
    several: LiteralString = """
      SELECT o.key, count(*) FROM {schema}.{table} AS r
      JOIN unnest(%s::text[]) AS o(key) ON o.key = ANY(r.{column})
      WHERE r.deleted_at IS NULL GROUP BY 1"""
    query = _table(several if many else one, tx, table, column)
    return dict(await tx.rows(query, (list(options),)))


def _table(text: LiteralString, tx: Tx, table: str, column: str) -> sql.Composed:
    return sql.SQL(text).format(
        schema=sql.Identifier(tx.schema),
        table=sql.Identifier(table),
        column=sql.Identifier(column or "id"),
    )


async def has_rows(tx: Tx, table: str) -> bool:
    """Say whether a table has any row, deleted ones among them."""
    text: LiteralString = "SELECT 1 FROM {schema}.{table} LIMIT 1"
    return await tx.row(_table(text, tx, table, "")) is not None


async def start_filling(tx: Tx, fields: Sequence[str]) -> None:
    """Note that the columns of these roll-ups have to be filled from the beginning."""
    query = """
      INSERT INTO {schema}.filling (field) SELECT unnest(%s::text[])
      ON CONFLICT (field) DO UPDATE SET cursor = NULL"""
    await tx.execute(_query(query, tx), (list(fields),))


async def filling(tx: Tx) -> dict[str, UUID | None]:
    """Return the roll-ups whose columns are not filled, each with the last parent that is."""
    return dict(await tx.rows(_query("SELECT field, cursor FROM {schema}.filling", tx)))


async def advance_filling(tx: Tx, field_id: str, cursor: UUID) -> None:
    """Note up to which parent a roll-up is filled."""
    query = "UPDATE {schema}.filling SET cursor = %s WHERE field = %s"
    await tx.execute(_query(query, tx), (cursor, field_id))


async def leave_filling(tx: Tx, field_id: str) -> None:
    """Forget that a roll-up has to be filled."""
    await tx.execute(_query("DELETE FROM {schema}.filling WHERE field = %s", tx), (field_id,))
