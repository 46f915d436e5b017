"""Imports that came over HTTP: the file, the mapping as it stands, what a trial found."""

from dataclasses import fields
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.transfer.model import Counts, Import, RowFault
from changliu.transfer.store.progress import fault_of_row

_NAMES = tuple(each.name for each in fields(Import))
_COLUMNS = ", ".join(_NAMES)


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema), columns=sql.SQL(_COLUMNS))


def _import(row: tuple[Any, ...]) -> Import:
    values = dict(zip(_NAMES, row, strict=True))
    return Import(**{**values, "counts": Counts(**values["counts"])})


async def insert(tx: Tx, made: Import, digest: str) -> None:
    """Add an import that waits for its mapping."""
    query = (
        "INSERT INTO {schema}.import_job (id, object, file, digest, settings, mapping, member,"
        " state, sweep, place, counts, started_at, changed_at, upload, described, body, guesses)"
        " VALUES (%s, %s, %s, %s, '', '{{}}', %s, %s, 1, 0, %s, %s, %s, %s, %s, %s, %s)"
    )
    values = [
        made.id, made.object, made.file, digest, made.member, made.state,
        Jsonb(made.counts.as_json()), tx.now, tx.now, made.upload,
        Jsonb(made.described), Jsonb(made.body), Jsonb(made.guesses),
    ]  # fmt: skip
    await tx.execute(_in(tx, query), values)


async def find(tx: Tx, import_id: UUID, *, lock: bool = False) -> Import | None:
    """Return an import that came over HTTP; locked, nobody else changes it meanwhile."""
    query = "SELECT {columns} FROM {schema}.import_job WHERE id = %s AND upload IS NOT NULL"
    held = sql.SQL(" FOR UPDATE") if lock else sql.SQL("")
    row = await tx.row(_in(tx, query) + held, [import_id])
    return _import(row) if row else None


async def newest(
    tx: Tx, member: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Import]:
    """Return a member's imports, newest first, those of the command line left out."""
    query = (
        "SELECT {columns} FROM {schema}.import_job WHERE member = %(member)s AND upload IS NOT NULL"
        " AND (%(at)s::timestamptz IS NULL OR (started_at, id) < (%(at)s, %(id)s))"
        " ORDER BY started_at DESC, id DESC LIMIT %(limit)s"
    )
    at, last = before or (None, None)
    values = {"member": member, "at": at, "id": last, "limit": limit}
    return [_import(row) for row in await tx.rows(_in(tx, query), values)]


async def count_open(tx: Tx, member: UUID) -> int:
    """Return how many imports of a member have not ended."""
    query = (
        "SELECT count(*) FROM {schema}.import_job WHERE member = %s AND upload IS NOT NULL"
        " AND state IN ('draft', 'running')"
    )
    row = await tx.row(_in(tx, query), [member])
    return int(row[0]) if row else 0


async def set_mapping(
    tx: Tx,
    import_id: UUID,
    body: dict[str, Any],
    described: dict[str, Any],
    guesses: list[dict[str, Any]] | None = None,
) -> int:
    """Replace the mapping of a draft and return its revision; what a trial found is forgotten.

    `guesses` None: they stay.
    """
    query = (
        "UPDATE {schema}.import_job SET body = %s, described = %s, revision = revision + 1,"
        " guesses = coalesce(%s, guesses),"
        " preview = NULL, state = 'draft', failure = NULL, changed_at = %s WHERE id = %s"
        " RETURNING revision"
    )
    anew = None if guesses is None else Jsonb(guesses)
    row = await tx.row(_in(tx, query), [Jsonb(body), Jsonb(described), anew, tx.now, import_id])
    assert row is not None
    return int(row[0])


async def set_preview(tx: Tx, import_id: UUID, revision: int, preview: dict[str, Any]) -> bool:
    """Keep what a trial found so far; False when the mapping has changed meanwhile."""
    query = (
        "UPDATE {schema}.import_job SET preview = %s, changed_at = %s"
        " WHERE id = %s AND revision = %s AND state = 'draft'"
    )
    return await tx.execute(_in(tx, query), [Jsonb(preview), tx.now, import_id, revision]) == 1


