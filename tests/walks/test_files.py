"""Uploads under fire: the server killed at every step and at any moment; nothing half is served."""

import asyncio
import hashlib
import os
import random
import signal

import httpx
import pytest
from psycopg import sql
from tests.doors import sign_in
from tests.walks.harness import KILLS, PASSWORD, Server, Site, eventually, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

UPLOADERS = 4
TIMEOUT = httpx.Timeout(15)


async def upload(client: httpx.AsyncClient, content: bytes) -> str | None:
    """Upload a file; its id, or None when the server died on the way."""
    try:
        answer = await client.post("/api/files", files={"file": ("走.bin", content)})
    except httpx.TransportError:
        return None
    if answer.status_code == 503:
        return None
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def check(
    site: Site, server: Server, token: str, told: dict[str, bytes], seen: set[str]
) -> int:
    """Every acknowledged file is served as it was; every row has its bytes; the number of rows.

    Files in `seen` were looked at before and are passed over; those looked at now join them.
    """
    query = sql.SQL("SELECT id::text, sha256, size FROM {}.file")
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        rows = await tx.rows(query.format(sql.Identifier(tx.schema)))
    assert told.keys() <= {row[0] for row in rows}
    async with httpx.AsyncClient(
        base_url=server.url, timeout=TIMEOUT, headers={"authorization": token}
    ) as client:
        for file, digest, size in (row for row in rows if row[0] not in seen):
            content = (await client.get(f"/api/files/{file}")).content
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (digest, size)
            assert content == told.get(file, content)
            seen.add(file)
    return len(rows)


@pytest.mark.parametrize("step", KILLED["files"])
async def test_dying_at_any_step_of_an_upload_serves_it_whole_or_not_at_all(step: str) -> None:
    async with new_site() as site:
        server = new_server(site)
        await server.restart(CHANGLIU_CRASH_AT=step)
        content = os.urandom(300_000)
        async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT) as client:
            await sign_in(client, "admin", PASSWORD)
            token = client.headers["authorization"]
            assert await upload(client, content) is None
        assert await server.child.ended() == -signal.SIGKILL
        await server.restart()
        assert await check(site, server, token, {}, set()) == (1 if step == "file.committed" else 0)
        async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT) as client:
            client.headers["authorization"] = token
            file = await upload(client, content)
            assert file is not None
        await check(site, server, token, {file: content}, set())
        await hold(site)


async def test_killed_at_any_moment_every_answer_holds() -> None:
    chance = random.Random(20260405)
    told: dict[str, bytes] = {}
    seen: set[str] = set()
    async with new_site() as site:
        server = new_server(site)
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT) as client:
            await sign_in(client, "admin", PASSWORD)
            token = client.headers["authorization"]
        contents = [os.urandom(size) for size in (10, 70_000, 400_000)]

        async def keep_on(until: asyncio.Event) -> None:
            async with httpx.AsyncClient(
                base_url=server.url, timeout=TIMEOUT, headers={"authorization": token}
            ) as client:
                while not until.is_set():
                    # The same few contents again and again: they meet on disk.
                    content = chance.choice([*contents, os.urandom(50_000)])
                    file = await upload(client, content)
                    if file is not None:
                        told[file] = content
                    await asyncio.sleep(0.01)

        for _ in range(max(2, KILLS // 2)):
            stop = asyncio.Event()
            tasks = [asyncio.create_task(keep_on(stop)) for _ in range(UPLOADERS)]
            before = len(told)

            async def answered(before: int = before) -> bool:
                return len(told) > before

            await eventually(answered, 60)
            await asyncio.sleep(chance.uniform(0, 0.6))
            server.kill9()
            stop.set()
            await asyncio.gather(*tasks)
            await server.restart()
            await check(site, server, token, told, seen)
        assert told
        await check(site, server, token, told, set())
        await hold(site)
