"""Lines as they lie in the database, beside those that were sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from changliu.kit.db import Tx
from changliu.records.changeset.store.text import (
    column_of,
    listed,
    literal,
    numbered,
    quote,
    table_of,
    type_of,
)
from changliu.schema.lines import parent_id, position_id
from changliu.schema.model import Catalogue, Object


async def lines_of(
    tx: Tx, catalogue: Catalogue, line: Object, parents: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """Return the ids of the lines of these records, by record."""
    above = quote(parent_id(line.id))
    text = (
        f"SELECT t.{above}, t.id FROM {table_of(catalogue, line)} t"
        f" WHERE t.{above} = ANY($1::uuid[]) AND t.deleted_at IS NULL ORDER BY t.id"
    )
    found: dict[UUID, list[UUID]] = {}
    for parent, id_ in await tx.raw(text, [list(parents)]):
        found.setdefault(parent, []).append(id_)
    return found


async def parents_of(
    tx: Tx, catalogue: Catalogue, line: Object, ids: Sequence[UUID]
) -> dict[UUID, UUID]:
    """Return the record that each of these lines is a part of, the deleted ones too."""
    above = quote(parent_id(line.id))
    text = f"SELECT t.id, t.{above} FROM {table_of(catalogue, line)} t WHERE t.id = ANY($1::uuid[])"
    return dict(await tx.raw(text, [list(ids)]))


async def differing(
    tx: Tx, catalogue: Catalogue, line: Object, patches: Mapping[UUID, Mapping[str, Any]]
) -> set[UUID]:
    """Return which of these lines are not there, or would be another after their patch."""
    rows = [{"id": id_, "p": patch} for id_, patch in patches.items()]
    statement = numbered(_differing(catalogue, line))
    found = await tx.raw(statement.text, [orjson.dumps(rows).decode()])
    return {id_ for (id_,) in found}


def _differing(catalogue: Catalogue, line: Object) -> str:
    names = [column_of(f) for f in line.stored]
    typed = ", ".join(f"{column_of(f)} {type_of(f)}" for f in line.stored)
    new = ", ".join(
        f"CASE WHEN t.p ? {literal(f.column or '')} THEN x.{name} ELSE o.{name} END"
        for f, name in zip(line.stored, names, strict=True)
    )
    return (
        "SELECT t.id FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(id uuid, p jsonb)"
        f" CROSS JOIN LATERAL jsonb_to_record(t.p) AS x({typed})"
        f" LEFT JOIN {table_of(catalogue, line)} o ON o.id = t.id AND o.deleted_at IS NULL"
        f" WHERE o.id IS NULL OR ({new}) IS DISTINCT FROM ({listed('o', names)})"
    )


async def places_of(
    tx: Tx, catalogue: Catalogue, line: Object, parents: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, int]]]:
    """Return the lines of these records with their positions, in order, by record."""
    above, place = quote(parent_id(line.id)), quote(position_id(line.id))
    text = (
        f"SELECT t.{above}, t.id, t.{place} FROM {table_of(catalogue, line)} t"
        f" WHERE t.{above} = ANY($1::uuid[]) AND t.deleted_at IS NULL ORDER BY t.{place}, t.id"
    )
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    for parent, id_, at in await tx.raw(text, [list(parents)]):
        found.setdefault(parent, []).append((id_, at or 0))
    return found
