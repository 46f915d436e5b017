"""Writing many rows while the planner takes the table for empty: no row asks all the others."""

import asyncio

import psycopg
import pytest
from psycopg import sql

pytestmark = pytest.mark.feature("Z1")
MANY = 3_000


async def write(house, start):
    changes = [house.create("account", name="客", code=f"{start + n}") for n in range(MANY)]
    answer = await house.admin.post("/api/changesets", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def rows_read(house, conn, table, inserted):
    """Rows read of the table and of its indexes, once the insertions have been counted too."""
    query = """
      SELECT n_tup_ins, seq_tup_read
        + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = t.relid)
      FROM pg_stat_user_tables t WHERE relid = %s::regclass"""
    async with asyncio.timeout(60):
        while True:
            new, read = conn.execute(query, [table]).fetchone()
            if new >= inserted:
                return int(read)
            # A connection tells what it counted when it is used again, at most once a second.
            await house.rows("SELECT 1")
            await asyncio.sleep(0.2)


async def test_a_table_that_was_emptied_fills_up_again(house):
    with psycopg.connect(house.platform.database.owner_dsn, autocommit=True) as conn:
        table = sql.Identifier(house.workspace.schema, house.table("account"))
        name = table.as_string(conn)
        undone = await write(house, 0)
        await house.ok(house.admin.post(f"/api/changesets/{undone}/revert", json={}))
        conn.execute(sql.SQL("VACUUM ANALYZE {}").format(table))
        await write(house, MANY)
        before = await rows_read(house, conn, name, 2 * MANY)
        await write(house, 2 * MANY)
        after = await rows_read(house, conn, name, 3 * MANY)
    # Each row asking all there were would read nine million.
    assert after - before < 10 * MANY
