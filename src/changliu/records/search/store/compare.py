"""Comparing keys with the records they are of."""

from changliu.kit.db import Tx
from changliu.records.search.store.keys import keyed_rows
from changliu.records.search.store.upkeep import quoted
from changliu.schema.model import Catalogue, Object
from changliu.schema.searching import searchable_fields

# Pages are looked at until so many times the sample lies on them: some are full of old rows.
_SPARE = 4


async def count_strays(tx: Tx, catalogue: Catalogue, target: Object) -> tuple[int, int]:
    """Return how many live records have no keys, and how many keys no live record."""
    rows, table = quoted(catalogue.schema, target.table), quoted(catalogue.schema, "search_key")
    query = (
        f"SELECT (SELECT count(*) FROM {rows} r WHERE r.deleted_at IS NULL"
        f" AND NOT EXISTS (SELECT FROM {table} k WHERE k.record = r.id)),"
        f" (SELECT count(*) FROM {table} k WHERE k.object = $1 AND NOT EXISTS"
        f" (SELECT FROM {rows} r WHERE r.id = k.record AND r.deleted_at IS NULL))"
    )
    found = await tx.raw(query, [target.id])
    return int(found[0][0]), int(found[0][1])


async def compare_sample(
    tx: Tx, catalogue: Catalogue, target: Object, sample: int
) -> tuple[int, int]:
    """Return how many records were looked at, and of how many of those the keys are others."""
    rows, table = quoted(catalogue.schema, target.table), quoted(catalogue.schema, "search_key")
    sizes = await tx.raw("SELECT reltuples FROM pg_class WHERE oid = $1::regclass", [rows])
    percent = min(100.0, 100.0 * _SPARE * sample / max(1.0, float(sizes[0][0])))
    query = (
        "SELECT count(*), count(*) FILTER (WHERE s.record IS NOT NULL AND (s.spelled, s.keys)"
        " IS DISTINCT FROM (coalesce(k.spelled, ''), coalesce(k.keys, '')))"
        f" FROM (SELECT * FROM {rows} TABLESAMPLE SYSTEM ($1) WHERE deleted_at IS NULL LIMIT $2) n"
        f" CROSS JOIN LATERAL ({keyed_rows(searchable_fields(target), 'n')}) k"
        f" LEFT JOIN {table} s ON s.record = n.id"
    )
    found = await tx.raw(query, [percent, sample])
    return int(found[0][0]), int(found[0][1])


async def drop_strays(tx: Tx, catalogue: Catalogue, target: Object) -> None:
    """Delete the keys of an object that belong to no live record."""
    rows, table = quoted(catalogue.schema, target.table), quoted(catalogue.schema, "search_key")
    query = (
        f"DELETE FROM {table} k WHERE k.object = $1 AND NOT EXISTS"
        f" (SELECT FROM {rows} r WHERE r.id = k.record AND r.deleted_at IS NULL)"
    )
    await tx.raw(query, [target.id])
