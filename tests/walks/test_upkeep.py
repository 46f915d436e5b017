"""Work between writes under fire: roll-ups filled and searched for drift, indexes built for lists,
keys of search made anew.

The worker dies at every step of each; the next one goes on, and every value is what it must be.
"""

import signal

import httpx
import pytest
from psycopg import sql
from tests.walks.harness import CLI, Child, Site, eventually, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared

from changliu.jobs import service
from changliu.records.rollups.handlers import RECONCILE
from changliu.records.search.comparing import make_anew
from changliu.schema.filling import FILL
from changliu.schema.indexing.work import INDEX
from changliu.schema.searching import KEYS

DEALS, LINES = 5, 40
LINE = {
    "key": "line",
    "label": "明细",
    "fields": [
        {"key": "cost", "label": "金额", "type": "number", "indexed": True},
        {
            "key": "deal",
            "label": "单",
            "type": "reference",
            "object": "deal",
            "inverse": {"key": "lines", "label": {"zh-CN": "明细", "en": "Lines"}},
        },
    ],
}
TOTAL = {
    "key": "total",
    "label": "合计",
    "type": "rollup",
    "children": "lines",
    "function": "SUM",
    "field": "cost",
    "maintained": True,
}


@pytest.mark.feature("Z1")
async def test_work_between_writes_goes_on_whenever_its_worker_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        expected = await _furnish(client)
        worker = site.child("worker", *CLI, "worker", "--data", str(site.data))
        building, filling, making = KILLED["upkeep"]
        # Filling first: a worker that lives long enough to build has nothing left to fill.
        await die_at(site, worker, filling, FILL)
        indexed = await client.patch("/api/objects/deal/fields/amount", json={"indexed": True})
        assert indexed.status_code == 200, indexed.text
        for step, job in ((building, INDEX), ("jobs.run", FILL), ("jobs.run", RECONCILE)):
            await die_at(site, worker, step, job)
        async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
            await make_anew(tx)
        await die_at(site, worker, making, KEYS)
        worker.start()
        await eventually(lambda: _is_done(site), 60)
        items = (await client.get("/api/records/deal?sort=-total&limit=50")).json()["items"]
        assert {item["id"]: item["values"]["total"] for item in items} == expected
        await hold(site)


async def _furnish(client: httpx.AsyncClient) -> dict[str, str]:
    assert (await client.post("/api/objects", json=LINE)).status_code == 201
    deals = []
    for number in range(DEALS):
        made = await client.post("/api/records/deal", json={"name": f"单 {number}"})
        deals.append(made.json()["id"])
    changes = [
        {"op": "create", "object": "line", "values": {"cost": n, "deal": deals[n % DEALS]}}
        for n in range(LINES)
    ]
    made = await client.post("/api/changesets", json={"changes": changes})
    assert made.status_code == 200, made.text
    added = await client.post("/api/objects/deal/fields", json=TOTAL)
    assert added.status_code == 201, added.text
    return {deal: str(sum(range(i, LINES, DEALS))) for i, deal in enumerate(deals)}


async def die_at(site: Site, worker: Child, step: str, job: str) -> None:
    """Let the worker run into a step that kills it, then let every lease run out."""
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        await service.enqueue(tx, job, {})
    assert await worker.start(CHANGLIU_CRASH_AT=step).ended(40) == -signal.SIGKILL, step
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        schema = sql.Identifier(workspace.schema)
        await tx.execute(sql.SQL("DELETE FROM {}.job_lease").format(schema))
        await tx.execute(sql.SQL("UPDATE {}.job SET run_at = %s").format(schema), [tx.now])


async def _is_done(site: Site) -> bool:
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        query = sql.SQL("SELECT 1 FROM {}.job WHERE run_at <= %s LIMIT 1")
        return await tx.row(query.format(sql.Identifier(workspace.schema)), [tx.now]) is None
