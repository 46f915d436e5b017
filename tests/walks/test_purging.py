"""An app that goes with its data goes whole, whenever the worker dies on the way."""

import signal

import pytest
from psycopg import sql
from tests.walks.harness import CLI, Site, eventually, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared

from changliu.records.history.sealing.service import seal

PATH = "/api/bundles/sales"


@pytest.mark.feature("Z11")
async def test_an_app_goes_with_its_data_whenever_the_worker_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        assert (await client.post(f"{PATH}/install")).status_code == 200
        for number in range(3):
            body = {"name": f"公司{number}"}
            made = await client.post("/api/records/account", json=body)
            assert made.status_code == 201, made.text
        async with site.opened() as (database, where), database.transaction(where) as tx:
            await seal(tx, site.data)
        asked = {"purge": "sales"}
        told = (await client.post(f"{PATH}/uninstall", params=asked)).json()
        gone = await client.post(f"{PATH}/uninstall", params={**asked, "confirm": told["confirm"]})
        assert gone.status_code == 200, gone.text
        worker = site.child("worker", *CLI, "worker", "--data", str(site.data))
        [step] = KILLED["purging"]
        for deadly in (step, f"{step}:2", "schema.sweep", "schema.sweep:1"):
            died = await worker.start(CHANGLIU_CRASH_AT=deadly).ended(60)
            assert died == -signal.SIGKILL, deadly
            await _again(site)
            await hold(site)
            assert (await client.get(f"{PATH}/purge")).json()["state"] == "running"
        worker.start()

        async def ended() -> bool:
            return bool((await client.get(f"{PATH}/purge")).json()["state"] == "done")

        await eventually(ended, 60)
        await hold(site)
        told = (await client.get(f"{PATH}/purge")).json()
        assert told["done"] == told["total"] == 3


async def _again(site: Site) -> None:
    """Let every lease run out."""
    async with site.opened() as (database, where), database.transaction(where) as tx:
        schema = sql.Identifier(where.schema)
        await tx.execute(sql.SQL("DELETE FROM {}.job_lease").format(schema))
        query = sql.SQL("UPDATE {}.job SET run_at = %s WHERE run_at > %s AND dead_at IS NULL")
        await tx.execute(query.format(schema), [tx.now, tx.now])
