"""The table of files."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from changliu.files.model import File, Stored
from changliu.kit.db import Tx

_COLUMNS = "id, sha256, size, type, name"


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema), columns=sql.SQL(_COLUMNS))


async def lock_content(tx: Tx, digests: Collection[str]) -> None:
    """Let only one transaction at a time put content of these digests in place or remove it."""
    for digest in sorted(digests):
        query = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))"
        await tx.execute(query, [f"{tx.schema}:{digest}"])


async def sample(tx: Tx, count: int) -> list[str]:
    """Return digests of `count` files at random."""
    query = "SELECT sha256 FROM {schema}.file ORDER BY random() LIMIT %s"
    return [row[0] for row in await tx.rows(_in(tx, query), [count])]


async def may_remove(tx: Tx) -> bool:
    """Keep a backup from beginning until this transaction ends; False while one is under way."""
    query = "SELECT pg_try_advisory_xact_lock_shared(hashtextextended(%s, 2))"
    return await tx.row(query, [tx.schema]) == (True,)


async def insert(tx: Tx, file: File, uploaded_by: UUID) -> None:
    """Add a file; uploaded now, held by no record yet."""
    query = (
        "INSERT INTO {schema}.file ({columns}, uploaded_by, uploaded_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)"
    )
    values = [file.id, file.sha256, file.size, file.type, file.name, uploaded_by, tx.now]
    await tx.execute(_in(tx, query), values)


async def find(tx: Tx, file: UUID) -> Stored | None:
    """Return a file with what decides who reads it."""
    query = (
        "SELECT {columns}, uploaded_by, attached_at IS NOT NULL FROM {schema}.file WHERE id = %s"
    )
    row = await tx.row(_in(tx, query), [file])
    return Stored(File(*row[:5]), row[5], row[6]) if row else None


async def files_by_id(tx: Tx, ids: Collection[UUID]) -> dict[UUID, File]:
    """Return those of the files that exist."""
    query = "SELECT {columns} FROM {schema}.file WHERE id = ANY(%s::uuid[])"
    return {row[0]: File(*row) for row in await tx.rows(_in(tx, query), [list(ids)])}


async def hold(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the uploaders of those files that exist; a sweep waits for this transaction."""
    query = (
        "SELECT id, uploaded_by FROM {schema}.file WHERE id = ANY(%s::uuid[])"
        " ORDER BY id FOR KEY SHARE"
    )
    return {row[0]: row[1] for row in await tx.rows(_in(tx, query), [list(ids)])}


async def mark_attached(tx: Tx, ids: Sequence[UUID]) -> None:
    """Write down that records hold these files from now on."""
    query = (
        "UPDATE {schema}.file f SET attached_at = %s FROM (SELECT id FROM {schema}.file"
        " WHERE id = ANY(%s::uuid[]) AND attached_at IS NULL ORDER BY id FOR NO KEY UPDATE) held"
        " WHERE f.id = held.id"
    )
    await tx.execute(_in(tx, query), [tx.now, list(ids)])


async def delete_unattached(tx: Tx, before: datetime, limit: int) -> list[str]:
    """Delete uploads older than `before` that no record has ever held; return their digests."""
    query = (
        "DELETE FROM {schema}.file WHERE attached_at IS NULL AND id IN (SELECT id"
        " FROM {schema}.file WHERE attached_at IS NULL AND uploaded_at < %s ORDER BY uploaded_at"
        " LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING sha256"
    )
    return [row[0] for row in await tx.rows(_in(tx, query), [before, limit])]


async def delete(tx: Tx, ids: Sequence[UUID]) -> list[str]:
    """Delete files; return the digests of those there were."""
    query = "DELETE FROM {schema}.file WHERE id = ANY(%s::uuid[]) RETURNING sha256"
    return sorted({row[0] for row in await tx.rows(_in(tx, query), [list(ids)])})


async def still_named(tx: Tx, digests: Collection[str]) -> set[str]:
    """Return those digests that some file still has."""
    query = "SELECT DISTINCT sha256 FROM {schema}.file WHERE sha256 = ANY(%s)"
    return {row[0] for row in await tx.rows(_in(tx, query), [list(digests)])}
