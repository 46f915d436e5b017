"""What is used does not go without its impact list; what went can come back with its data."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from psycopg import sql
from tests.schema.rows import fill

from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema.service import catalogue

CUSTOMER = {
    "key": "customer",
    "label": {"zh-CN": "客户", "en": "Customer"},
    "title_field": "name",
    "fields": [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "size", "label": "规模", "type": "number"},
        {"key": "note", "label": "备注", "type": "text"},
        {"key": "double_size", "label": "两倍", "type": "formula", "formula": "规模 * 2"},
        {"key": "quadruple", "label": "四倍", "type": "formula", "formula": "两倍 * 2"},
        {
            "key": "grade",
            "label": "等级",
            "type": "select",
            "options": [{"key": k, "label": k.upper()} for k in ("a", "b", "c")],
        },
    ],
}
ORDER = {
    "key": "purchase",
    "label": {"zh-CN": "订单", "en": "Purchase"},
    "fields": [
        {"key": "number", "label": "编号", "type": "text"},
        {"key": "customer", "label": "客户", "type": "reference", "object": "customer"},
    ],
}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def objects(admin: httpx.AsyncClient, platform: Platform, workspace: Workspace) -> None:
    for body in (CUSTOMER, ORDER):
        made = await admin.post("/api/objects", json=body)
        assert made.status_code == 201, made.text
    rows = [{"name": "甲", "size": 5, "grade": "a"}, {"name": "乙", "size": 7, "grade": "b"}]
    await fill(platform.database, workspace, "customer", rows)


async def keys(admin: httpx.AsyncClient, name: str = "customer") -> list[str]:
    return [f["key"] for f in (await admin.get(f"/api/objects/{name}")).json()["fields"]]


async def test_an_unused_field_goes_at_once_and_its_key_is_free(
    admin: httpx.AsyncClient,
) -> None:
    url = "/api/objects/customer/fields/note"
    first = next(f for f in (await fields_of(admin)) if f["key"] == "note")
    assert (await admin.delete(url)).status_code == 200
    assert "note" not in await keys(admin)
    body = {"key": "note", "label": "新备注", "type": "number"}
    made = await admin.post("/api/objects/customer/fields", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["id"] != first["id"]
    assert (await admin.delete("/api/objects/customer/fields/nothing")).status_code == 404


async def fields_of(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await admin.get("/api/objects/customer")).json()["fields"]
    return found


@pytest.mark.feature("Z1")
async def test_a_used_field_needs_its_impact_list_confirmed(admin: httpx.AsyncClient) -> None:
    url = "/api/objects/customer/fields/size"
    refused = await admin.delete(url)
    assert (refused.status_code, refused.json()["code"]) == (409, "definition.in_use")
    hit = {e["key"] for e in refused.json()["errors"]}
    assert hit == {"customer.double_size", "customer.quadruple"}
    assert "size" in await keys(admin)
    plan = (await admin.get(f"{url}/plan")).json()
    assert plan["confirm"] == refused.json()["confirm"]
    assert "2 条记录" in plan["warnings"][0]["message"]
    stale = await admin.delete(f"{url}?confirm=ffff")
    assert stale.status_code == 409
    done = await admin.delete(f"{url}?confirm={refused.json()['confirm']}")
    assert done.status_code == 200, done.text
    assert not {"size", "double_size", "quadruple"} & set(await keys(admin))


async def test_a_rollback_revives_the_field_with_its_values(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    back = await admin.post("/api/definitions/field/customer.size/rollback", json={"version": 1})
    assert back.status_code == 200, back.text
    async with platform.database.transaction(workspace) as tx:
        found = (await catalogue(tx)).object("customer")
        column = sql.Identifier(str(found.by_key["size"].column))
        table = sql.Identifier(tx.schema, found.table)
        rows = await tx.rows(sql.SQL("SELECT {} FROM {} ORDER BY 1").format(column, table))
    assert [int(value) for (value,) in rows] == [5, 7]
    again = await admin.post(
        "/api/definitions/field/customer.double_size/rollback", json={"version": 1}
    )
    assert again.status_code == 200, again.text


async def test_the_title_field_is_given_up_not_the_object(admin: httpx.AsyncClient) -> None:
    url = "/api/objects/customer/fields/name"
    refused = await admin.delete(url)
    assert [e["code"] for e in refused.json()["errors"]] == ["reduced"]
    done = await admin.delete(f"{url}?confirm={refused.json()['confirm']}")
    assert done.status_code == 200, done.text
    assert (await admin.get("/api/objects/customer")).json()["title_field"] is None


async def test_an_option_that_records_hold_stays_as_retired(admin: httpx.AsyncClient) -> None:
    url = "/api/objects/customer/fields/grade"
    kept = {"options": [{"key": "a", "label": "A"}, {"key": "d", "label": "D"}]}
    refused = await admin.patch(url, json=kept)
    assert refused.status_code == 409, refused.text
    assert ["1 条记录" in e["message"] for e in refused.json()["errors"]] == [True]
    plan = await admin.post("/api/objects/customer/plan", json={"key": "grade", **kept})
    assert plan.json()["confirm"] == refused.json()["confirm"]
    done = await admin.patch(f"{url}?confirm={refused.json()['confirm']}", json=kept)
    assert done.status_code == 200, done.text
    options = {o["key"]: o["retired"] for o in done.json()["options"]}
    assert options == {"a": False, "d": False, "b": True}


async def test_an_object_goes_with_what_refers_to_it_and_comes_back(
    admin: httpx.AsyncClient,
) -> None:
    refused = await admin.delete("/api/objects/customer")
    assert refused.status_code == 409
    said = {(e["code"], e.get("key")) for e in refused.json()["errors"]}
    assert said == {("records", None), ("retired", "purchase.customer")}
    records = next(e for e in refused.json()["errors"] if e["code"] == "records")
    assert "customer" in records["message"] or "客户" in records["message"], "which ones is told"
    before = await keys(admin)
    url = f"/api/objects/customer?confirm={refused.json()['confirm']}"
    assert (await admin.delete(url)).status_code == 200
    assert (await admin.get("/api/objects/customer")).status_code == 404
    assert await keys(admin, "purchase") == ["number"]
    versions = (await admin.get("/api/definitions/object/customer/versions")).json()["items"]
    back = await admin.post(
        "/api/definitions/object/customer/rollback", json={"version": versions[0]["version"]}
    )
    assert back.status_code == 200, back.text
    assert await keys(admin) == before


async def test_what_became_blank_is_a_warning_only(admin: httpx.AsyncClient) -> None:
    body = {"key": "grade", "required": True}
    plan = await admin.post("/api/objects/customer/plan", json=body)
    assert plan.json()["errors"] == []
    assert plan.json()["changes"] == ["“必填”由“否”改为“是”"]
    new = {"key": "fresh", "label": "新", "type": "text", "required": True}
    plan = await admin.post("/api/objects/customer/plan", json=new)
    assert "2 条记录没有填写" in plan.json()["warnings"][0]["message"]
    assert [s["op"] for s in plan.json()["steps"]] == ["add_column"]
    assert "fresh" not in await keys(admin)
