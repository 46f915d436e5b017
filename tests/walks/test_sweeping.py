"""Old columns are dropped after their time: dead in the middle, and the next worker does the rest.

Business time is moved on, as on any installation made for tests.
"""

from datetime import timedelta

import httpx
import pytest
from tests.walks.harness import CLI, Site, eventually, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared
from tests.walks.test_upkeep import die_at

from changliu.kit.clock import real
from changliu.schema.leftovers.service import LIFE, SWEEP, compare
from changliu.timers.test_clock import set_now

COLUMNS = 3


@pytest.mark.feature("Z1")
async def test_columns_whose_time_is_over_go_whenever_the_worker_dies() -> None:
    async with new_site() as site, prepared(site) as client:
        before = await _removed(client)
        assert await _left(site) == COLUMNS
        await _later(site, LIFE["removed"] + timedelta(days=1))
        worker = site.child("worker", *CLI, "worker", "--data", str(site.data))
        [sweeping] = KILLED["sweeping"]
        await die_at(site, worker, sweeping, SWEEP)
        assert await _left(site) == COLUMNS, "dead before the commit: the column is there"
        await hold(site)
        await die_at(site, worker, f"{sweeping}:1", SWEEP)
        assert await _left(site) == COLUMNS - 1, "one was dropped before the death"
        await hold(site)
        worker.start()
        await eventually(lambda: _is_swept(site), 60)
        assert (await client.get(f"/api/records/deal/{before['id']}")).json() == before
        await hold(site)


async def _removed(client: httpx.AsyncClient) -> dict[str, object]:
    """Fill columns, remove them; return the record as it is without them."""
    for number in range(COLUMNS):
        field = {"key": f"old{number}", "label": f"旧{number}", "type": "text"}
        assert (await client.post("/api/objects/deal/fields", json=field)).status_code == 201
    values = {"name": "单", **{f"old{n}": "值" for n in range(COLUMNS)}}
    made = (await client.post("/api/records/deal", json=values)).json()
    for number in range(COLUMNS):
        gone = await client.delete(f"/api/objects/deal/fields/old{number}")
        assert gone.status_code == 200, gone.text
    found: dict[str, object] = (await client.get(f"/api/records/deal/{made['id']}")).json()
    return found


async def _later(site: Site, by: timedelta) -> None:
    async with site.opened() as (database, _):
        await set_now(database, real() + by)


async def _is_swept(site: Site) -> bool:
    return await _left(site) == 0


async def _left(site: Site) -> int:
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        return len((await compare(tx)).left)
