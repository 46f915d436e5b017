"""Work that was set aside: found with its records, run again one or all, discarded with a reason,
and every such act in the audit."""

import httpx
from tests.conftest import ADMIN_PASSWORD
from tests.doors import open_client, sign_in
from tests.jobs.conftest import crew

from changliu.jobs import service
from changliu.jobs.batch import run_batch
from changliu.kit.db import Workspace
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform
from changliu.schema.catalogue import catalogue


async def set_aside(platform: Platform, workspace: Workspace, count: int, kind: str) -> list[int]:
    """Jobs about a record of the case, of a kind nobody knows."""
    async with platform.database.transaction(workspace) as tx:
        known = (await catalogue(tx)).by_key.get("case")
        payload = {"object": known.id if known else None, "records": [str(uuid7())]}
        ids = [await service.enqueue(tx, kind, payload, max_attempts=1) for _ in range(count)]
    await run_batch(platform.database, workspace, crew())
    return ids


async def test_operators_deal_with_dead_letters(platform: Platform, workspace: Workspace) -> None:
    async with open_client(platform) as admin:
        await sign_in(admin, "admin", ADMIN_PASSWORD)
        made = {"key": "case", "label": "案卷", "fields": []}
        assert (await admin.post("/api/objects", json=made)).status_code == 201
        first, *others = await set_aside(platform, workspace, 3, "lost")
        [stray] = await set_aside(platform, workspace, 1, "stray")
        listed = (await admin.get("/api/jobs?state=dead&kind=lost")).json()
        assert [job["id"] for job in listed["dead"]] == [*others[::-1], first]
        assert set(listed) == {"dead", "next"}
        [link] = listed["dead"][0]["links"]
        assert link == {"object": "case", "id": listed["dead"][0]["payload"]["records"][0]}
        assert "no handler" in listed["dead"][0]["error"]
        await discarded_and_run(admin, first, others, stray)
        lines = (await admin.get("/api/audit?kind=job")).json()["items"]
        assert [(line["action"], line["name"]) for line in lines] == [
            ("job.run", "*"), ("job.run", "lost"), ("job.discarded", "stray"),
        ]  # fmt: skip
        assert lines[2]["diff"] == {"job": {"to": stray}, "reason": {"to": "nobody needs it"}}
        assert lines[0]["diff"] == {"count": {"to": 2}}
        assert lines[0]["actor"]["title"]


async def discarded_and_run(
    admin: httpx.AsyncClient, first: int, others: list[int], stray: int
) -> None:
    """Discard one, run one, run the rest; none is left set aside."""
    gone = await admin.delete(f"/api/jobs/{stray}", params={"reason": "nobody needs it"})
    assert gone.status_code == 204
    assert (await admin.post(f"/api/jobs/{first}/run")).status_code == 200
    assert (await admin.post("/api/jobs/run?kind=none")).json() == {"run": []}
    assert (await admin.post("/api/jobs/run")).json() == {"run": others}
    assert (await admin.get("/api/jobs?state=dead")).json()["dead"] == []
