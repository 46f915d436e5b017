"""SQL over the records that name a team: as the one they belong to, or in a field."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

from changliu.fields.model import Field
from changliu.kit.db import Tx
from changliu.schema.model import Catalogue, Object


def team_fields(target: Object) -> tuple[Field, ...]:
    """Return the stored fields of an object that hold teams."""
    return tuple(field for field in target.stored if field.type == "team")


async def counts(tx: Tx, catalogue: Catalogue, team: UUID) -> list[tuple[str, int]]:
    """Return object id and number of its records outside the trash that name a team."""
    parts = [
        sql.SQL("SELECT {id}::text, count(*) FROM {rows} t WHERE {named}").format(
            id=sql.Literal(target.id),
            rows=sql.Identifier(tx.schema, target.table),
            named=_named(catalogue, target),
        )
        for target in catalogue.objects
    ]
    if not parts:
        return []
    text = sql.SQL(" UNION ALL ").join(parts)
    return [(row[0], row[1]) for row in await tx.rows(text, {"team": team}) if row[1]]


async def page(
    tx: Tx, catalogue: Catalogue, target: Object, team: UUID, limit: int
) -> list[dict[str, Any]]:
    """Return records that name a team: id, `team`, and what their team fields hold by column."""
    columns = [sql.Identifier(field.column or "") for field in team_fields(target)]
    text = sql.SQL("SELECT {columns} FROM {rows} t WHERE {named} ORDER BY id LIMIT {n}").format(
        columns=sql.SQL(", ").join([sql.Identifier("id"), sql.Identifier("team"), *columns]),
        rows=sql.Identifier(tx.schema, target.table),
        named=_named(catalogue, target),
        n=limit,
    )
    return await tx.dicts(text, {"team": team})


def _named(catalogue: Catalogue, target: Object) -> sql.Composed:
    conditions: list[sql.Composable] = [sql.SQL("t.team = %(team)s")]
    conditions += [_holds(catalogue, target, field) for field in team_fields(target)]
    either = sql.SQL(" OR ").join(conditions)
    return sql.SQL("t.deleted_at IS NULL AND ({})").format(either)


def _holds(catalogue: Catalogue, target: Object, field: Field) -> sql.Composed:
    column = sql.Identifier("t", field.column or "")
    many = catalogue.world.object(target.id).fields[field.id].holds_ids
    return sql.SQL("%(team)s = ANY({})" if many else "{} = %(team)s").format(column)


def replaced(value: Any, team: UUID, other: UUID) -> Any:
    """Return what a field holds with one team in the place of another, each once."""
    if not isinstance(value, Sequence):
        return str(other)
    return [str(one) for one in dict.fromkeys(other if one == team else one for one in value)]
