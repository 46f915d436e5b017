"""The only SQL over definition, definition_use and definition_audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.definitions.model import Definition, Use, UseRow, body_hash
from changliu.kit.db import Row, Tx

_COLUMNS: LiteralString = "kind, key, version, body, state, author, at, base_hash, comment"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit: `summary` holds sentences by language."""

    seq: int
    at: Any
    author: UUID
    kind: str
    key: str
    version: int
    action: str
    summary: dict[str, list[str]]
    comment: str | None


def _query(text: LiteralString, tx: Tx) -> sql.Composed:
    return sql.SQL(text).format(schema=sql.Identifier(tx.schema), columns=sql.SQL(_COLUMNS))


async def lock_state(tx: Tx) -> int:
    """Lock the workspace's counters until commit and return the catalogue version now."""
    row = await tx.row(_query("SELECT catalogue FROM {schema}.state FOR UPDATE", tx))
    assert row is not None
    version: int = row[0]
    return version


async def bump(tx: Tx) -> int:
    """Raise the catalogue version by one and return it."""
    row = await tx.row(
        _query("UPDATE {schema}.state SET catalogue = catalogue + 1 RETURNING catalogue", tx)
    )
    assert row is not None
    version: int = row[0]
    return version


async def heads(tx: Tx, kind: str, key: str) -> tuple[Definition | None, Definition | None, int]:
    """Return the live version, the draft, and the newest version number (0 = never existed)."""
    query = """
      SELECT {columns}, newest FROM (
        SELECT {columns}, max(version) OVER () AS newest
        FROM {schema}.definition WHERE kind = %s AND key = %s AND slice IS NULL
      ) AS all_versions WHERE state <> 'retired' OR version = newest"""
    rows = await tx.rows(_query(query, tx), (kind, key))
    found = {row[4]: _definition(row[:-1]) for row in rows}
    return found.get("live"), found.get("draft"), rows[0][-1] if rows else 0


async def one(tx: Tx, kind: str, key: str, version: int) -> Definition | None:
    """Return one version, or None."""
    query = (
        "SELECT {columns} FROM {schema}.definition WHERE kind = %s AND key = %s AND version = %s"
    )
    row = await tx.row(_query(query, tx), (kind, key, version))
    return _definition(row) if row else None


async def live(tx: Tx, kind: str, key: str | None = None) -> list[Definition]:
    """Return the live definitions of a kind, by key."""
    query = """
      SELECT {columns} FROM {schema}.definition
      WHERE kind = %s AND state = 'live' AND slice IS NULL AND (%s::text IS NULL OR key = %s)
      ORDER BY key"""
    return [_definition(row) for row in await tx.rows(_query(query, tx), (kind, key, key))]


async def current(tx: Tx, kind: str) -> list[Definition]:
    """Return live versions and drafts of a kind, by key, the live one first."""
    query = """
      SELECT {columns} FROM {schema}.definition
      WHERE kind = %s AND state <> 'retired' AND slice IS NULL
      ORDER BY key, state DESC"""
    return [_definition(row) for row in await tx.rows(_query(query, tx), (kind,))]


async def versions(tx: Tx, kind: str, key: str) -> list[Definition]:
    """Return every version, newest first."""
    query = """
      SELECT {columns} FROM {schema}.definition WHERE kind = %s AND key = %s
      ORDER BY version DESC"""
    return [_definition(row) for row in await tx.rows(_query(query, tx), (kind, key))]


