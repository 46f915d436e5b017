"""Computed fields: kept by field id, so renames touch nothing; circles and mistakes are named."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from changliu.formula import EmitEnv, emit
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema import service
from changliu.schema.service import catalogue

CONTRACT: dict[str, Any] = {
    "key": "contract",
    "label": {"zh-CN": "合同", "en": "Contract"},
    "title_field": "name",
    "fields": [
        {"key": "commission", "label": "提成", "type": "formula",
         "formula": "IF(回款总额>8000000,0.025,0.02)"},
        {"key": "total", "label": {"zh-CN": "回款总额", "en": "Paid"}, "type": "formula",
         "formula": 'SUM(回款.金额, 回款.状态="已到账")'},
        {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"},
        {"key": "customer", "label": "客户", "type": "reference", "object": "client"},
        {"key": "industry", "label": "客户行业", "type": "lookup", "path": "客户.行业"},
        {"key": "is_maker", "label": "制造业", "type": "formula",
         "formula": '客户.行业 = "制造业"'},
        {"key": "payments", "label": "笔数", "type": "rollup", "children": "payment",
         "function": "COUNT", "filter": '状态 = "已到账"'},
        {"key": "idle", "label": "久未跟进", "type": "formula",
         "formula": "TODAY()-最后跟进日期 > 30"},
        {"key": "touched", "label": "最后跟进日期", "type": "date"},
    ],
}  # fmt: skip
PAYMENT: dict[str, Any] = {
    "key": "payment",
    "label": {"zh-CN": "回款", "en": "Payment"},
    "fields": [
        {"key": "contract", "label": "合同", "type": "reference", "object": "contract"},
        {"key": "amount", "label": {"zh-CN": "金额", "en": "Amount"}, "type": "money"},
        {"key": "state", "label": "状态", "type": "select", "options": [
            {"key": "arrived", "label": "已到账"}, {"key": "due", "label": "待收"}]},
        {"key": "lateness", "label": "拖欠", "type": "formula", "formula": "合同.回款总额 - 金额"},
    ],
}  # fmt: skip
CLIENT: dict[str, Any] = {
    "key": "client",
    "label": {"zh-CN": "客户", "en": "Client"},
    "fields": [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "industry", "label": "行业", "type": "select", "options": [
            {"key": "making", "label": "制造业"}, {"key": "trade", "label": "商贸"}]},
    ],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", autouse=True)
async def objects(platform: Platform, workspace: Workspace, actor: Any) -> None:
    """Three objects in a circle, formulas before what they read: in one change."""
    bodies = [CONTRACT, PAYMENT, CLIENT]
    await service.install_objects(platform.database, workspace, actor, bodies)


async def fields(admin: httpx.AsyncClient, name: str = "contract") -> dict[str, dict[str, Any]]:
    found = (await admin.get(f"/api/objects/{name}")).json()["fields"]
    return {field["key"]: field for field in found}


@pytest.mark.feature("Z6")
async def test_formulas_of_the_articles_are_kept_as_typed(admin: httpx.AsyncClient) -> None:
    found = await fields(admin)
    assert found["commission"]["formula"].replace(" ", "") == "IF(回款总额>8000000,0.025,0.02)"
    assert found["total"]["formula"].replace(" ", "") == 'SUM(回款.金额,回款.状态="已到账")'
    assert found["commission"]["kind"] == "number"
    assert found["industry"]["kind"] == "choice"
    assert found["is_maker"]["kind"] == "bool"
    assert list(found) == [f["key"] for f in CONTRACT["fields"]]


@pytest.mark.feature("Z6")
async def test_renames_touch_no_formula(admin: httpx.AsyncClient) -> None:
    before = await fields(admin)
    label = {"zh-CN": "到账金额", "en": "Received"}
    renamed = await admin.patch("/api/objects/payment/fields/amount", json={"label": label})
    assert renamed.status_code == 200, renamed.text
    relabelled = {"label": {"zh-CN": "收款", "en": "Receipt"}}
    assert (await admin.patch("/api/objects/payment", json=relabelled)).status_code == 200
    after = await fields(admin)
    assert after["total"]["formula"].replace(" ", "") == 'SUM(收款.到账金额,收款.状态="已到账")'
    assert after["total"]["version"] == before["total"]["version"]
    assert after["payments"]["expression"].replace(" ", "") == 'COUNT(收款,收款.状态="已到账")'
    # Other settings of a formula may change although its words are old.
    patched = await admin.patch("/api/objects/contract/fields/total", json={"decimals": 2})
    assert patched.status_code == 200, patched.text
    assert patched.json()["formula"] == after["total"]["formula"]
    english = await admin.get("/api/objects/contract", headers={"accept-language": "en"})
    texts = {f["key"]: f.get("formula") for f in english.json()["fields"]}
    assert "Receipt.Received" in texts["total"]


async def test_the_trees_compile_to_sql_that_runs(platform: Platform, workspace: Workspace) -> None:
    async with platform.database.transaction(workspace, write=False) as tx:
        found = await catalogue(tx)
        for item in found.objects:
            for field in item.fields:
                if field.tree is None:
                    continue
                made = emit(field.tree, found.world, object_id=item.id, env=EmitEnv())
                joins = " ".join(join.text for join in made.joins)
                query = f"SELECT {made.text} FROM {tx.schema}.{item.table} r {joins}"
                params = {"now": tx.now, "today": tx.now.date(), "me": None, **made.params}
                await tx.rows(query, params)


@pytest.mark.feature("Z6")
@pytest.mark.parametrize(
    ("formula", "code", "start", "end"),
    [
        ("金额大写 + 1", "formula.field", 0, 4),
        ("IF(回款总额>1,", "formula.eof", None, None),
        ("名称 + 1", None, None, None),
        ("(" * 61 + "1" + ")" * 61, "formula.deep", None, None),
        ("1 +\x00 2", None, None, None),
    ],
)
async def test_mistakes_point_at_the_place(
    admin: httpx.AsyncClient, formula: str, code: str | None, start: int | None, end: int | None
) -> None:
    body = {"key": "wrong", "label": "错", "type": "formula", "formula": formula}
    for language in ("zh-CN", "en"):
        answer = await admin.post(
            "/api/objects/contract/fields", json=body, headers={"accept-language": language}
        )
        assert answer.status_code in (400, 422), answer.text
        if answer.status_code == 400:
            assert answer.json()["code"] == "body.nul"
            continue
        error = answer.json()["errors"][0]
        assert error["path"] == "formula"
        assert code is None or error["code"] == code, error
        if start is not None:
            assert (error["start"], error["end"]) == (start, end)
    assert "wrong" not in await fields(admin)


@pytest.mark.feature("Z6")
async def test_circles_are_refused_naming_the_chain(admin: httpx.AsyncClient) -> None:
    answer = await admin.patch(
        "/api/objects/contract/fields/total", json={"formula": "SUM(收款.拖欠)"}
    )
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    assert (error["code"], error["path"]) == ("formula.cycle", "formula")
    assert "回款总额 → 拖欠 → 回款总额" in error["message"]
    own = await admin.patch("/api/objects/contract/fields/total", json={"formula": "回款总额 + 1"})
    assert own.json()["errors"][0]["code"] == "formula.cycle"


async def test_a_mistake_in_a_condition_points_into_the_condition(
    admin: httpx.AsyncClient,
) -> None:
    answer = await admin.patch(
        "/api/objects/contract/fields/payments", json={"filter": '状况 = "已到账"'}
    )
    error = answer.json()["errors"][0]
    assert (error["path"], error["start"], error["end"]) == ("filter", 0, 2)


async def test_those_who_read_a_formula_must_still_fit(admin: httpx.AsyncClient) -> None:
    answer = await admin.patch("/api/objects/contract/fields/total", json={"formula": '"很多"'})
    assert answer.status_code == 422, answer.text
    assert {e["code"] for e in answer.json()["errors"]} == {"formula.dependant"}
    assert "提成" in answer.text


async def test_defaults_may_be_formulas(admin: httpx.AsyncClient) -> None:
    body = {"key": "since", "label": "自", "type": "date", "default": {"formula": "TODAY()"}}
    made = await admin.post("/api/objects/contract/fields", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["default"] == {"formula": "TODAY()"}
    wrong = {**body, "key": "since_two", "default": {"formula": "1+1"}}
    refused = await admin.post("/api/objects/contract/fields", json=wrong)
    assert refused.json()["errors"][0]["path"] == "default"


async def test_objects_lead_back_under_the_referring_objects_name(
    admin: httpx.AsyncClient,
) -> None:
    lists = (await admin.get("/api/objects/client")).json()["lists"]
    assert [(each["key"], each["object"], each["field"]) for each in lists] == [
        ("contract", "contract", "customer")
    ]


async def test_reinstalling_the_same_bundle_changes_nothing(
    platform: Platform, workspace: Workspace, actor: Any
) -> None:
    bodies = [{**CLIENT, "key": "shop"}]
    await service.install_objects(platform.database, workspace, actor, bodies)
    async with platform.database.transaction(workspace) as tx:
        before = tx.catalogue_version
    await service.install_objects(platform.database, workspace, actor, bodies)
    async with platform.database.transaction(workspace) as tx:
        assert tx.catalogue_version == before


async def test_a_condition_marks_the_dates_it_reads(admin: httpx.AsyncClient) -> None:
    async def late_when() -> str | None:
        meta = (await admin.get("/api/meta")).json()
        found = next(o for o in meta["objects"] if o["key"] == "contract")
        touched = next(f for f in found["fields"] if f["key"] == "touched")
        said: str | None = touched.get("late_when")
        return said

    assert await late_when() is None
    forgotten = {"key": "forgotten", "label": "被遗忘", "type": "formula",
                 "formula": "NOTBLANK(名称) AND 最后跟进日期<TODAY()",
                 "marks_dates": True}  # fmt: skip
    made = await admin.post("/api/objects/contract/fields", json=forgotten)
    assert made.status_code == 201, made.text
    assert await late_when() == "forgotten"
    url = "/api/objects/contract/fields/forgotten"
    # A number says nothing of a date.
    refused = await admin.patch(url, json={"formula": "TODAY() - 最后跟进日期"})
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["code"] == "field.marks_dates"
    assert await late_when() == "forgotten"
    assert (await admin.patch(url, json={"marks_dates": None})).status_code == 200
    assert await late_when() is None


async def test_an_object_says_whom_its_computed_fields_read(admin: httpx.AsyncClient) -> None:
    async def reads() -> dict[str, list[str]]:
        meta = (await admin.get("/api/meta")).json()
        return {found["key"]: found["reads"] for found in meta["objects"]}

    assert (await reads())["client"] == []
    lists = (await admin.get("/api/objects/client")).json()["lists"]
    via = next(each["key"] for each in lists if each["object"] == "contract")
    counted = {"key": "signed", "label": "合同数", "type": "formula", "formula": f"COUNT([{via}])"}
    made = await admin.post("/api/objects/client/fields", json=counted)
    assert made.status_code == 201, made.text
    assert (await reads())["client"] == ["contract"]
    # What it counts by is computed from payments: those count as read.
    counted["formula"] = f"SUM([{via}].[total])"
    changed = await admin.patch("/api/objects/client/fields/signed", json=counted)
    assert changed.status_code == 200, changed.text
    assert (await reads())["client"] == ["contract", "payment"]
    assert (await admin.delete("/api/objects/client/fields/signed")).status_code < 300
