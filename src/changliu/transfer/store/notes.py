"""What imports of members made and changed, for taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one member or team: values before (None: it was made) and after."""

    kind: Literal["member", "team"]
    subject: UUID
    before: dict[str, Any] | None
    after: dict[str, Any]


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def note(tx: Tx, import_id: UUID, notes: Sequence[Note]) -> None:
    """Keep what a batch did; of a subject noted before, the oldest before and the newest after."""
    query = (
        "INSERT INTO {schema}.import_member AS m (import, kind, subject, before, after)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (import, subject) DO UPDATE"
        " SET before = excluded.before || m.before, after = m.after || excluded.after"
    )
    for one in notes:
        before = None if one.before is None else Jsonb(one.before)
        values = [import_id, one.kind, one.subject, before, Jsonb(one.after)]
        await tx.execute(_in(tx, query), values)


async def standing(tx: Tx, import_id: UUID) -> list[UUID]:
    """Return members and teams an import has left its mark on, in the order in which they go
    back: leaders of teams, then members, then teams, each below the one it was made in first."""
    query = (
        "SELECT subject FROM {schema}.import_member WHERE import = %s AND NOT back"
        " ORDER BY kind = 'team' AND before IS NULL, kind = 'member', number DESC"
    )
    return [row[0] for row in await tx.rows(_in(tx, query), [import_id])]


async def notes_of(tx: Tx, import_id: UUID, subjects: Sequence[UUID]) -> dict[UUID, Note]:
    """Return the notes of these subjects that are not back yet."""
    query = (
        "SELECT kind, subject, before, after FROM {schema}.import_member"
        " WHERE import = %s AND subject = ANY(%s::uuid[]) AND NOT back"
    )
    rows = await tx.rows(_in(tx, query), [import_id, list(subjects)])
    return {row[1]: Note(*row) for row in rows}


async def led(tx: Tx, import_id: UUID, member: UUID) -> list[tuple[UUID, UUID | None]]:
    """Return (team, former leader) of the teams an import has made a member lead."""
    query = (
        "SELECT subject, (before ->> 'leader')::uuid FROM {schema}.import_member"
        " WHERE import = %s AND kind = 'team' AND after ->> 'leader' = %s::text"
    )
    return [(row[0], row[1]) for row in await tx.rows(_in(tx, query), [import_id, str(member)])]


async def settle(tx: Tx, import_id: UUID, subject: UUID) -> None:
    """Note that a member or team is back as it was."""
    query = "UPDATE {schema}.import_member SET back = true WHERE import = %s AND subject = %s"
    await tx.execute(_in(tx, query), [import_id, subject])


async def close(tx: Tx, import_id: UUID) -> int:
    """Return how many members and teams are back; where any is, the import is taken back."""
    counted = "SELECT count(*) FROM {schema}.import_member WHERE import = %s AND back"
    row = await tx.row(_in(tx, counted), [import_id])
    back = int(row[0]) if row else 0
    if back:
        query = (
            "UPDATE {schema}.import_job SET reverted_at = coalesce(reverted_at, %s) WHERE id = %s"
        )
        await tx.execute(_in(tx, query), [tx.now, import_id])
    return back


async def hold(tx: Tx, import_id: UUID) -> tuple[str, UUID, str] | None:
    """Return object, member and state of an import, its row locked."""
    query = "SELECT object, member, state FROM {schema}.import_job WHERE id = %s FOR UPDATE"
    row = await tx.row(_in(tx, query), [import_id])
    return (row[0], row[1], row[2]) if row else None


async def forget_people(tx: Tx, texts: Sequence[str]) -> None:
    """Drop what is noted of people one of whose values holds one of the texts, spaces and marks of
    phone numbers left out: it cannot be put back any more."""
    query = (
        "DELETE FROM {schema}.import_member t WHERE EXISTS (SELECT FROM unnest(%s::text[]) w(v)"
        " WHERE strpos(regexp_replace(concat(t.before, ' ', t.after),"
        " '[\\s()（）+.-]+', '', 'g'), w.v) > 0)"
    )
    await tx.execute(_in(tx, query), [list(texts)])
