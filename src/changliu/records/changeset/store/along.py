"""Finding what goes along with a record: those that refer to it, and those that went with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Tx
from changliu.schema.model import Object
from changliu.schema.world import Reference


@dataclass(frozen=True, slots=True)
class Pointing:
    """A record and what its reference holds: one id, or several."""

    id: UUID
    points: tuple[UUID, ...]


_ALIVE: LiteralString = """
SELECT t.id, t.{column} FROM {schema}.{table} t
 WHERE t.deleted_at IS NULL AND {points} LIMIT {limit}
"""
# Rows deleted by the very changeset that deleted what they point to, and untouched since; a person
# may have been erased from either in the trash. The last entry of each is looked up by itself:
# right after a large deletion the statistics know nothing of it, and joins of history go wrong.
_GONE_WITH: LiteralString = """
WITH gone AS MATERIALIZED (
  SELECT t.id, t.{column} AS point FROM {schema}.{table} t
   WHERE t.{column} = ANY(%(ids)s::uuid[]) AND t.deleted_at IS NOT NULL)
SELECT g.id, g.point FROM gone g
 CROSS JOIN LATERAL (
   SELECT h.op, h.changeset FROM {schema}.history h
    WHERE h.record = g.id AND h.object = {object} AND h.via <> 'erase'
    ORDER BY h.seq DESC LIMIT 1) h
 CROSS JOIN LATERAL (
   SELECT d.op, d.changeset FROM {schema}.history d
    WHERE d.record = g.point AND d.object = {target} AND d.via <> 'erase'
    ORDER BY d.seq DESC LIMIT 1) d
 WHERE h.op = 'delete' AND d.op = 'delete' AND h.changeset = d.changeset
 LIMIT {limit}
"""


async def pointing(tx: Tx, reference: Reference, ids: Sequence[UUID], limit: int) -> list[Pointing]:
    """Return at most `limit` live records that refer to any of these."""
    ties: dict[bool, LiteralString] = {
        False: "t.{column} = ANY(%(ids)s::uuid[])",
        True: "t.{column} && %(ids)s::uuid[]",
    }
    points = sql.SQL(ties[reference.many]).format(column=_column(reference))
    return await _read(tx, _ALIVE, reference, ids, limit=limit, points=points)


async def gone_with(
    tx: Tx, reference: Reference, ids: Sequence[UUID], limit: int
) -> list[Pointing]:
    """Return at most `limit` records in the trash that went there along with any of these."""
    return await _read(tx, _GONE_WITH, reference, ids, limit=limit)


async def alive(tx: Tx, target: Object, ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these records of an object are there, outside the trash."""
    query = sql.SQL("SELECT id FROM {rows} WHERE id = ANY(%s::uuid[]) AND deleted_at IS NULL")
    text = query.format(rows=sql.Identifier(tx.schema, target.table))
    return {id_ for (id_,) in await tx.rows(text, [list(ids)])}


async def _read(
    tx: Tx,
    text: LiteralString,
    reference: Reference,
    ids: Sequence[UUID],
    *,
    limit: int,
    points: sql.Composable | None = None,
) -> list[Pointing]:
    query = sql.SQL(text).format(
        schema=sql.Identifier(tx.schema),
        table=sql.Identifier(reference.source.table),
        column=_column(reference),
        object=sql.Literal(reference.source.id),
        target=sql.Literal(reference.target),
        limit=sql.Literal(limit),
        points=points or sql.SQL("TRUE"),
    )
    rows = await tx.rows(query, {"ids": list(ids)})
    return [Pointing(id_, _ids(value)) for id_, value in rows]


def _ids(value: Any) -> tuple[UUID, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _column(reference: Reference) -> sql.Identifier:
    return sql.Identifier(reference.field.column or "")
