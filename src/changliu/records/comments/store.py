"""The tables of comments."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx
from changliu.records.comments.model import Comment

_COLUMNS: LiteralString = (
    "c.id, c.object, c.record, c.reply_to, c.text, c.mentions, c.files, c.created_at,"
    " c.created_by, c.edited_at, c.deleted_at"
)
# A deleted comment keeps its place while live ones answer it.
_SHOWN: LiteralString = (
    "(c.deleted_at IS NULL OR EXISTS (SELECT FROM {schema}.comment a WHERE a.reply_to = c.id"
    " AND a.record = c.record AND a.deleted_at IS NULL))"
)
# Marks that people write phone numbers with do not hide what is looked for.
_NAMES: LiteralString = (
    "EXISTS (SELECT FROM unnest(%(texts)s::text[]) w(v)"
    " WHERE strpos(regexp_replace(t.text, '[\\s()（）+.-]+', '', 'g'), w.v) > 0)"
)


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    schema = sql.Identifier(tx.schema)
    parts = {"columns": sql.SQL(_COLUMNS), "names": sql.SQL(_NAMES)}
    shown = sql.SQL(_SHOWN).format(schema=schema)
    return sql.SQL(query).format(schema=schema, shown=shown, **parts)


def _comment(row: Sequence[Any]) -> Comment:
    head, mentions, held, rest = row[:5], tuple(row[5]), tuple(row[6]), row[7:]
    return Comment(*(*head, mentions, held, *rest))


async def insert(tx: Tx, made: Comment) -> bool:
    """Add a comment; False when its id is taken."""
    query: LiteralString = (
        "INSERT INTO {schema}.comment"
        " (id, object, record, reply_to, text, mentions, files, created_at, created_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING"
    )
    values = [
        made.id, made.object, made.record, made.reply_to, made.text, list(made.mentions),
        list(made.files), made.created_at, made.created_by,
    ]  # fmt: skip
    return await tx.execute(_in(tx, query), values) == 1


async def find(tx: Tx, comment: UUID, *, lock: bool = False) -> Comment | None:
    """Return a comment, deleted ones too."""
    query: LiteralString = "SELECT {columns} FROM {schema}.comment c WHERE c.id = %s"
    row = await tx.row(_in(tx, query + " FOR UPDATE" if lock else query), [comment])
    return _comment(row) if row else None


async def behind(
    tx: Tx,
    object_id: str,
    records: Collection[UUID],
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    with_files: bool = False,
) -> list[Comment]:
    """Return at most `limit` comments of these records, latest first, behind an (instant, id)."""
    query: LiteralString = (
        "SELECT {columns} FROM {schema}.comment c"
        " WHERE c.record = ANY(%(records)s::uuid[]) AND c.object = %(object)s AND {shown}"
        " AND (NOT %(with_files)s OR (c.files <> '{{}}' AND c.deleted_at IS NULL))"
        " AND (%(at)s::timestamptz IS NULL OR c.created_at < %(at)s::timestamptz"
        "      OR (c.created_at = %(at)s::timestamptz AND c.id > %(id)s::uuid))"
        " ORDER BY c.created_at DESC, c.id LIMIT %(n)s"
    )
    at, last = after or (None, None)
    given = {"records": list(records), "object": object_id, "at": at, "id": last, "n": limit,
             "with_files": with_files}  # fmt: skip
    return [_comment(row) for row in await tx.rows(_in(tx, query), given)]


async def rewrite(tx: Tx, was: Comment, now: Comment) -> None:
    """Put another text, mentions and files in the place of a comment's, keeping what was said."""
    keep: LiteralString = (
        "INSERT INTO {schema}.comment_version (comment, version, text, files, until)"
        " SELECT %s, count(*) + 1, %s, %s, %s FROM {schema}.comment_version WHERE comment = %s"
    )
    await tx.execute(_in(tx, keep), [was.id, was.text, list(was.files), tx.now, was.id])
    query: LiteralString = (
        "UPDATE {schema}.comment SET text = %s, mentions = %s, files = %s, edited_at = %s"
        " WHERE id = %s"
    )
    given = [now.text, list(now.mentions), list(now.files), tx.now, now.id]
    await tx.execute(_in(tx, query), given)


async def delete(tx: Tx, comment: UUID, by: UUID) -> None:
    """Take a comment away from everybody but the audit."""
    query: LiteralString = (
        "UPDATE {schema}.comment SET deleted_at = %s, deleted_by = %s WHERE id = %s"
    )
    await tx.execute(_in(tx, query), [tx.now, by, comment])


async def versions(tx: Tx, comment: UUID) -> list[dict[str, Any]]:
    """Return `{version, text, files, until}` of what a comment said before, first one first."""
    query: LiteralString = (
        "SELECT version, text, files, until FROM {schema}.comment_version"
        " WHERE comment = %s ORDER BY version"
    )
    return await tx.dicts(_in(tx, query), [comment])


async def holding(tx: Tx, files: Collection[UUID]) -> list[tuple[UUID, str, UUID]]:
    """Return (file, object id, record) of live comments that hold these files."""
    query: LiteralString = (
        "SELECT f.id, c.object, c.record FROM {schema}.comment c"
        " CROSS JOIN LATERAL unnest(c.files) AS f(id)"
        " WHERE c.files && %(files)s::uuid[] AND f.id = ANY(%(files)s::uuid[])"
        " AND c.deleted_at IS NULL"
    )
    return await tx.rows(_in(tx, query), {"files": list(files)})


async def blank(tx: Tx, texts: Sequence[str], instead: str) -> list[UUID]:
    """Blank every comment and version that holds one of these (loose) texts; return its files."""
    given = {"texts": list(texts), "instead": instead}
    comments: LiteralString = (
        "WITH named AS (SELECT t.id, t.files FROM {schema}.comment t WHERE {names}),"
        " done AS (UPDATE {schema}.comment c SET text = %(instead)s, files = '{{}}'"
        " FROM named n WHERE c.id = n.id)"
        " SELECT DISTINCT unnest(files) FROM named"
    )
    earlier: LiteralString = (
        "WITH named AS (SELECT t.comment, t.version, t.files FROM {schema}.comment_version t"
        " WHERE {names}),"
        " done AS (UPDATE {schema}.comment_version c SET text = %(instead)s, files = '{{}}'"
        " FROM named n WHERE c.comment = n.comment AND c.version = n.version)"
        " SELECT DISTINCT unnest(files) FROM named"
    )
    rows = [*await tx.rows(_in(tx, comments), given), *await tx.rows(_in(tx, earlier), given)]
    return sorted({row[0] for row in rows})
