"""A process killed between its steps and COMMIT leaves nothing half done."""

import os
import signal
import subprocess
import sys

import httpx
import pytest
from tests.schema import designers

from changliu.identity.model import Actor
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema.service import catalogue

PROGRAM = """
import asyncio, sys
from changliu.identity import service as identity
from changliu.kit.db import Database, Workspace
from changliu.schema import service
from uuid import UUID

async def main(app, owner, schema, member):
    database = Database(app, owner)
    await database.open()
    workspace = Workspace(int(schema.removeprefix("ws_")), "x", schema)
    async with database.transaction(workspace) as tx:
        actor = await identity.actor(tx, UUID(member))
    fields = [{"key": "name", "label": "n", "type": "text", "unique": True}]
    body = {"key": "doomed", "label": "d", "fields": fields}
    await service.create_object(database, workspace, actor, body)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.feature("Z1")
async def test_killed_before_commit(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, actor: Actor
) -> None:
    base = platform.database
    arguments = [base.app_dsn, base.owner_dsn, workspace.schema, str(actor.member)]
    command = [sys.executable, "-c", PROGRAM, *arguments]
    environment = {**os.environ, "CHANGLIU_CRASH_AT": "schema.ddl"}
    before = await state(platform, workspace)
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: ASYNC221
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert await state(platform, workspace) == before
    environment.pop("CHANGLIU_CRASH_AT")
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: ASYNC221
    assert done.returncode == 0, done.stderr.decode()
    assert (await admin.get("/api/objects/doomed")).status_code == 200
    assert designers.PASSWORD


async def state(platform: Platform, workspace: Workspace) -> list[object]:
    """Every table, index and column of the workspace, and every definition."""
    async with platform.database.ddl(workspace, exclusive=False) as tx:
        tables = await tx.rows(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace ORDER BY 1",
            (workspace.schema,),
        )
        definitions = await tx.rows(
            f"SELECT kind, key, version, state FROM {workspace.schema}.definition ORDER BY 1, 2, 3"
        )
        version = (await catalogue(tx)).version
    return [tables, definitions, version]