async def begin(
    tx: Tx, import_id: UUID, mapping: dict[str, Any], settings: str, *, quiet: bool
) -> None:
    """Set an import going; one that failed goes on where it stopped."""
    query = (
        "UPDATE {schema}.import_job SET state = 'running', mapping = %s, settings = %s, quiet = %s,"
        " failure = NULL, changed_at = %s WHERE id = %s"
    )
    await tx.execute(_in(tx, query), [Jsonb(mapping), settings, quiet, tx.now, import_id])


async def fail(tx: Tx, import_id: UUID, failure: dict[str, Any]) -> None:
    """Stop a running import with a reason; it may be set going again."""
    query = (
        "UPDATE {schema}.import_job SET state = 'failed', failure = %s, changed_at = %s"
        " WHERE id = %s AND state = 'running'"
    )
    await tx.execute(_in(tx, query), [Jsonb(failure), tx.now, import_id])


async def forgotten(tx: Tx, before: datetime | None, limit: int) -> list[UUID]:
    """Close drafts nobody has touched since `before` (None: all) and return their ids."""
    query = (
        "UPDATE {schema}.import_job SET state = 'cancelled', changed_at = %s WHERE id IN ("
        "SELECT id FROM {schema}.import_job WHERE state IN ('draft', 'failed')"
        " AND upload IS NOT NULL AND changed_at < coalesce(%s::timestamptz, 'infinity')"
        " LIMIT %s FOR UPDATE SKIP LOCKED)"
        " RETURNING id"
    )
    return [row[0] for row in await tx.rows(_in(tx, query), [tx.now, before, limit])]


async def release(tx: Tx, import_id: UUID) -> UUID | None:
    """Let go of what an import held of its file, samples too; return the file to be erased."""
    query = (
        "UPDATE {schema}.import_job j"
        " SET described = j.described - '{{samples,top,words,totals}}'::text[], preview = NULL"
        " FROM {schema}.file f WHERE j.id = %s AND f.id = j.upload RETURNING f.id"
    )
    row = await tx.row(_in(tx, query), [import_id])
    return row[0] if row else None


async def remove(tx: Tx, target: str, before: datetime) -> list[UUID]:
    """Forget imports into an object with their refused rows and mappings; return their files."""
    mappings: LiteralString = (
        "DELETE FROM {schema}.import_mapping WHERE object = %s AND changed_at < %s"
    )
    await tx.execute(_in(tx, mappings), [target, before])
    query: LiteralString = (
        "DELETE FROM {schema}.import_job WHERE object = %s AND started_at < %s RETURNING upload"
    )
    rows = await tx.rows(_in(tx, query), [target, before])
    return [row[0] for row in rows if row[0] is not None]


async def page_of_faults(
    tx: Tx, import_id: UUID, after: tuple[int, int], limit: int
) -> list[tuple[int, RowFault]]:
    """Return refused rows behind (row, sweep), in the order of the file, each with its sweep."""
    query = (
        "SELECT row, sweep, line, cells, faults FROM {schema}.import_fault"
        " WHERE import = %s AND (row, sweep) > (%s, %s) ORDER BY row, sweep LIMIT %s"
    )
    rows = await tx.rows(_in(tx, query), [import_id, *after, limit])
    return [(row[1], fault_of_row(row)) for row in rows]


async def remembered(tx: Tx, target: str, header: str) -> dict[str, Any] | None:
    """Return the mapping last used for a header of an object."""
    query = "SELECT body FROM {schema}.import_mapping WHERE object = %s AND header = %s"
    row = await tx.row(_in(tx, query), [target, header])
    return row[0] if row else None


async def remember(tx: Tx, made: Import, header: str) -> None:
    """Keep a mapping for the next file of the same header."""
    query = (
        "INSERT INTO {schema}.import_mapping (object, header, body, member, changed_at)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (object, header) DO UPDATE"
        " SET body = excluded.body, member = excluded.member, changed_at = excluded.changed_at"
    )
    values = [made.object, header, Jsonb(made.body), made.member, tx.now]
    await tx.execute(_in(tx, query), values)
