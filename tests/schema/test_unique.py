"""Unique fields: refused while values repeat, kept by an index of their normalised key."""

from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from tests.schema.rows import fill

from changliu.definitions import service as definitions
from changliu.identity.model import Actor
from changliu.kit.db import Tx, Workspace
from changliu.kit.platform import Platform
from changliu.schema import ddl
from changliu.schema.kind import FIELD_KIND
from changliu.schema.service import catalogue
from changliu.schema.turns import run_turn

COMPANY = {
    "key": "company",
    "label": "公司",
    "fields": [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "phone", "label": "电话", "type": "phone"},
        {"key": "code", "label": "编号", "type": "text", "unique": True},
        {"key": "grade", "label": "等级", "type": "number"},
    ],
}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def company(admin: httpx.AsyncClient, platform: Platform, workspace: Workspace) -> None:
    made = await admin.post("/api/objects", json=COMPANY)
    assert made.status_code == 201, made.text
    rows: list[dict[str, Any]] = [
        {"name": "Acme", "code": "A1"}, {"name": "ACME", "code": "A2"}, {"name": "ａｃｍｅ"},
        {"name": "Beta"}, {"name": "Gamma"},
    ]  # fmt: skip
    await fill(platform.database, workspace, "company", rows)


async def indexes(platform: Platform, workspace: Workspace) -> dict[str, str]:
    async with platform.database.transaction(workspace) as tx:
        table = (await catalogue(tx)).object("company").table
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = %s"
        )
        return dict(await tx.rows(query, (workspace.schema, table)))


@pytest.mark.feature("Z1")
@pytest.mark.parametrize("small", [ddl.SMALL, 0])
async def test_repeated_values_are_named_and_nothing_changes(
    admin: httpx.AsyncClient,
    platform: Platform,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    small: int,
) -> None:
    monkeypatch.setattr(ddl, "SMALL", small)
    before = await indexes(platform, workspace)
    answer = await admin.patch("/api/objects/company/fields/name", json={"unique": True})
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    assert (error["code"], error["path"]) == ("field.duplicates", "unique")
    assert "ACME ×3" in error["message"]
    assert await indexes(platform, workspace) == before
    field = (await admin.get("/api/objects/company")).json()["fields"][0]
    assert not field["unique"]


@pytest.mark.parametrize("small", [ddl.SMALL, 0])
async def test_the_index_keeps_values_apart(
    admin: httpx.AsyncClient,
    platform: Platform,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    small: int,
) -> None:
    monkeypatch.setattr(ddl, "SMALL", small)
    url = "/api/objects/company/fields/phone"
    made = await admin.patch(url, json={"unique": True})
    assert made.status_code == 200, made.text
    name = f"u_{made.json()['id'].removeprefix('f_')}"
    assert "WHERE (deleted_at IS NULL)" in (await indexes(platform, workspace))[name]
    first = "+8613800138000" if small else "+8613900139000"
    await fill(platform.database, workspace, "company", [{"phone": first}])
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        await fill(platform.database, workspace, "company", [{"phone": first}])
    assert refused.value.diag.constraint_name == name
    off = await admin.patch(url, json={"unique": False})
    assert off.status_code == 200, off.text
    assert name not in await indexes(platform, workspace)


async def test_a_new_unique_field_of_a_big_table(
    admin: httpx.AsyncClient,
    platform: Platform,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ddl, "SMALL", 0)
    bodies: list[dict[str, Any]] = [
        {"key": "tax", "label": "税号", "type": "text", "unique": True},
        {"key": "parent", "label": "上级", "type": "reference", "object": "company"},
    ]
    for body in bodies:
        made = await admin.post("/api/objects/company/fields", json=body)
        assert made.status_code == 201, made.text
        number = made.json()["id"].removeprefix("f_")
        assert {f"u_{number}", f"i_{number}"} & set(await indexes(platform, workspace))


async def test_an_index_of_a_change_that_failed_goes_again(
    platform: Platform, workspace: Workspace, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ddl, "SMALL", 0)
    before = set(await indexes(platform, workspace))
    body = {"label": "注册号", "type": "text", "unique": True}

    async def work(tx: Tx) -> None:
        key = "company.registry"
        made = await definitions.put(tx, actor, FIELD_KIND, key, body)
        raise LookupError(made.key)

    with pytest.raises(LookupError):
        await run_turn(platform.database, workspace, work)
    assert set(await indexes(platform, workspace)) == before


async def test_long_texts_can_be_unique(platform: Platform, workspace: Workspace) -> None:
    long = "长" * 1_000
    await fill(platform.database, workspace, "company", [{"code": long}])
    with pytest.raises(psycopg.errors.UniqueViolation):
        await fill(platform.database, workspace, "company", [{"code": long}])


async def test_a_search_for_the_key_uses_the_index(
    platform: Platform, workspace: Workspace
) -> None:
    async with platform.database.transaction(workspace) as tx:
        found = (await catalogue(tx)).object("company")
        column = sql.Identifier(str(found.by_key["code"].column))
        query = sql.SQL("EXPLAIN SELECT id FROM {} WHERE {} = md5('a1') AND deleted_at IS NULL")
        key = ddl.unique_key("casefold", column)
        await tx.execute("SET LOCAL enable_seqscan = off")
        plan = await tx.rows(query.format(sql.Identifier(tx.schema, found.table), key))
    assert any("u_" in line for (line,) in plan), plan


async def test_types_without_a_key_cannot_be_unique(admin: httpx.AsyncClient) -> None:
    body = {"key": "flags", "label": "旗", "type": "json", "unique": True}
    answer = await admin.post("/api/objects/company/fields", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "field.unique"
