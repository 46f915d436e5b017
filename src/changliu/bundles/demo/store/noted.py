"""The table of loaded demo data, and which of its records are still there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from changliu.fields.types.reference import ReferenceSettings
from changliu.kit.db import Tx
from changliu.schema.model import Catalogue


@dataclass(frozen=True, slots=True)
class State:
    """When a bundle's demo was loaded, with whom, and when it was taken away again."""

    loaded_at: datetime
    members: tuple[UUID, ...]
    teams: tuple[str, ...]
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A record the demo brought that is not in the trash; `edited`: changed since."""

    object: str
    id: UUID
    edited: bool


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def state(tx: Tx, bundle: str) -> State | None:
    """Return what is noted of a bundle's demo; None when it was never loaded."""
    query = """
      SELECT loaded_at, members, teams, removed_at FROM {schema}.bundle_demo WHERE bundle = %s"""
    row = await tx.row(_in(tx, query), [bundle])
    return State(row[0], tuple(row[1]), tuple(row[2]), row[3]) if row else None


async def note_loaded(tx: Tx, bundle: str, members: Sequence[UUID], teams: Sequence[str]) -> None:
    """Note that a bundle's demo is there; members an earlier load made and left count too."""
    query = """
      INSERT INTO {schema}.bundle_demo (bundle, loaded_at, members, teams)
      VALUES (%(bundle)s, %(at)s, %(members)s, %(teams)s)
      ON CONFLICT (bundle) DO UPDATE SET loaded_at = excluded.loaded_at, removed_at = NULL,
        members = excluded.members || bundle_demo.members, teams = excluded.teams"""
    values = {"bundle": bundle, "at": tx.now, "members": list(members), "teams": list(teams)}
    await tx.execute(_in(tx, query), values)


async def note_removed(tx: Tx, bundle: str, left: Sequence[UUID]) -> None:
    """Note that a bundle's demo was taken away; `left` are members of it who stay."""
    query = """
      INSERT INTO {schema}.bundle_demo (bundle, loaded_at, members, teams, removed_at)
      VALUES (%(bundle)s, %(at)s, %(left)s, '{{}}', %(at)s)
      ON CONFLICT (bundle) DO UPDATE SET removed_at = excluded.removed_at, members = %(left)s"""
    await tx.execute(_in(tx, query), {"bundle": bundle, "at": tx.now, "left": list(left)})


async def standing(tx: Tx, demo: UUID) -> list[Standing]:
    """Return the records an import made that are still there, newest first."""
    query = """
      SELECT h.object, h.record, l.seq > h.seq
      FROM {schema}.changeset c
      JOIN {schema}.history h ON h.changeset = c.id AND h.op = 'create'
        AND h.definitions ->> 'carried_by' IS NULL
      JOIN LATERAL (SELECT l.seq, l.op FROM {schema}.history l WHERE l.record = h.record
                    ORDER BY l.seq DESC LIMIT 1) l ON l.op <> 'delete'
      WHERE c.parent = %s ORDER BY h.seq DESC"""
    return [Standing(*row) for row in await tx.rows(_in(tx, query), [demo])]


async def holding(
    tx: Tx, catalogue: Catalogue, mine: Sequence[UUID], staying: Sequence[UUID]
) -> set[UUID]:
    """Return which of the records `mine` would take somebody's records along when deleted.

    Somebody's: not of `mine`, or among those `staying`.
    """
    parts: list[sql.Composable] = []
    # Lines are their record's: they neither stay nor go by themselves.
    for target in (one for one in catalogue.objects if one.lines_of is None):
        for field in target.stored:
            settings = field.settings
            if not isinstance(settings, ReferenceSettings) or settings.on_delete != "cascade":
                continue
            many = catalogue.world.object(target.id).fields[field.id].holds_ids
            text = (
                "SELECT unnest({column}) FROM {rows} t" if many else "SELECT {column} FROM {rows} t"
            )
            found = sql.SQL(text).format(
                column=sql.Identifier("t", field.column or ""),
                rows=sql.Identifier(tx.schema, target.table),
            )
            where = (
                " WHERE t.deleted_at IS NULL AND (t.id = ANY(%(staying)s) OR t.id <> ALL(%(mine)s))"
            )
            parts.append(found + sql.SQL(where))
    if not parts or not mine:
        return set()
    either = sql.SQL("SELECT * FROM ({}) AS held(id) WHERE held.id = ANY(%(mine)s)")
    text_ = either.format(sql.SQL(" UNION ").join(parts))
    rows = await tx.rows(text_, {"mine": list(mine), "staying": list(staying)})
    return {row[0] for row in rows}
