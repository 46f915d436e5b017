"""The statements of a page: one branch per scope term, and indexes that serve their order."""

import re
from typing import Any

import pytest
from psycopg import sql
from tests.records.query.query_house import House

from changliu.access.service import access_for
from changliu.identity import service as identity
from changliu.records.query.compiled import compiled_list
from changliu.records.query.model import ListRequest
from changliu.records.query.service import reader_of, runtime_params
from changliu.records.query.store.page import Phase, phases
from changliu.schema.service import catalogue

# A node that sorts; a merge of branches already in order names its sort key, too.
SORTS = re.compile(r"^\s*(->\s+)?(Incremental )?Sort$", re.MULTILINE)


@pytest.fixture(scope="module")
async def indexed(house: House) -> House:
    """The house with the index a published sort by score would get."""
    create = sql.SQL("CREATE INDEX ON {} ({} DESC, id) WHERE deleted_at IS NULL").format(
        sql.Identifier(house.workspace.schema, house.tables["deal"]),
        sql.Identifier(house.columns["deal"]["score"]),
    )
    async with house.platform.database.ddl(house.workspace) as tx:
        await tx.execute(create)
    return house


async def explain(house: House, login: str, phase: Phase, after: Any = None, **asked: Any) -> str:
    database, workspace = house.platform.database, house.workspace
    async with database.transaction(workspace, write=False) as tx:
        known = await catalogue(tx)
        access = await access_for(tx, await identity.actor(tx, house.members[login]), known)
        reader = reader_of(tx, access, known)
        compiled = compiled_list(reader, ListRequest("deal", **asked))
        assert phase in phases(compiled.plan, None)
        params = runtime_params(tx, access)
        statement = compiled.page(reader, phase, after, compiled.per_team(params))
        # A few hundred rows: what an index can give is only seen when nothing else is cheaper.
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            await tx.execute(sql.SQL("SET LOCAL {} = off").format(sql.Identifier(f"enable_{way}")))
        bound = {**params, **statement.params, "n": 21, "c0": "3", "cid": house.deals[0]["id"]}
        rows = await tx.rows("EXPLAIN (COSTS OFF) " + statement.text, bound)
        return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("login", "sort", "phase", "index"),
    [
        ("admin", (), Phase.ALL, "created"),
        ("admin", ("created_at",), Phase.ALL, "created"),
        ("rep", (), Phase.ALL, "owner"),
        ("rep", ("created_at",), Phase.ALL, "owner"),
        ("admin", ("-score",), Phase.FILLED, "idx"),
        ("admin", ("score",), Phase.ALL, "idx"),
    ],
)
async def test_an_index_gives_the_order(indexed, login, sort, phase, index):
    plan = await explain(indexed, login, phase, sort=sort, fields=())
    assert not SORTS.search(plan), plan
    assert f"_{index} on" in plan, plan


async def test_a_cursor_starts_inside_the_index(indexed):
    plan = await explain(indexed, "admin", Phase.FILLED, (False,), sort=("-score",), fields=())
    assert not SORTS.search(plan), plan
    assert "Index Cond" in plan, plan


async def test_teams_are_read_one_by_one_in_index_order(indexed):
    plan = await explain(indexed, "boss", Phase.ALL, fields=())
    assert "unnest" in plan, plan
    for index in ("owner", "team"):
        assert re.search(rf"Limit\s+->\s+Index Scan using o_2_{index} on", plan), plan


async def test_with_another_order_teams_are_read_together(indexed):
    plan = await explain(indexed, "boss", Phase.ALL, sort=("-score",), fields=())
    assert "unnest" not in plan, plan
    assert "Append" in plan, plan


async def test_a_total_over_a_customers_list_is_worked_out_once_for_each(house):
    """A list of deals asks the same of a customer many times over: the plan remembers."""
    async with house.platform.database.ddl(house.workspace) as tx:
        for name in house.tables.values():
            table = sql.Identifier(house.workspace.schema, name)
            await tx.execute(sql.SQL("ANALYZE {}").format(table))
    wanted = "SUM(company.deal.amount) > 0 AND SUM(company.deal.amount, hot) >= 0"
    plan = await explain(house, "admin", Phase.ALL, filter=wanted, fields=())
    assert "Memoize" in plan, plan
    assert "SubPlan" not in plan, plan
