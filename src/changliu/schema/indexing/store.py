"""SQL of indexes for lists: which are there, making one, dropping one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from changliu.kit.db import Connection, Database, Tx, Workspace
from changliu.schema.indexing.wanted import Wanted

# Tells the lock of the one who makes indexes from the other locks of a workspace.
_TAG = 0x63686E00_00000000


@dataclass(frozen=True, slots=True)
class Present:
    """An index for lists that is there; one half-built is not `valid`."""

    name: str
    table: str
    valid: bool


async def present(tx: Tx) -> list[Present]:
    """Return the indexes for lists of every object."""
    query = """
      SELECT i.relname, t.relname, x.indisvalid FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
      WHERE i.relnamespace = to_regnamespace(%s) AND i.relname ~ '^x_[0-9]+_' ORDER BY 1"""
    return [Present(*row) for row in await tx.rows(query, [tx.schema])]


async def asked(tx: Tx) -> list[Wanted]:
    """Return the indexes that rooms asked for, of objects that are there."""
    query = sql.SQL(
        "SELECT DISTINCT a.name, a.object, a.expression, a.method FROM {schema}.asked_index a"
        " WHERE to_regclass(format('%%I.%%I', {place}::text, a.object)) IS NOT NULL"
    ).format(schema=sql.Identifier(tx.schema), place=sql.Literal(tx.schema))
    rows = await tx.rows(query, {})
    return [Wanted(*row) for row in rows]


async def ask(tx: Tx, owner: str, wanted: Sequence[Wanted]) -> None:
    """Make these the indexes that an owner asks for."""
    schema = sql.Identifier(tx.schema)
    gone = sql.SQL("DELETE FROM {}.asked_index WHERE owner = %s").format(schema)
    await tx.execute(gone, [owner])
    query = sql.SQL(
        "INSERT INTO {}.asked_index (owner, name, object, expression, method)"
        " VALUES (%s, %s, %s, %s, %s)"
    ).format(schema)
    for each in wanted:
        await tx.execute(query, [owner, each.name, each.table, each.expression, each.method])


@asynccontextmanager
async def alone(database: Database, workspace: Workspace) -> AsyncIterator[Connection | None]:
    """Yield a connection of the owner for one who makes indexes; None while another does.

    The lock goes with the connection: the server finishes a killed client's index first.
    """
    async with await psycopg.AsyncConnection.connect(database.owner_dsn, autocommit=True) as conn:
        cursor = await conn.execute("SELECT pg_try_advisory_lock(%s)", [_TAG | workspace.id])
        row = await cursor.fetchone()
        yield conn if row and row[0] else None


async def create(conn: Connection, schema: str, wanted: Wanted) -> bool:
    """Build an index while everybody works; False when PostgreSQL calls the value changeable."""
    # Ties are read in the order of ids, as lists are. Not partial: of a partial index's expression
    # the planner uses no statistics and takes a third of the rows for every comparison.
    gin = wanted.method == "gin"
    ties = "" if gin else ', "id" DESC'
    # Every search would read the whole list of what waits to be put in.
    kept = " WITH (fastupdate = off)" if gin and "changliu_fx." in wanted.expression else ""
    text = (
        f"CREATE INDEX CONCURRENTLY {_quoted(wanted.name)} ON {_quoted(schema, wanted.table)}"
        f" USING {wanted.method} (({wanted.expression}){ties}){kept}"
    )
    try:
        await conn.execute(text.encode())
    except (psycopg.errors.InvalidObjectDefinition, psycopg.errors.UndefinedColumn):
        await drop(conn, schema, wanted.name)
        return False
    # A new expression has no statistics, without which the planner passes it by.
    await conn.execute(f"ANALYZE {_quoted(schema, wanted.table)}".encode())
    return True


async def drop(conn: Connection, schema: str, name: str) -> None:
    """Drop an index while everybody works."""
    text = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(schema, name))
    await conn.execute(text)


def _quoted(*names: str) -> str:
    return sql.Identifier(*names).as_string(None)
