"""A workspace with a table to see effects in, and a crew that retries at once."""

from datetime import timedelta
from typing import Any

import pytest_asyncio
from psycopg import sql

from changliu.jobs.batch import Crew
from changliu.jobs.model import External, Handler, Job, Registry
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform

TABLES = ("job", "job_cron", "job_running", "job_strike", "job_lease", "effect")


@pytest_asyncio.fixture(scope="module")
async def effects(platform: Platform, workspace: Workspace) -> None:
    """The table `effect(at identity, name)` in the module's workspace."""
    create = "CREATE TABLE {}.effect (at bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL)"
    async with platform.database.ddl(workspace) as tx:
        await tx.execute(sql.SQL(create).format(sql.Identifier(tx.schema)))


@pytest_asyncio.fixture
async def database(platform: Platform, workspace: Workspace, effects: None) -> Database:  # noqa: ARG001
    """The module's database, with no jobs and no effects left in it."""
    query = sql.SQL("DELETE FROM {}.{}")
    async with platform.database.transaction(workspace) as tx:
        for table in TABLES:
            await tx.execute(query.format(sql.Identifier(tx.schema), sql.Identifier(table)))
    return platform.database


async def write_effect(tx: Tx, name: str) -> None:
    query = sql.SQL("INSERT INTO {}.effect (name) VALUES (%s)")
    await tx.execute(query.format(sql.Identifier(tx.schema)), (name,))


async def seen(database: Database, workspace: Workspace) -> list[str]:
    """Return the effects written, in order."""
    query = sql.SQL("SELECT name FROM {}.effect ORDER BY at")
    async with database.transaction(workspace, write=False) as tx:
        return [row[0] for row in await tx.rows(query.format(sql.Identifier(tx.schema)))]


async def left(database: Database, workspace: Workspace, table: str = "job") -> list[Any]:
    """Return what a table of jobs holds, as dictionaries."""
    query = sql.SQL("SELECT * FROM {}.{} ORDER BY 1")
    async with database.transaction(workspace, write=False) as tx:
        return await tx.dicts(query.format(sql.Identifier(tx.schema), sql.Identifier(table)))


async def note(tx: Tx, job: Job) -> None:
    """Handle a job by writing its payload's name."""
    await write_effect(tx, job.payload["name"])


def crew(
    externals: dict[str, External] | None = None, limit: int = 20, **handlers: Handler
) -> Crew:
    registry = Registry({"note": note, **handlers}, externals or {})
    return Crew(uuid7(), registry, limit=limit, pause=lambda _: timedelta(0))