async def save(tx: Tx, definition: Definition) -> None:
    """Store a version: a draft replaces the draft, a live one retires the live one."""
    clear = (
        "DELETE FROM {schema}.definition WHERE kind = %s AND key = %s AND state = 'draft'"
        if definition.state == "draft"
        else """
      WITH published AS (
        DELETE FROM {schema}.definition WHERE kind = %s AND key = %s AND version = %s
      ) UPDATE {schema}.definition SET state = 'retired'
      WHERE kind = %s AND key = %s AND state = 'live' AND slice IS NULL"""
    )
    name = (definition.kind, definition.key)
    params = name if definition.state == "draft" else (*name, definition.version, *name)
    await tx.execute(_query(clear, tx), params)
    insert = """
      INSERT INTO {schema}.definition ({columns})
      VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""
    values = (
        *name,
        definition.version,
        Jsonb(definition.body),
        definition.state,
        definition.author,
        definition.at,
        definition.base_hash,
        definition.comment,
    )
    await tx.execute(_query(insert, tx), values)


async def retire(tx: Tx, kind: str, key: str) -> None:
    """Retire the live version and the draft, and forget what they used."""
    query = """
      UPDATE {schema}.definition SET state = 'retired'
      WHERE kind = %s AND key = %s AND state <> 'retired' AND slice IS NULL"""
    await tx.execute(_query(query, tx), (kind, key))
    await save_uses(tx, kind, key, ())


async def save_uses(tx: Tx, kind: str, key: str, uses: Iterable[Use]) -> None:
    """Replace what the live version of a definition uses."""
    query = """
      WITH wanted AS (
        SELECT object, field, bool_or(indexed) AS indexed
        FROM unnest(%s::text[], %s::text[], %s::boolean[]) AS u(object, field, indexed)
        GROUP BY object, field
      ), gone AS (
        DELETE FROM {schema}.definition_use AS d WHERE kind = %s AND key = %s
          AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.object = d.object AND w.field = d.field)
      )
      INSERT INTO {schema}.definition_use (kind, key, object, field, indexed)
      SELECT %s, %s, object, field, indexed FROM wanted
      ON CONFLICT (kind, key, object, field) DO UPDATE SET indexed = excluded.indexed"""
    listed = list(uses)
    columns = [[u.object for u in listed], [u.field for u in listed], [u.indexed for u in listed]]
    await tx.execute(_query(query, tx), (*columns, kind, key, kind, key))


async def indexed_uses(tx: Tx) -> set[Use]:
    """Return the fields that live definitions ask an index for."""
    query = "SELECT DISTINCT object, field FROM {schema}.definition_use WHERE indexed"
    return {Use(*row) for row in await tx.rows(_query(query, tx))}


async def add_use(tx: Tx, kind: str, key: str, use: Use) -> None:
    """Note one more use of the live version of a definition."""
    query = """
      INSERT INTO {schema}.definition_use (kind, key, object, field)
      VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""
    await tx.execute(_query(query, tx), (kind, key, use.object, use.field))


async def users(tx: Tx, targets: Iterable[Use]) -> list[UseRow]:
    """Return the live definitions that use any of the targets (field "" = the whole object)."""
    query = """
      SELECT DISTINCT d.kind, d.key, d.object, d.field
      FROM {schema}.definition_use AS d
      JOIN unnest(%s::text[], %s::text[]) AS t(object, field)
        ON d.object = t.object AND (t.field = '' OR d.field = t.field)
      ORDER BY 1, 2, 3, 4"""
    listed = list(targets)
    params = ([u.object for u in listed], [u.field for u in listed])
    return [UseRow(*row) for row in await tx.rows(_query(query, tx), params)]


async def audit(tx: Tx, definition: Definition, action: str, summary: dict[str, list[str]]) -> None:
    """Append a line: what was done to which version, in words."""
    query = """
      INSERT INTO {schema}.definition_audit
        (at, author, kind, key, version, action, summary, comment, body_hash)
      VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""
    values = (
        tx.now,
        definition.author,
        definition.kind,
        definition.key,
        definition.version,
        action,
        Jsonb(summary),
        definition.comment,
        body_hash(definition.body),
    )
    await tx.execute(_query(query, tx), values)


async def audit_rows(
    tx: Tx, kind: str | None, key: str | None, before: int | None, limit: int
) -> list[AuditRow]:
    """Return the newest lines of the audit, of one kind or key when given."""
    query = """
      SELECT seq, at, author, kind, key, version, action, summary, comment
      FROM {schema}.definition_audit
      WHERE (%s::text IS NULL OR kind = %s) AND (%s::text IS NULL OR key = %s)
        AND (%s::bigint IS NULL OR seq < %s)
      ORDER BY seq DESC LIMIT %s"""
    params = (kind, kind, key, key, before, before, limit)
    return [AuditRow(*row) for row in await tx.rows(_query(query, tx), params)]


async def audit_lines(
    tx: Tx,
    *,
    kind: str | None,
    actor: UUID | None,
    since: datetime | None,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[AuditRow]:
    """Return at most `limit` lines, newest first, older than `before` (time, number)."""
    query = """
      SELECT seq, at, author, kind, key, version, action, summary, comment
      FROM {schema}.definition_audit
      WHERE (%(kind)s::text IS NULL OR kind = %(kind)s)
        AND (%(actor)s::uuid IS NULL OR author = %(actor)s)
        AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
        AND (%(at)s::timestamptz IS NULL OR (at, seq) < (%(at)s, %(seq)s::bigint))
      ORDER BY at DESC, seq DESC LIMIT %(limit)s"""
    at, seq = before or (None, None)
    given = {"kind": kind, "actor": actor, "since": since, "at": at, "seq": seq, "limit": limit}
    return [AuditRow(*row) for row in await tx.rows(_query(query, tx), given)]


def _definition(row: Row) -> Definition:
    return Definition(*row)
