"""SQL of erasing: what only the eraser may delete, and records in the trash."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.fields.model import Field
from changliu.kit.copies import Copy
from changliu.kit.db import Tx
from changliu.schema.lines import parent_id, position_id
from changliu.schema.model import Object

# Digests of what was there, as any personal change; their clear values are not kept at all.
TRASHED = """
WITH old AS (
  SELECT * FROM {rows} WHERE id = %(record)s AND deleted_at IS NOT NULL FOR UPDATE
), done AS (
  UPDATE {rows} t SET version = t.version + 1, updated_at = %(now)s, updated_by = %(me)s, {sets}
    FROM old o WHERE t.id = o.id RETURNING t.version
)
INSERT INTO {history}
       (changeset, object, record, version, op, at, actor, via, diff, definitions)
SELECT %(changeset)s, %(object)s, %(record)s, d.version, 'update', %(now)s, %(me)s, 'erase',
       coalesce((SELECT jsonb_object_agg(v.field, jsonb_build_object('o', jsonb_build_object('h',
                   encode(sha256(convert_to(gen_random_uuid()::text || v.value::text, 'UTF8')),
                          'hex'))))
          FROM old o, LATERAL (VALUES {values}) v(field, value) WHERE v.value IS NOT NULL), '{{}}'),
       jsonb_build_object('catalogue', %(catalogue)s::integer)
  FROM done d
RETURNING version
"""


# Answers kept for a key that belong to the record, or that tell one of its values.
TOLD = """
SELECT c.id, c.answer FROM {schema}.changeset c
 WHERE c.answer IS NOT NULL AND c.reverts IS NULL
   AND (c.id IN (SELECT h.changeset FROM {schema}.history h WHERE h.record = ANY(%(records)s))
        OR EXISTS (SELECT 1 FROM unnest(%(records)s) r(id)
                    WHERE c.answer @> jsonb_build_array(jsonb_build_object('of', r.id)))
        OR EXISTS (SELECT 1 FROM unnest(%(texts)s::text[]) w(v)
                    WHERE strpos(c.answer::text, w.v) > 0))
"""


@asynccontextmanager
async def as_eraser(tx: Tx) -> AsyncIterator[None]:
    """Leave the workspace's role, which may not touch what was, for a few statements."""
    await tx.execute("SELECT set_config('role', 'none', true)")
    yield
    await tx.execute("SELECT set_config('role', %s, true)", [tx.schema])


async def delete_clear_values(tx: Tx, records: Sequence[UUID]) -> int:
    """Delete what history keeps of records' personal values; returns how many changes lost them.

    For this statement the connection leaves the workspace's role, which may not.
    """
    text = sql.SQL("DELETE FROM {schema}.history_personal WHERE record = ANY(%s)")
    async with as_eraser(tx):
        return await tx.execute(text.format(schema=sql.Identifier(tx.schema)), [list(records)])


async def current_values(
    tx: Tx, target: Object, record: UUID, fields: Sequence[Field]
) -> dict[str, Any]:
    """Return what fields of a record hold, in the trash or outside it, by field id."""
    if not fields:
        return {}
    pairs = sql.SQL(", ").join(
        sql.SQL("{id}, to_jsonb({column})").format(
            id=sql.Literal(field.id), column=sql.Identifier(field.column or "")
        )
        for field in fields
    )
    rows = sql.Identifier(tx.schema, target.table)
    text = sql.SQL("SELECT jsonb_build_object({pairs}) FROM {rows} WHERE id = %s")
    row = await tx.row(text.format(pairs=pairs, rows=rows), [record])
    return dict(row[0]) if row else {}


async def earlier_values(tx: Tx, records: Sequence[UUID]) -> list[tuple[str, Any]]:
    """Return what history keeps of records' personal values: field id and value, each once."""
    text = sql.SQL(
        "SELECT DISTINCT p.field, x.v FROM {schema}.history_personal p"
        " CROSS JOIN LATERAL (VALUES (p.old), (p.new)) AS x(v)"
        " WHERE p.record = ANY(%s) AND x.v IS NOT NULL"
    )
    return await tx.rows(text.format(schema=sql.Identifier(tx.schema)), [list(records)])


async def told_answers(
    tx: Tx, records: Sequence[UUID], texts: Sequence[str]
) -> list[tuple[UUID, Any]]:
    """Return id and answer of changesets kept for a key that may tell these records' values."""
    inside = [orjson.dumps(text).decode()[1:-1] for text in texts]
    query = sql.SQL(TOLD).format(schema=sql.Identifier(tx.schema))
    return await tx.rows(query, {"records": list(records), "texts": inside})


