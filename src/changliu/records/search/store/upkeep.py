"""Keeping keys true: with every write (step 11), and of records that were there before."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql

from changliu.kit.db import Tx
from changliu.records.search.store.keys import FIELD, keyed_rows
from changliu.schema.model import Catalogue, Object
from changliu.schema.searching import searchable_fields

# Sorts before every id there is.
BEGINNING = UUID(int=0)
_UPSERT = (
    " ON CONFLICT (record) DO UPDATE SET object = excluded.object,"
    " spelled = excluded.spelled, keys = excluded.keys"
)


def key_rows(catalogue: Catalogue, target: Object, op: str) -> str | None:
    """Body of step 11: the keys of what was written; None where nothing is found by.

    Records in the trash have none.
    """
    fields, table = searchable_fields(target), quoted(catalogue.schema, "search_key")
    if not fields:
        return None
    if op == "delete":
        return f"DELETE FROM {table} s USING written w WHERE s.record = w.id"
    changed = ""
    if op == "update":
        sides = [", ".join(quoted(a, f.column or "") for f in fields) for a in ("n", "o")]
        changed = f" JOIN old o ON o.id = w.id AND ({sides[0]}) IS DISTINCT FROM ({sides[1]})"
    return (
        f"{_insert(table, target)} FROM written w JOIN good n ON n.id = w.id{changed}"
        f" CROSS JOIN LATERAL ({keyed_rows(fields, 'n')}) k{_UPSERT}"
    )


def quoted(*names: str) -> str:
    """Return a quoted, dotted identifier."""
    return sql.Identifier(*names).as_string()


def _insert(table: str, target: Object) -> str:
    # Blank records keep a row: an update then has one to write.
    return (
        f"INSERT INTO {table} (record, object, spelled, keys)"
        f" SELECT n.id, {sql.Literal(target.id).as_string()}, coalesce(k.spelled, ''),"
        " coalesce(k.keys, '')"
    )


async def shapes(tx: Tx) -> dict[str, tuple[dict[str, str], UUID | None, bool]]:
    """Return of what each object's keys are made: shape, last record filled, whether all are."""
    query = sql.SQL("SELECT object, shape, cursor, filled FROM {schema}.search_shape").format(
        schema=sql.Identifier(tx.schema)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in await tx.rows(query)}


async def note(
    tx: Tx, object_id: str, shape: dict[str, str], cursor: UUID | None, *, filled: bool
) -> None:
    """Write down of what an object's keys are made, and how far."""
    query = sql.SQL(
        "INSERT INTO {schema}.search_shape (object, shape, cursor, filled)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT (object) DO UPDATE SET shape = excluded.shape,"
        " cursor = excluded.cursor, filled = excluded.filled"
    ).format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, [object_id, orjson.dumps(shape).decode(), cursor, filled])


async def fill(tx: Tx, catalogue: Catalogue, target: Object, after: UUID | None, limit: int) -> Any:
    """Make the keys of the next records in id order; return the last one's id, None at the end.

    The records are held meanwhile: whoever writes them makes newer keys afterwards.
    """
    rows, table = quoted(catalogue.schema, target.table), quoted(catalogue.schema, "search_key")
    fields = searchable_fields(target)
    query = (
        f"WITH held AS MATERIALIZED (SELECT * FROM {rows} r WHERE r.id > $1::uuid"
        " ORDER BY r.id LIMIT $2 FOR SHARE),"
        f" made AS ({_insert(table, target)} FROM held n"
        f" CROSS JOIN LATERAL ({keyed_rows(fields, 'n')}) k WHERE n.deleted_at IS NULL{_UPSERT})"
        " SELECT id FROM held ORDER BY id"
    )
    held = await tx.raw(query, [after or BEGINNING, limit])
    return held[-1][0] if len(held) == limit else None


async def lacks(tx: Tx, catalogue: Catalogue, target: Object, added: Sequence[str]) -> bool:
    """Say whether a record has a value in one of these fields that its keys do not know."""
    rows, table = quoted(catalogue.schema, target.table), quoted(catalogue.schema, "search_key")
    conditions = [
        f"(r.{quoted(f.column or '')} <> '' AND coalesce(position($1 || '{f.id}' || $2"
        " IN s.spelled), 0) = 0)"
        for f in searchable_fields(target)
        if f.id in added
    ]
    query = (
        f"SELECT EXISTS (SELECT FROM {rows} r LEFT JOIN {table} s ON s.record = r.id"
        f" WHERE r.deleted_at IS NULL AND ({' OR '.join(conditions)}))"
    )
    found = await tx.raw(query, [FIELD, "\x01"])
    return bool(found[0][0])


async def drop(tx: Tx, object_id: str, limit: int) -> bool:
    """Delete keys of an object that has none any more; say whether more are left."""
    query = sql.SQL(
        "DELETE FROM {schema}.search_key WHERE record IN"
        " (SELECT record FROM {schema}.search_key WHERE object = %s LIMIT %s)"
    ).format(schema=sql.Identifier(tx.schema))
    if await tx.execute(query, [object_id, limit]) == limit:
        return True
    gone = sql.SQL("DELETE FROM {schema}.search_shape WHERE object = %s")
    await tx.execute(gone.format(schema=sql.Identifier(tx.schema)), [object_id])
    return False
