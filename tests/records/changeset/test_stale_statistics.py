"""Writing many rows while the planner takes a table for empty: no row asks all the others."""

import asyncio

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

pytestmark = pytest.mark.feature("Z1")
MANY = 3_000
# Each row asking all there are would read nine million.
FEW = 10 * MANY


class Site:
    """The house, and what PostgreSQL counts of its tables."""

    def __init__(self, house, conn):
        self.house, self.conn, self.written = house, conn, 0

    def identifier(self, target):
        return sql.Identifier(self.house.workspace.schema, self.house.table(target))

    async def write(self, target, values):
        """Create many of an object, `values(n)` each with a number of its own; the changeset."""
        first, self.written = self.written, self.written + MANY
        changes = [self.house.create(target, **values(n)) for n in range(first, first + MANY)]
        answer = await self.house.admin.post("/api/changesets", json={"changes": changes})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def revert(self, changeset):
        way = f"/api/changesets/{changeset['id']}/revert"
        await self.house.ok(self.house.admin.post(way, json={}))

    async def take_for_empty(self, target, values):
        """Have the planner see a table of which all rows are in the trash."""
        await self.revert(await self.write(target, values))
        self.conn.execute(sql.SQL("VACUUM ANALYZE {}").format(self.identifier(target)))

    def counts(self, target):
        """(rows read of the table and its indexes, rows inserted and updated) so far."""
        query = """
          SELECT seq_tup_read
            + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = t.relid),
            n_tup_ins + n_tup_upd
          FROM pg_stat_user_tables t WHERE relid = %s::regclass"""
        name = self.identifier(target).as_string(self.conn)
        read, written = self.conn.execute(query, [name]).fetchone()
        return int(read), written

    async def reads(self, target, write, written):
        """Rows read of a table in `write`, which writes many to the other one."""
        (before, _), (_, wrote) = self.counts(target), self.counts(written)
        await write
        async with asyncio.timeout(60):
            while self.counts(written)[1] < wrote + MANY:
                # A connection tells what it counted when it is used again, once a second.
                await self.house.rows("SELECT 1")
                await asyncio.sleep(0.2)
        return self.counts(target)[0] - before


@pytest_asyncio.fixture
async def site(house):
    with psycopg.connect(house.platform.database.owner_dsn, autocommit=True) as conn:
        yield Site(house, conn)


async def settle(site, target, write):
    """Do what comes before, until it is counted."""
    await site.reads(target, write, target)


async def test_unique_values_come_into_an_emptied_table(site):
    def values(n):
        return {"name": "客", "code": f"{n}"}

    await site.take_for_empty("account", values)
    await settle(site, "account", site.write("account", values))
    assert await site.reads("account", site.write("account", values), "account") < FEW


async def test_records_go_while_others_came_that_may_point_to_them(site):
    kept, gone = [
        await site.write("account", lambda _, name=name: {"name": name}) for name in ("留", "走")
    ]

    def values(n):
        return {"title": "机", "account": kept["results"][n % MANY]["id"]}

    # While an index is not built yet, or one over fewer pages looks as good to the planner.
    index = sql.Identifier(
        site.house.workspace.schema, f"i_{site.house.column('deal', 'account')[2:]}"
    )
    site.conn.execute(sql.SQL("DROP INDEX {}").format(index))
    await site.take_for_empty("deal", values)
    await settle(site, "deal", site.write("deal", values))
    assert await site.reads("deal", site.revert(gone), "account") < FEW
