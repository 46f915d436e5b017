"""Telling under fire: the worker dies at every step, and the member is told exactly once."""

import signal

import httpx
import pytest
from psycopg import sql
from tests.walks.harness import CLI, PASSWORD, Site, eventually, new_site
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared
from tests.walks.test_upkeep import _is_done


@pytest.mark.feature("Z15")
async def test_a_member_is_told_exactly_once_whenever_the_worker_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        member = await _hire(client)
        worker = site.child("worker", *CLI, "worker", "--data", str(site.data))
        expected = []
        for step in KILLED["notifications"]:
            record = await _post(client, "/api/records/deal", name=step, owner=member)
            path = f"/api/records/deal/{record}/comments"
            await _post(client, path, text=f"@[{member}] {step}")
            expected += [(record, "mention"), (record, "owner")]
            ended = await worker.start(CHANGLIU_CRASH_AT=step).ended(40)
            assert ended == -signal.SIGKILL, step
            worker.start()
            await eventually(lambda: _is_done(site), 60)
            worker.kill9()
            assert await _told(site) == sorted(expected), step


async def _hire(client: httpx.AsyncClient) -> str:
    return await _post(
        client, "/api/members", name="同事", login="mate", password=PASSWORD, roles=["admin"]
    )


async def _post(client: httpx.AsyncClient, path: str, **body: object) -> str:
    made = await client.post(path, json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _told(site: Site) -> list[tuple[str, str]]:
    """What was told, as often as it was."""
    query = sql.SQL("SELECT record::text, kind FROM {}.notification WHERE count = 1 ORDER BY 1, 2")
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        return await tx.rows(query.format(sql.Identifier(workspace.schema)))
