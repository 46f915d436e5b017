"""Another process sees a change in its next transaction; a killed one leaves nothing half done."""

import asyncio
import json
import signal
import subprocess

import httpx
import pytest
from tests.schema.second_process import command, environment
from tests.walks.points import KILLED

from changliu.identity.model import Actor
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform

State = list[list[tuple[object, ...]]]


@pytest.mark.feature("Z1")
async def test_killed_between_the_steps_and_commit(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, actor: Actor
) -> None:
    line = command(platform, workspace, actor, "create")
    before = await state(platform, workspace)
    await run(line, "schema.ddl", -signal.SIGKILL)
    assert await state(platform, workspace) == before
    await run(line, None, 0)
    assert (await admin.get("/api/objects/doomed")).status_code == 200


async def test_killed_while_a_big_index_is_built(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, actor: Actor
) -> None:
    line = command(platform, workspace, actor, "add")
    for step in KILLED["indexes"]:
        await run(line, step, -signal.SIGKILL)
        found = (await admin.get("/api/objects/doomed")).json()
        assert [f["key"] for f in found["fields"]] == ["name"]
    await run(line, None, 0)
    found = (await admin.get("/api/objects/doomed")).json()
    assert [f["key"] for f in found["fields"]] == ["name", "later"]


@pytest.mark.feature("Z1")
async def test_a_second_process_sees_a_field_at_once(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, actor: Actor
) -> None:
    process = await asyncio.create_subprocess_exec(
        *command(platform, workspace, actor, "tell"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    async def ask() -> list[str]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"watched\n")
        answer: list[str] = json.loads(await process.stdout.readline())
        return answer

    assert await ask() is None
    body = {"key": "watched", "label": "看", "fields": []}
    assert (await admin.post("/api/objects", json=body)).status_code == 201
    for i in range(5):
        field = {"key": f"field_{i}", "label": "x", "type": "text"}
        await admin.post("/api/objects/watched/fields", json=field)
        assert (await ask())[-1] == f"field_{i}"
    process.stdin.write(b"\n")
    assert await process.wait() == 0


async def run(line: list[str], crash_at: str | None, expected: int) -> None:
    process = await asyncio.create_subprocess_exec(
        *line, env=environment(crash_at), stderr=subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode == expected, errors.decode()


async def state(platform: Platform, workspace: Workspace) -> State:
    """Every table, index and sequence of the workspace, every definition, the counters."""
    schema = workspace.schema
    async with platform.database.ddl(workspace, exclusive=False) as tx:
        return [
            await tx.rows(
                "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace ORDER BY 1",
                (schema,),
            ),
            await tx.rows(
                f"SELECT kind, key, version, state FROM {schema}.definition ORDER BY 1,2"
            ),
            await tx.rows(f"SELECT catalogue FROM {schema}.state"),
        ]
