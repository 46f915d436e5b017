"""Which changesets there are, what they touched, and what of it a caller reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.formula import emit_condition
from changliu.kit.db import Tx
from changliu.records.query.model import Statement
from changliu.records.query.reader import Reader
from changliu.records.query.store.text import quoted, source, spaced

# A hint need not be on disk: waiting for that would cost saves a share of the flush.
_HASTY = "SELECT set_config('synchronous_commit', 'off', true)"
_NOTIFY = "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload"
_SINCE = "SELECT id FROM {schema}.changeset WHERE id >= %s ORDER BY id DESC LIMIT %s"
_TOUCHED = (
    "SELECT DISTINCT changeset, object FROM {schema}.history"
    " WHERE changeset = ANY(%s::uuid[]) ORDER BY changeset, object"
)


_HINTS: LiteralString = (
    "SELECT id, kind, object, record, member FROM {schema}.hint"
    " WHERE id >= %s OR id = ANY(%s::uuid[]) ORDER BY id DESC LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something open pages show beside records: of a record, or of one member's only."""

    id: UUID
    kind: str
    object: str | None
    record: UUID | None
    member: UUID | None


async def insert_hints(tx: Tx, hints: Sequence[Hint]) -> None:
    """Add hints."""
    query = sql.SQL(
        "INSERT INTO {schema}.hint (id, kind, object, record, member) VALUES (%s, %s, %s, %s, %s)"
    ).format(schema=sql.Identifier(tx.schema))
    await tx.many(query, [(h.id, h.kind, h.object, h.record, h.member) for h in hints])


async def hints_since(tx: Tx, floor: UUID, named: Collection[UUID], most: int) -> list[Hint]:
    """Return at most `most` hints made at or after the instant in `floor`, or named, oldest first;
    when there are more, the latest."""
    query = sql.SQL(_HINTS).format(schema=sql.Identifier(tx.schema))
    rows = await tx.rows(query, [floor, list(named), most])
    return [Hint(*row) for row in reversed(rows)]


async def sweep_hints(tx: Tx, before: UUID) -> int:
    """Delete the hints made before the instant in `before`; returns how many."""
    query = sql.SQL("DELETE FROM {schema}.hint WHERE id < %s")
    return await tx.execute(query.format(schema=sql.Identifier(tx.schema)), [before])


async def notify(tx: Tx, channel: str, payloads: Sequence[str]) -> None:
    """Notify a channel of every payload when the transaction ends."""
    await tx.execute(_HASTY)
    await tx.execute(_NOTIFY, [channel, list(payloads)])


async def since(tx: Tx, floor: UUID, most: int) -> list[UUID]:
    """Return at most `most` changesets begun at or after the instant in `floor`, oldest first;
    when there are more, the latest."""
    query = sql.SQL(_SINCE).format(schema=sql.Identifier(tx.schema))
    return [row[0] for row in reversed(await tx.rows(query, [floor, most]))]


async def touched(tx: Tx, changesets: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return (changeset, object id) of everything these changesets wrote."""
    if not changesets:
        return []
    query = sql.SQL(_TOUCHED).format(schema=sql.Identifier(tx.schema))
    return [(row[0], row[1]) for row in await tx.rows(query, [list(changesets)])]


def readable_statement(reader: Reader, wanted: Mapping[str, Sequence[UUID]]) -> Statement:
    """Write the statement that keeps the (changeset, object id) with a record the caller reads.

    A record in the trash counts as it was: whoever read it is told that it has gone.
    """
    texts: list[str] = []
    params: dict[str, Any] = {}
    for number, (object_id, changesets) in enumerate(wanted.items()):
        world = reader.catalogue.world
        fact, scope = world.object(object_id), reader.author_env(f"s{number}")
        rows = emit_condition(reader.rows(object_id), world, object_id=object_id, env=scope)
        params |= {f"of{number}": object_id, f"changesets{number}": list(changesets)}
        params |= {**rows.params, **scope.joins.params()}
        exists = spaced(
            "SELECT FROM", source(fact, scope),
            "JOIN", quoted(fact.schema, "history"), 'AS h ON h.record = "r"."id"',
            f"WHERE h.changeset = c.id AND h.object = %(of{number})s AND ({rows.text})",
        )  # fmt: skip
        each = f"unnest(%(changesets{number})s::uuid[]) AS c(id)"
        texts.append(f"SELECT c.id, %(of{number})s::text FROM {each} WHERE EXISTS ({exists})")
    return Statement(" UNION ALL ".join(texts), params)
