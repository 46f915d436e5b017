"""Grants in their table."""

from collections.abc import Iterable, Sequence
from typing import LiteralString

from psycopg import sql

from changliu.access.model import Grant, Scope, Verb
from changliu.kit.db import Tx


async def grants_of(tx: Tx, roles: Sequence[str]) -> list[Grant]:
    """Return the grants of these roles, in a stable order."""
    query: LiteralString = (
        "SELECT role, object, verb, scope, fields, read, write FROM {schema}.role_grant"
        " WHERE role = ANY(%s::text[]) ORDER BY role, object, verb, scope"
    )
    rows = await tx.rows(_in_schema(query, tx), [list(roles)])
    return [
        Grant(role, target, Verb(verb), Scope(scope), fields, frozenset(read), frozenset(write))
        for role, target, verb, scope, fields, read, write in rows
    ]


async def replace_grants(tx: Tx, role: str, grants: Iterable[Grant]) -> None:
    """Make these the only grants of a role."""
    delete: LiteralString = "DELETE FROM {schema}.role_grant WHERE role = %s"
    await tx.execute(_in_schema(delete, tx), [role])
    insert: LiteralString = (
        "INSERT INTO {schema}.role_grant (role, object, verb, scope, fields, read, write)"
        " VALUES (%s, %s, %s, %s, %s, %s::text[], %s::text[])"
    )
    rows = [
        (role, g.object, g.verb.value, g.scope.value, g.fields, sorted(g.read), sorted(g.write))
        for g in grants
    ]
    await tx.many(_in_schema(insert, tx), rows)


def _in_schema(query: LiteralString, tx: Tx) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))
