"""SQL over columns that no live field reads, and over what PostgreSQL has in a workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import sql

from changliu.kit.db import Tx
from changliu.schema.ddl import sequence_name


@dataclass(frozen=True, slots=True)
class Left:
    """A column left behind by field `field` at an instant; `body` is the field's definition.

    `why`: removed, replaced, unused; derived for a roll-up that is not maintained any more.
    """

    table: str
    column: str
    field: str
    why: str
    since: datetime
    body: dict[str, Any]


def _query(text: LiteralString, tx: Tx) -> sql.Composed:
    return sql.SQL(text).format(schema=sql.Identifier(tx.schema))


async def left_columns(tx: Tx) -> list[Left]:
    """Return every column that is there and that no live field reads, oldest first."""
    query = """
      WITH gone AS (
        SELECT f.object, coalesce(f.body ->> 'column', f.id) AS col, f.id, 'removed' AS why,
               f.removed_at AS since, f.body
        FROM {schema}.field f WHERE f.removed_at IS NOT NULL AND NOT f.dropped
        UNION ALL
        SELECT r.object, CASE WHEN r.state = 'done' THEN r.source ELSE r.target END, r.field,
               CASE WHEN r.state = 'done' THEN 'replaced' ELSE 'unused' END, r.ended_at, f.body
        FROM {schema}.retype r JOIN {schema}.field f ON f.id = r.field
        WHERE r.state IN ('done', 'failed', 'cancelled')
      )
      SELECT g.object, g.col, g.id, g.why, g.since, g.body FROM gone g
      JOIN pg_attribute a ON a.attrelid = to_regclass(%s || '.' || g.object)
        AND a.attname = g.col AND NOT a.attisdropped
      WHERE NOT EXISTS (SELECT 1 FROM {schema}.field l WHERE l.removed_at IS NULL
        AND coalesce(l.body ->> 'column', l.id) = g.col)
      ORDER BY g.since, g.col"""
    return [Left(*row) for row in await tx.rows(_query(query, tx), [tx.schema])]


async def drop(tx: Tx, left: Left) -> None:
    """Drop a column for good; a removed field cannot come back with its values after that."""
    text = sql.SQL("ALTER TABLE {} DROP COLUMN IF EXISTS {}").format(
        sql.Identifier(tx.schema, left.table), sql.Identifier(left.column)
    )
    await tx.execute(text)
    # Numbers were counted for this column alone.
    sequence = sql.Identifier(tx.schema, sequence_name(left.column))
    await tx.execute(sql.SQL("DROP SEQUENCE IF EXISTS {}").format(sequence))
    if left.why == "removed":
        await tx.execute(
            _query("UPDATE {schema}.field SET dropped = TRUE WHERE id = %s", tx), [left.field]
        )


async def keep_away(tx: Tx, objects: Sequence[str]) -> None:
    """Let removed objects and their fields never come back."""
    query = (
        "UPDATE {schema}.object SET dropped = TRUE WHERE id = ANY(%s) AND removed_at IS NOT NULL"
    )
    await tx.execute(_query(query, tx), [list(objects)])
    query = """
      UPDATE {schema}.field SET dropped = TRUE WHERE object = ANY(%s) AND removed_at IS NOT NULL"""
    await tx.execute(_query(query, tx), [list(objects)])


async def drop_table(tx: Tx, object_id: str) -> None:
    """Drop the table of an object that cannot come back, with what counts and fills its fields."""
    query = """
      SELECT f.id, coalesce(f.body ->> 'column', f.id) FROM {schema}.field f
      JOIN {schema}.object o ON o.id = f.object AND o.dropped WHERE o.id = %s"""
    fields = await tx.rows(_query(query, tx), [object_id])
    ids = [name for row in fields for name in row]
    for name in sorted(set(ids)):
        sequence = sql.Identifier(tx.schema, sequence_name(name))
        await tx.execute(sql.SQL("DROP SEQUENCE IF EXISTS {}").format(sequence))
    table = sql.Identifier(tx.schema, object_id)
    await tx.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    for about in ("number_counter", "filling", "retype"):
        gone = sql.SQL("DELETE FROM {} WHERE field = ANY(%s)")
        await tx.execute(gone.format(sql.Identifier(tx.schema, about)), [ids])
    await tx.execute(_query("DELETE FROM {schema}.asked_index WHERE object = %s", tx), [object_id])


async def blank(tx: Tx, left: Left, texts: Sequence[str]) -> int:
    """Blank a column where its value, as text, is one of these; returns how many it was."""
    text = sql.SQL("UPDATE {table} SET {column} = NULL WHERE {column}::text = ANY(%s::text[])")
    where = {
        "table": sql.Identifier(tx.schema, left.table),
        "column": sql.Identifier(left.column),
    }
    return await tx.execute(text.format(**where), [list(texts)])


async def physical(tx: Tx) -> dict[str, set[str]]:
    """Return the tables of objects that are there with their fields' columns."""
    query = """
      SELECT c.relname, array_agg(a.attname::text) FILTER (WHERE a.attname ~ '^f_[0-9]+(_[a-z]+)?$')
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
      WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r' AND c.relname ~ '^o_[0-9]+$'
      GROUP BY 1"""
    return {row[0]: set(row[1] or ()) for row in await tx.rows(query, [tx.schema])}


async def sequences(tx: Tx) -> set[str]:
    """Return the sequences that number fields."""
    query = """
      SELECT c.relname FROM pg_class c
      WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'S' AND c.relname ~ '^s_[0-9]+$'"""
    return {row[0] for row in await tx.rows(query, [tx.schema])}


async def objects(tx: Tx) -> set[str]:
    """Return the ids of all objects ever made, removed ones too: their tables stay."""
    return {row[0] for row in await tx.rows(_query("SELECT id FROM {schema}.object", tx))}


async def going(tx: Tx) -> set[str]:
    """Return the ids of objects whose tables go for good, or have gone."""
    return {
        row[0] for row in await tx.rows(_query("SELECT id FROM {schema}.object WHERE dropped", tx))
    }


async def filling(tx: Tx) -> set[str]:
    """Return the columns that changes of type are filling just now."""
    query = "SELECT target FROM {schema}.retype WHERE state IN ('fill', 'follow')"
    return {row[0] for row in await tx.rows(_query(query, tx))}


async def invalid_indexes(tx: Tx) -> list[str]:
    """Return the indexes whose building was cut off."""
    query = """
      SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
      WHERE i.relnamespace = to_regnamespace(%s) AND NOT x.indisvalid ORDER BY 1"""
    return [row[0] for row in await tx.rows(query, [tx.schema])]
