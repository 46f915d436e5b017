"""An import cut off anywhere goes on where it stopped: every row once, every refusal once."""

import asyncio
import csv
import random
import signal
from pathlib import Path

from psycopg import sql
from tests.walks.harness import KILLS, Child, Site, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared

from changliu.kit.db import Tx

# Four batches; every hundredth row is refused.
ROWS, BAD_EVERY = 18_000, 100
BAD = ROWS // BAD_EVERY
_BATCH, _COMMITTED = KILLED["imports"]
DEATHS = (_BATCH, "write:1", _COMMITTED, "lock", f"{_COMMITTED}:1")


def write_file(path: Path) -> None:
    """Write the CSV: names count up, amounts too, except the bad ones."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["名称", "金额"])
        for n in range(ROWS):
            rows.writerow([f"商机 {n}", "很多" if n % BAD_EVERY == 0 else f"{n}.5"])


async def _rows(tx: Tx, query: str) -> list[tuple[object, ...]]:
    return await tx.rows(sql.SQL(query).format(schema=sql.Identifier(tx.schema)))


async def states(site: Site) -> list[tuple[object, ...]]:
    """State and rows behind of every import."""
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        return await _rows(tx, "SELECT state, place FROM {schema}.import_job ORDER BY started_at")


async def check(site: Site) -> None:
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        names = await _rows(tx, "SELECT f_1, count(*) FROM {schema}.o_1 GROUP BY f_1")
        history = await _rows(tx, "SELECT count(*), count(DISTINCT record) FROM {schema}.history")
        faults = await _rows(tx, "SELECT count(*), count(DISTINCT line) FROM {schema}.import_fault")
        chain = await _rows(tx, "SELECT sum(changes) FROM {schema}.changeset WHERE via = 'import'")
    assert {name for name, _ in names} == {f"商机 {n}" for n in range(ROWS) if n % BAD_EVERY}
    assert {count for _, count in names} == {1}, "a row came in twice"
    assert history == [(ROWS - BAD, ROWS - BAD)]
    assert faults == [(BAD, BAD)]
    assert chain[0][0] in {ROWS - BAD, ROWS}


async def kill_at_random(site: Site, child: Child) -> None:
    """Kill the import, or the database under it, while it runs."""
    child.start()
    await asyncio.sleep(random.uniform(0, 1.2))
    if random.random() < 0.3:
        await site.kill_database()
        await child.ended()
        await site.start_database()
    child.kill9()


async def test_an_import_killed_anywhere_brings_every_row_in_once() -> None:
    async with new_site() as site:
        async with prepared(site):
            pass
        file = site.data / "商机.csv"
        write_file(file)
        arguments = ("import", str(file), "--object", "deal", "--data", str(site.data))
        child = site.child("import", "-m", "changliu", *arguments)
        for step in DEATHS[:KILLS]:
            assert await child.start(CHANGLIU_CRASH_AT=step).ended() == -signal.SIGKILL, step
        for _ in range(max(1, KILLS // 3)):
            if ("done", ROWS) not in await states(site):
                await kill_at_random(site, child)
        if ("done", ROWS) not in await states(site):
            assert await child.start().ended(120) == 2, "it ends saying that rows were refused"
        assert await states(site) == [("done", ROWS)]
        await check(site)
        await hold(site)
