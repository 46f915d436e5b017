"""Reading rows above a changeset: who refers to whom, and rows as they were before."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from changliu.records.changeset.store.text import listed, quote, table_of, typed
from changliu.records.context import Context
from changliu.schema.model import Object


async def references(
    context: Context, child: str, via: str, ids: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """Return (record, what its reference names) for the records of an object that name any."""
    rows = table_of(context.catalogue, context.catalogue.by_id[child])
    column = quote(via)
    query = (
        f"SELECT t.id, t.{column} FROM {rows} t"
        f" WHERE t.id = ANY($1::uuid[]) AND t.{column} IS NOT NULL"
    )
    return [(record, parent) for record, parent in await context.tx.raw(query, [list(ids)])]


async def rows_as_json(
    context: Context, target: Object, names: Iterable[str], ids: Iterable[UUID]
) -> str:
    """Return records as a JSON list with these columns; `from_json` reads it."""
    picked = listed("t", (quote(name) for name in sorted(names)))
    rows = f"SELECT {picked} FROM {table_of(context.catalogue, target)} t"
    query = (
        "SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')::text"
        f" FROM ({rows} WHERE t.id = ANY($1::uuid[])) x"
    )
    found = await context.tx.raw(query, [list(ids)])
    return str(found[0][0])


def from_json(target: Object, names: Iterable[str]) -> str:
    """A SELECT of the rows in the parameter `before`, with these columns in their types."""
    types = typed(target)
    columns = ", ".join(f"{quote(name)} {types[name]}" for name in sorted(names))
    return f"SELECT x.* FROM jsonb_to_recordset(%(before)s::jsonb) AS x({columns})"
