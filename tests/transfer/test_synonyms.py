"""Words that files use for a field: settings of its definition, read by the guess."""

import httpx
import pytest
from tests.doors import open_client, sign_in
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")
PASSWORD = "only-for-tests-2026"


async def test_a_field_is_found_by_its_synonyms(desk: Desk) -> None:
    field = {"key": "mill", "label": "厂牌", "type": "text", "synonyms": ["生产厂家", "Made by"]}
    made = await desk.client.post("/api/objects/product/fields", json=field)
    assert made.status_code == 201, made.text
    assert made.json()["synonyms"] == ["生产厂家", "Made by"]
    for header in ("生产厂家", "MADE_BY", "*Made by:"):
        told = await desk.bring(csv_of([["产品名称", header], ["同义", "甲厂"]]), "product")
        guess = told["columns"][1]["guess"]
        assert (guess["field"], guess["by"], guess["confidence"]) == ("mill", "synonym", 0.9)
    changed = await desk.client.patch(
        "/api/objects/product/fields/mill", json={"synonyms": ["品牌商"]}
    )
    assert changed.json()["synonyms"] == ["品牌商"]
    wrong = await desk.client.patch("/api/objects/product/fields/mill", json={"synonyms": [""]})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("target", "header", "fields"),
    [
        ("lead", ["标题", "公司", "联系人", "联系方式", "线索来源", "备注"],
         ["name", "company", "contact_name", "mobile", "source", "remark"]),
        ("lead", ["Lead Name", "Organization", "Full Name", "Cell", "Channel", "Sales rep"],
         ["name", "company", "contact_name", "mobile", "source", "owner"]),
        ("contact", ["姓名", "公司名称", "职位", "手机号码", "电子邮箱"],
         ["name", "account", "position", "mobile", "email"]),
        ("account", ["公司名称", "税号", "所属行业", "母公司", "业务员"],
         ["name", "credit_code", "industry", "parent", "owner"]),
        ("opportunity", ["项目名称", "客户名称", "销售阶段", "预计金额", "预计签约时间"],
         ["name", "account", "stage", "amount", "expected_close_on"]),
    ],
)  # fmt: skip
async def test_the_sales_app_knows_the_usual_words(
    desk: Desk, target: str, header: list[str], fields: list[str]
) -> None:
    told = await desk.bring(csv_of([header, ["甲"] * len(header)]), target)
    assert [c["guess"] and c["guess"]["field"] for c in told["columns"]] == fields


async def test_who_may_not_import_is_not_told_synonyms(desk: Desk) -> None:
    body = {"name": "读者", "login": "reader", "password": PASSWORD, "roles": ["rep"]}
    assert (await desk.client.post("/api/members", json=body)).status_code == 201
    async with open_client(desk.sales.platform) as reader:
        await sign_in(reader, "reader", PASSWORD)
        assert "synonyms" not in await _mobile(reader)
    assert "联系方式" in (await _mobile(desk.client))["synonyms"]


async def _mobile(client: httpx.AsyncClient) -> dict[str, list[str]]:
    meta = (await client.get("/api/meta")).json()
    lead = next(o for o in meta["objects"] if o["key"] == "lead")
    found: dict[str, list[str]] = next(f for f in lead["fields"] if f["key"] == "mobile")
    return found


@pytest.mark.parametrize(
    ("header", "cell", "scale", "amount"),
    [
        ("预计金额（万元）", "1000", "10000", "10000000"),
        ("预计金额/万", "50万", "10000", "500000"),
        ("预计金额（单位：百万）", "2", "1000000", "2000000"),
        ("预计金额（元）", "1000", None, "1000"),
    ],
)
async def test_a_column_that_counts_in_ten_thousands_is_scaled(
    desk: Desk, header: str, cell: str, scale: str | None, amount: str
) -> None:
    rows = [["项目名称", header], ["厂房扩建", cell]]
    told = await desk.bring(csv_of(rows), "opportunity")
    (rule,) = told["mapping"]["columns"][header]
    assert (rule["field"], rule.get("scale")) == ("amount", scale)
    assert told["preview"]["rows"][0]["values"]["amount"] == amount
