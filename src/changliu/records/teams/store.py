"""SQL over the records that name a team: as the one they belong to, or in a field."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from changliu.fields.model import Field
from changliu.kit.db import Tx
from changliu.schema.model import Catalogue, Object

# What may be named: by a column every record has, and in fields of the type.
Named = Literal["team", "member"]
_HEAD: dict[Named, str] = {"team": "team", "member": "owner"}


def team_fields(target: Object, of: Named = "team") -> tuple[Field, ...]:
    """Return the stored fields of an object that hold teams, or members."""
    return tuple(field for field in target.stored if field.type == of)


async def counts(
    tx: Tx, catalogue: Catalogue, team: UUID, of: Named = "team"
) -> list[tuple[str, int]]:
    """Return object id and number of its records outside the trash that name a team, or member."""
    parts = [
        sql.SQL("SELECT {id}::text, count(*) FROM {rows} t WHERE {named}").format(
            id=sql.Literal(target.id),
            rows=sql.Identifier(tx.schema, target.table),
            named=_named(catalogue, target, of),
        )
        for target in catalogue.objects
    ]
    if not parts:
        return []
    text = sql.SQL(" UNION ALL ").join(parts)
    return [(row[0], row[1]) for row in await tx.rows(text, {"team": team}) if row[1]]


async def named_members(tx: Tx, catalogue: Catalogue, members: Sequence[UUID]) -> set[UUID]:
    """Return those of these members whom a record outside the trash names."""
    parts: list[sql.Composable] = []
    for target in catalogue.objects:
        rows, kinds = sql.Identifier(tx.schema, target.table), catalogue.world.object(target.id)
        owner = sql.SQL("t.owner = ANY(%(members)s)")
        named: list[tuple[sql.Composable, sql.Composable]] = [(sql.SQL("t.owner"), owner)]
        for field in team_fields(target, "member"):
            column = sql.Identifier("t", field.column or "")
            if kinds.fields[field.id].holds_ids:
                one, test = sql.SQL("unnest({})"), sql.SQL("{} && %(members)s")
            else:
                one, test = sql.SQL("{}"), sql.SQL("{} = ANY(%(members)s)")
            named.append((one.format(column), test.format(column)))
        text = sql.SQL("SELECT {} FROM {} t WHERE t.deleted_at IS NULL AND {}")
        parts += [text.format(one, rows, test) for one, test in named]
    if not parts or not members:
        return set()
    query = sql.SQL(" UNION ").join(parts)
    return {row[0] for row in await tx.rows(query, {"members": list(members)})} & {*members}


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


def _named(catalogue: Catalogue, target: Object, of: Named = "team") -> sql.Composed:
    head = sql.SQL("{} = %(team)s").format(sql.Identifier("t", _HEAD[of]))
    conditions: list[sql.Composable] = [head]
    conditions += [_holds(catalogue, target, field) for field in team_fields(target, of)]
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
