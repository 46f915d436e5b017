"""Reading the past of records: what changed since a version, and what a changeset did.

Diffs come as exact JSON: numbers as `Decimal` or `int`, never as floats.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx

Diff = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Past:
    """One history row: `later` says whether the record has changed since, `latest` is its version
    now.

    `carrier` is the record whose change took this one along, `into` the one it was merged into.
    """

    object: str
    record: UUID
    version: int
    op: str
    at: datetime
    actor: UUID
    diff: Diff
    later: bool
    catalogue: int
    carrier: UUID | None = None
    into: UUID | None = None
    latest: int = 0


# A change since that was itself taken back, by a revert that stands, has left nothing; neither has
# that revert. Both must be of this very record: one that was kept then is changed still.
_COLUMNS = """
SELECT h.object, h.record, h.version, h.op, h.at, h.actor, h.diff::text,
       EXISTS (
         SELECT 1 FROM {schema}.history l WHERE l.record = h.record AND l.seq > h.seq
            AND NOT EXISTS (
              SELECT 1 FROM {schema}.changeset r JOIN {schema}.history b
                  ON b.changeset = r.id AND b.record = l.record
               WHERE r.reverts = l.changeset
                 AND NOT EXISTS (SELECT 1 FROM {schema}.changeset u WHERE u.reverts = r.id))
            AND NOT EXISTS (
              SELECT 1 FROM {schema}.changeset r JOIN {schema}.history b
                  ON b.changeset = r.reverts AND b.record = l.record AND b.seq > h.seq
               WHERE r.id = l.changeset
                 AND NOT EXISTS (SELECT 1 FROM {schema}.changeset u WHERE u.reverts = r.id))),
       (h.definitions ->> 'catalogue')::integer, (h.definitions ->> 'carried_by')::uuid,
       (h.definitions ->> 'merged_into')::uuid,
       (SELECT max(l.version) FROM {schema}.history l WHERE l.record = h.record)
  FROM {schema}.history h
"""


async def since(tx: Tx, record: UUID, version: int) -> list[Past]:
    """Return what happened to a record after a version, oldest first."""
    where = "WHERE h.record = %s AND h.version > %s ORDER BY h.seq"
    return await _read(tx, where, [record, version])


async def of_changeset(tx: Tx, changeset: UUID) -> list[Past]:
    """Return what a changeset did, newest first."""
    return await _read(tx, "WHERE h.changeset = %s ORDER BY h.seq DESC", [changeset])


async def clear_values(tx: Tx, changeset: UUID) -> dict[tuple[UUID, str], Any]:
    """Return the old values of personal fields a changeset replaced, by (record, field)."""
    query = "SELECT record, field, old::text FROM {schema}.history_personal WHERE changeset = %s"
    rows = await tx.rows(_in(tx, query), [changeset])
    return {(record, field): exact(old) for record, field, old in rows}


@dataclass(frozen=True, slots=True)
class Line:
    """A changeset of a lineage; `taken_back` is the revert that stands, `told` its answer."""

    id: UUID
    actor: UUID
    taken_back: UUID | None
    told: dict[str, Any] | None


# A revert that was taken back itself does not stand.
_LINE = """
SELECT c.id, c.actor, r.id, r.answer FROM {schema}.changeset c
  LEFT JOIN LATERAL (
    SELECT r.id, r.answer FROM {schema}.changeset r
     WHERE r.reverts = c.id
       AND NOT EXISTS (SELECT 1 FROM {schema}.changeset u WHERE u.reverts = r.id)
     ORDER BY r.at DESC, r.id DESC LIMIT 1) r ON true
"""


async def lineage(tx: Tx, changeset: UUID) -> list[Line]:
    """Return a changeset, or an import's (`parent`), newest first."""
    where = "WHERE c.id = %(id)s OR c.parent = %(id)s ORDER BY c.at DESC, c.id DESC"
    return [Line(*row) for row in await tx.rows(_in(tx, _LINE + where), {"id": changeset})]


async def taken_back(tx: Tx, parents: Sequence[UUID]) -> set[UUID]:
    """Return those of these imports (`parent`) of which every changeset has been taken back."""
    query = """
    SELECT c.parent FROM {schema}.changeset c WHERE c.parent = ANY(%s::uuid[])
     GROUP BY c.parent
    HAVING bool_and(EXISTS (
      SELECT 1 FROM {schema}.changeset r WHERE r.reverts = c.id
         AND NOT EXISTS (SELECT 1 FROM {schema}.changeset u WHERE u.reverts = r.id)))
    """
    return {row[0] for row in await tx.rows(_in(tx, query), [list(parents)])}


async def caused(tx: Tx, changesets: Sequence[UUID]) -> list[Line]:
    """Return the changesets these set off, directly or further on, newest first."""
    where = """
    WHERE c.id IN (
      WITH RECURSIVE chain AS (
        SELECT id FROM {schema}.changeset WHERE caused_by = ANY(%(ids)s::uuid[])
        UNION
        SELECT n.id FROM {schema}.changeset n JOIN chain ON n.caused_by = chain.id
      ) SELECT id FROM chain)
    ORDER BY c.at DESC, c.id DESC
    """
    return [Line(*row) for row in await tx.rows(_in(tx, _LINE + where), {"ids": list(changesets)})]


# Made once: `json.loads` would make one for each of a large changeset's rows.
_EXACT = json.JSONDecoder(parse_float=Decimal)


def exact(text: str | None) -> Any:
    """Return JSON with numbers as written."""
    return None if text is None else _EXACT.decode(text)


async def _read(tx: Tx, where: LiteralString, params: Sequence[Any]) -> list[Past]:
    rows = await tx.rows(_in(tx, _COLUMNS + where), params)
    return [
        Past(*head, exact(diff), *rest)  # type: ignore[call-arg]
        for *head, diff, rest in ((*row[:7], row[7:]) for row in rows)
    ]


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))
