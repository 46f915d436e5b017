"""Indexes that lists need: asked for by a mark, made by a job, used by lists, dropped again."""

from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import conninfo_to_dict
from tests.schema.retyping import drain
from tests.schema.rows import fill

from changliu.access.service import access_for
from changliu.identity.model import Actor
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.kit.postgres.launcher import Instance
from changliu.records.query.compiled import compiled_list
from changliu.records.query.model import ListRequest
from changliu.records.query.service import reader_of, runtime_params
from changliu.records.query.store.page import phases
from changliu.schema.indexing import store
from changliu.schema.service import catalogue

ROWS = 3_000
FEE = "IF(金额>2900,金额*0.5,金额*0.1)+1"
FIELDS: list[dict[str, Any]] = [
    {"key": "name", "label": "名称", "type": "text", "max_length": 200},
    {"key": "long", "label": "长", "type": "text"},
    {"key": "note", "label": "备注", "type": "long_text"},
    {"key": "amount", "label": "金额", "type": "number"},
    {"key": "due", "label": "到期", "type": "date"},
    {"key": "fee", "label": "提成", "type": "formula", "formula": FEE},
    {"key": "left", "label": "剩余", "type": "formula", "formula": "到期-TODAY()"},
    {"key": "mine", "label": "我的", "type": "formula", "formula": "owner=ME()"},
    {"key": "boss", "label": "上司", "type": "formula", "formula": "owner.team.leader"},
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", autouse=True)
async def item(admin: httpx.AsyncClient, platform: Platform, workspace: Workspace) -> None:
    made = await admin.post("/api/objects", json={"key": "item", "label": "项", "fields": FIELDS})
    assert made.status_code == 201, made.text
    rows = [{"amount": i, "name": f"n{i:05}"} for i in range(ROWS)]
    await fill(platform.database, workspace, "item", rows)


async def mark(admin: httpx.AsyncClient, key: str, *, indexed: bool) -> httpx.Response:
    return await admin.patch(f"/api/objects/item/fields/{key}", json={"indexed": indexed})


async def names(platform: Platform, workspace: Workspace) -> list[str]:
    async with platform.database.transaction(workspace, write=False) as tx:
        return [index.name for index in await store.present(tx) if index.valid]


@pytest.mark.feature("Z1")
async def test_a_list_uses_the_index_of_a_formula(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, actor: Actor
) -> None:
    assert (await mark(admin, "fee", indexed=True)).json()["indexed"] is True
    await drain(platform)
    [made] = await names(platform, workspace)
    for request in (
        ListRequest("item", filter="提成>1499", fields=()),
        ListRequest("item", sort=("-fee",), fields=()),
        ListRequest("item", sort=("fee",), fields=()),
    ):
        plans = await explained(platform, workspace, actor, request)
        assert all(made in plan for plan in plans), "\n".join(plans)
        assert request.filter or not any("Sort" in plan for plan in plans), plans
    top = (await admin.get("/api/records/item", params={"sort": "-fee", "limit": 2})).json()
    assert [r["values"]["fee"] for r in top["items"]] == ["1500.5", "1500"]
    again = {"formula": "IF(金额>2900,金额*0.5,金额*0.2)+1"}
    assert (await admin.patch("/api/objects/item/fields/fee", json=again)).status_code == 200
    await drain(platform)
    [other] = await names(platform, workspace)
    assert other != made
    await mark(admin, "fee", indexed=False)
    await drain(platform)
    assert await names(platform, workspace) == []


async def explained(
    platform: Platform, workspace: Workspace, actor: Actor, request: ListRequest
) -> list[str]:
    """The plans of the statements a list runs for who reads everything."""
    plans = []
    async with platform.database.transaction(workspace, write=False) as tx:
        known = await catalogue(tx)
        reader = reader_of(tx, await access_for(tx, actor, known), known)
        compiled = compiled_list(reader, request)
        params = runtime_params(tx, reader.access)
        for phase in phases(compiled.plan, None)[:1]:
            statement = compiled.page(reader, phase, None, compiled.per_team(params))
            bound = {**params, **statement.params, "n": 6}
            rows = await tx.rows("EXPLAIN (COSTS OFF) " + statement.text, bound)  # type: ignore[arg-type]
            plans.append("\n".join(row[0] for row in rows))
    return plans


async def test_what_cannot_be_indexed_is_refused(admin: httpx.AsyncClient) -> None:
    for key in ("long", "note", "left", "mine", "boss"):
        answer = await mark(admin, key, indexed=True)
        assert answer.status_code == 422, key
        assert [e["code"] for e in answer.json()["errors"]] == ["field.indexed"], answer.text


async def test_a_half_built_index_is_built_again(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, cluster: Instance
) -> None:
    await mark(admin, "amount", indexed=True)
    await drain(platform)
    before = await names(platform, workspace)
    place = conninfo_to_dict(platform.database.app_dsn)["dbname"]
    with psycopg.connect(cluster.admin_dsn, dbname=place, autocommit=True) as conn:
        broken = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass"
        conn.execute(broken, [f"{workspace.schema}.{before[0]}"])
    assert await names(platform, workspace) == []
    await mark(admin, "due", indexed=True)
    await drain(platform)
    assert set(before) < set(await names(platform, workspace))
    for key in ("amount", "due"):
        await mark(admin, key, indexed=False)
    await drain(platform)


async def test_an_object_has_at_most_twelve(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    fields = [{"key": f"n{i}", "label": f"n{i}", "type": "number", "indexed": i < 12}
              for i in range(13)]  # fmt: skip
    made = await admin.post("/api/objects", json={"key": "many", "label": "多", "fields": fields})
    assert made.status_code == 201, made.text
    answer = await admin.patch("/api/objects/many/fields/n12", json={"indexed": True})
    assert [e["code"] for e in answer.json()["errors"]] == ["field.indexed_limit"]
    await drain(platform)
    assert len(await names(platform, workspace)) == 12
    assert (await admin.delete("/api/objects/many/fields/n3")).status_code == 200
    await drain(platform)
    assert len(await names(platform, workspace)) == 11
