"""Roll-ups over parents in batches, by id: compared as they stand, or worked out anew."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from changliu.kit.db import Tx
from changliu.records.changeset.store.rollup import anew
from changliu.records.changeset.store.text import quote, table_of
from changliu.schema.model import Catalogue, Rollup

# Sorts before every id there is.
BEGINNING = UUID(int=0)


async def next_parents(
    tx: Tx, catalogue: Catalogue, rollup: Rollup, after: UUID | None, limit: int
) -> list[UUID]:
    """Return the next parents in id order, those in the trash among them."""
    rows = table_of(catalogue, catalogue.by_id[rollup.parent])
    query = f"SELECT p.id FROM {rows} p WHERE p.id > $1::uuid ORDER BY p.id LIMIT $2"
    return [row[0] for row in await tx.raw(query, [after or BEGINNING, limit])]


async def drifted(
    tx: Tx, catalogue: Catalogue, rollup: Rollup, parents: Sequence[UUID]
) -> list[UUID]:
    """Return which of these parents hold something else than their children make."""
    rows = table_of(catalogue, catalogue.by_id[rollup.parent])
    true = anew(catalogue, rollup, "p", _timezone(tx))
    query = (
        f"SELECT p.id FROM {rows} p WHERE p.id = ANY($1::uuid[])"
        f" AND p.{quote(rollup.column)} IS DISTINCT FROM {true} ORDER BY p.id"
    )
    return [row[0] for row in await tx.raw(_numbered(query), [list(parents)])]


async def make_true(
    tx: Tx, catalogue: Catalogue, rollup: Rollup, parents: Sequence[UUID]
) -> list[UUID]:
    """Lock these parents and work the roll-up out anew; return those that held something else.

    Two statements: the second sees what writers did for whom the first one waited.
    """
    rows = table_of(catalogue, catalogue.by_id[rollup.parent])
    lock = f"SELECT p.id FROM {rows} p WHERE p.id = ANY($1::uuid[]) ORDER BY p.id FOR NO KEY UPDATE"
    await tx.raw(lock, [list(parents)])
    column, true = quote(rollup.column), anew(catalogue, rollup, "q", _timezone(tx))
    query = (
        f"UPDATE {rows} p SET {column} = s.value"
        f" FROM (SELECT q.id, {true} AS value FROM {rows} q WHERE q.id = ANY($1::uuid[])) s"
        f" WHERE p.id = s.id AND p.{column} IS DISTINCT FROM s.value RETURNING p.id"
    )
    return [row[0] for row in await tx.raw(_numbered(query), [list(parents)])]


def _timezone(tx: Tx) -> str:
    assert tx.workspace is not None
    return tx.workspace.timezone


def _numbered(query: str) -> str:
    """Text in `$n` style: what a formula wrote for psycopg's own style has its % doubled."""
    return query.replace("%%", "%")


async def note_drift(tx: Tx, drift: tuple[str, str, int]) -> None:
    """Keep what was found wrong and put right: object, field, number of records."""
    query = (
        f"INSERT INTO {quote(tx.schema)}.rollup_drift (at, object, field, records)"
        " VALUES ($1, $2, $3, $4)"
    )
    await tx.raw(query, [tx.now, *drift])


async def put_right(tx: Tx, since: datetime) -> int:
    """Return how many wrong values were put right since an instant."""
    query = (
        f"SELECT coalesce(sum(records), 0)::bigint FROM {quote(tx.schema)}.rollup_drift"
        " WHERE at >= $1"
    )
    return int((await tx.raw(query, [since]))[0][0])
