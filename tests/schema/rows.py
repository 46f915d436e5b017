"""Rows put into object tables directly, where a test needs data but not the write path."""

from typing import Any
from uuid import UUID

from psycopg import sql

from changliu.kit.db import Database, Workspace
from changliu.kit.ids import uuid7
from changliu.schema.service import catalogue


async def fill(
    database: Database, workspace: Workspace, key: str, rows: list[dict[str, Any]]
) -> list[UUID]:
    """Insert rows of values by field key; returns their ids."""
    async with database.transaction(workspace) as tx:
        found = (await catalogue(tx)).object(key)
        ids = []
        for values in rows:
            ids.append(uuid7())
            columns = [str(found.by_key[name].column) for name in values]
            system = ["id", "version", "created_at", "created_by", "updated_at", "updated_by"]
            first = [ids[-1], 1, tx.now, ids[-1], tx.now, ids[-1]]
            insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(tx.schema, found.table),
                sql.SQL(", ").join(map(sql.Identifier, [*system, *columns])),
                sql.SQL(", ").join(sql.Placeholder() * (len(system) + len(columns))),
            )
            await tx.execute(insert, [*first, *values.values()])
    return ids