async def replace_answers(tx: Tx, answers: Sequence[tuple[UUID, Any]]) -> None:
    """Put other answers in the place of kept ones."""
    text = sql.SQL(
        "UPDATE {schema}.changeset c SET answer = x.answer"
        " FROM jsonb_to_recordset(%s::jsonb) AS x(id uuid, answer jsonb) WHERE c.id = x.id"
    ).format(schema=sql.Identifier(tx.schema))
    sent = [{"id": str(made), "answer": answer} for made, answer in answers]
    async with as_eraser(tx):
        await tx.execute(text, [orjson.dumps(sent).decode()])


async def lines_of(tx: Tx, line: Object, records: Sequence[UUID]) -> list[tuple[UUID, bool]]:
    """Return the lines these records have or had: id, whether it lies in the trash."""
    text = sql.SQL(
        "SELECT id, deleted_at IS NOT NULL FROM {rows} WHERE {above} = ANY(%s) ORDER BY {place}, id"
    ).format(
        rows=sql.Identifier(tx.schema, line.table),
        above=sql.Identifier(parent_id(line.id)), place=sql.Identifier(position_id(line.id)),
    )  # fmt: skip
    return await tx.rows(text, [list(records)])


async def hold(tx: Tx, target: Object, record: UUID) -> bool:
    """Hold a record until the transaction ends; say whether it lies in the trash."""
    text = sql.SQL("SELECT deleted_at IS NOT NULL FROM {rows} WHERE id = %s FOR NO KEY UPDATE")
    rows = sql.Identifier(tx.schema, target.table)
    row = await tx.row(text.format(rows=rows), [record])
    return row is not None and bool(row[0])


async def blank_trashed(
    tx: Tx,
    target: Object,
    record: UUID,
    values: Sequence[tuple[Field, Any]],
    who: tuple[UUID, UUID],
) -> int | None:
    """Put `values` into fields of a record in the trash; returns its new version.

    `who` is the changeset and the member. None when it has just left the trash.
    """
    columns = [(field.id, sql.Identifier(field.column or "")) for field, _ in values]
    sent = orjson.dumps({field.column: value for field, value in values}).decode()
    sets = sql.SQL(", ").join(
        sql.SQL("{column} = (jsonb_populate_record(NULL::{rows}, %(values)s::jsonb)).{column}")
        .format(column=column, rows=sql.Identifier(tx.schema, target.table))
        for _, column in columns
    )  # fmt: skip
    pairs = sql.SQL(", ").join(
        sql.SQL("({id}, to_jsonb(o.{column}))").format(id=sql.Literal(name), column=column)
        for name, column in columns
    )
    text = sql.SQL(TRASHED).format(
        rows=sql.Identifier(tx.schema, target.table),
        history=sql.Identifier(tx.schema, "history"), sets=sets, values=pairs,
    )  # fmt: skip
    now: datetime = tx.now
    row = await tx.row(
        text,
        {"record": record, "now": now, "me": who[1], "changeset": who[0], "object": target.id,
         "catalogue": tx.catalogue_version, "values": sent},
    )  # fmt: skip
    return int(row[0]) if row else None


async def rows_telling(tx: Tx, copy: Copy, texts: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return place and values of rows that may hold one of the (loose) texts, held until the end of
    the transaction."""
    query = sql.SQL("""
      SELECT t.ctid::text, {columns} FROM {table} t
       WHERE ({only}) AND EXISTS (SELECT 1 FROM unnest(%s::text[]) w(v)
         WHERE strpos(regexp_replace(lower(concat_ws(' ', {columns})), '[\\s()（）+.-]+', '', 'g'),
                      lower(w.v)) > 0)
         FOR UPDATE""").format(
        table=sql.Identifier(tx.schema, copy.table), only=sql.SQL(copy.only),
        columns=sql.SQL(", ").join(sql.Identifier("t", column) for column in copy.columns),
    )  # fmt: skip
    return await tx.rows(query, [list(texts)])


async def rewrite(tx: Tx, copy: Copy, place: str, values: Sequence[Any]) -> None:
    """Put other values in the place of a row that `rows_telling` holds."""
    sets = sql.SQL(", ").join(
        sql.SQL("{} = %s").format(sql.Identifier(column)) for column in copy.columns
    )
    query = sql.SQL("UPDATE {table} SET {sets} WHERE ctid = %s::tid").format(
        table=sql.Identifier(tx.schema, copy.table), sets=sets
    )
    number = len(copy.texts)
    given = [*values[:number], *(None if v is None else Jsonb(v) for v in values[number:])]
    await tx.execute(query, [*given, place])
