"""A large export whose worker dies: one file, whole, and one line that says who took it."""

import hashlib
import signal

import httpx
import pytest
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, eventually, new_server, new_site
from tests.walks.points import KILLED

NAMED = {"key": "name", "label": "名称", "type": "text"}
OBJECT = {"key": "parcel", "label": "包裹", "title_field": "name", "fields": [NAMED]}
ROWS, BATCH = 10_001, 5_000


async def filled(client: httpx.AsyncClient) -> None:
    """Make more records than one answer takes."""
    made = await client.post("/api/objects", json=OBJECT)
    assert made.status_code == 201, made.text
    for start in range(0, ROWS, BATCH):
        numbers = range(start, min(start + BATCH, ROWS))
        changes = [
            {"op": "create", "object": "parcel", "values": {"name": f"{n:05}"}} for n in numbers
        ]
        done = await client.post("/api/changesets", json={"mode": "all", "changes": changes})
        assert done.status_code == 200, done.text


@pytest.mark.feature("Z19")
async def test_an_export_whose_worker_dies_is_made_once() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site, "--workers", "0")
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            await sign_in(client, "admin", PASSWORD)
            await filled(client)
            asked = await client.get(
                "/api/exports/parcel",
                params={"format": "csv", "sort": "name", "fields": "name", "key": "false"},
            )
            assert asked.status_code == 202, asked.text
            place = asked.headers["location"]
            for step in KILLED["outside"]:
                worker = site.child("worker", "-m", "changliu", "worker", "--data", str(site.data))
                code = await worker.start(CHANGLIU_CRASH_AT=step).ended(60)
                assert code == -signal.SIGKILL, site.text("worker")
                assert (await client.get(place)).json()["state"] in ("waiting", "running")
                await site.end_leases()
            worker = site.child("worker", "-m", "changliu", "worker", "--data", str(site.data))
            worker.start()

            async def done() -> bool:
                return bool((await client.get(place)).json()["state"] == "done")

            await eventually(done, 60)
            file = await client.get(f"{place}/file")
            assert file.text.lstrip("\ufeff").split() == ["名称", *(f"{n:05}" for n in range(ROWS))]
            log = (await client.get("/api/audit/exports")).json()["items"]
            digest = hashlib.sha256(file.content).hexdigest()
            assert [(line["rows"], line["sha256"]) for line in log] == [(ROWS, digest)]
            audit = (await client.get("/api/audit?kind=export")).json()["items"]
            assert [line["action"] for line in audit] == ["export.fetched", "export.made"]
