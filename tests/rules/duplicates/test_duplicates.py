"""Duplicate rules at the doors: what counts as the same, what is said, and to whom."""

import asyncio

import pytest
import pytest_asyncio

pytestmark = pytest.mark.feature("Z1")

FIRM = [
    {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"},
    {"key": "phone", "label": "电话", "type": "text"},
    {"key": "mail", "label": "邮箱", "type": "email"},
    {"key": "credit", "label": "信用代码", "type": "text"},
    {"key": "city", "label": "城市", "type": "text"},
    {"key": "money", "label": "金额", "type": "money"},
]
# A code with a right check digit (GB 32100-2015).
CREDIT = "91350100M000100Y43"


@pytest_asyncio.fixture(scope="module")
async def site(house):
    body = {"key": "firm", "label": {"zh-CN": "客户", "en": "Firm"}, "fields": FIRM,
            "title_field": "name"}  # fmt: skip
    await house.ok(house.admin.post("/api/objects", json=body))
    grants = [{"object": "firm", "verbs": ["create", "read", "update", "delete"], "scope": "own"}]
    role = {"label": "seller", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/seller", json=role))
    house.zhang = await house.hire("张三", "seller", house.team)
    house.li = await house.hire("李四", "seller", house.team)
    return house


@pytest_asyncio.fixture(autouse=True)
async def empty(site):
    """Every test with rules and records of its own."""
    yield
    for rule in ("same", "also"):
        await site.admin.delete(f"/api/definitions/duplicate/{rule}")
    page = (await site.admin.get("/api/records/firm?limit=500")).json()["items"]
    if page:
        gone = [{"op": "delete", "object": "firm", "id": r["id"]} for r in page]
        assert (await site.changeset(*gone)).status_code == 200


async def rule(site, *groups, key="same", **more):
    match = [[{"field": f, "method": m} for f, m in group] for group in groups]
    body = {"label": "查重", "object": "firm", "match": match, **more}
    return await site.ok(site.admin.put(f"/api/definitions/duplicate/{key}", json=body))


async def add(client, **values):
    return await client.post("/api/records/firm", json=values)


async def good(client, **values):
    answer = await add(client, **values)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("method", "field", "one", "same", "other"),
    [
        ("exact", "name", "Acme  ", "ＡＣＭＥ", "Acme2"),
        ("name", "name", "深圳市华为技术有限公司", "华为技术", "华为软件有限公司"),
        ("name", "name", "广东省广州市白云集团股份有限公司", "白云（集团）有限公司", "白云山集团"),
        ("name", "name", "北京公司", "北京公司", "上海公司"),
        ("phone", "phone", "+86 138-0013-8000", "13800138000", "13800138001"),
        ("email", "mail", "Zhang@Example.com", "zhang@example.com", "li@example.com"),
        ("credit_code", "credit", CREDIT, f" {CREDIT.lower()}", "91350100M000100Y44"),
    ],
)
async def test_values_are_compared_by_what_they_mean(site, method, field, one, same, other):
    await rule(site, [(field, method)])
    await good(site.admin, **{field: one})
    refused = await add(site.admin, **{field: same})
    assert (refused.status_code, refused.json()["code"]) == (422, "record.duplicate")
    fault = refused.json()["errors"][0]
    assert (fault["path"], fault["rule"]) == (field, "same")
    await good(site.admin, **{field: other})
    await good(site.admin, **{field: other if method == "credit_code" else None})


async def test_any_of_groups_of_all_of(site):
    await rule(site, [("name", "name"), ("city", "exact")], [("phone", "phone")])
    await good(site.admin, name="甲子有限公司", city="北京", phone="010-1")
    await good(site.admin, name="甲子有限公司", city="上海", phone=None)
    await good(site.admin, name="甲子有限公司", city=None)
    both = await add(site.admin, name="甲子公司", city="北京")
    assert both.json()["errors"][0]["path"] == "name"
    either = await add(site.admin, name="乙丑", phone="0101")
    assert either.json()["errors"][0]["path"] == "phone"


async def test_every_door_and_both_of_two_alike_in_one_changeset(site):
    await rule(site, [("name", "name")])
    twice = [site.create("firm", name="甲子有限公司"), site.create("firm", name="甲子")]
    refused = await site.changeset(*twice)
    assert [e["row"] for e in refused.json()["errors"]] == [0, 1]
    each = await site.changeset(*twice, site.create("firm", name="乙丑"), mode="each")
    results = each.json()["results"]
    assert ["errors" in r for r in results] == [True, True, False]
    many = [site.create("firm", name=f"第{n}号有限公司") for n in range(80)]
    assert (await site.changeset(*many, site.create("firm", name="第7号"))).status_code == 422
    one = await good(site.admin, name="丙寅")
    changed = await site.admin.patch(f"/api/records/firm/{one['id']}", json={"name": "乙丑公司"})
    assert changed.json()["code"] == "record.duplicate"
    await site.ok(site.admin.patch(f"/api/records/firm/{one['id']}", json={"name": "丙寅公司"}))
    assert (await site.admin.delete(f"/api/records/firm/{one['id']}")).status_code == 204
    again = await good(site.admin, name="丙寅")
    back = await site.admin.post(f"/api/records/firm/{one['id']}/restore")
    assert back.json()["code"] == "record.duplicate", "what comes back is asked as well"
    into = {"op": "merge", "object": "firm", "id": again["id"], "from": [results[2]["id"]],
            "values": {"name": results[2]["id"]}}  # fmt: skip
    assert (await site.changeset(into)).status_code == 200, "a record that goes is no duplicate"


async def test_whose_it_is_is_told_only_where_the_rule_says_so(site):
    await good(site.zhang, name="甲子有限公司", money="5")
    await rule(site, [("name", "name")], reveal_owner=True, message={"zh-CN": "{已有}", "en": "no"})
    refused = await add(site.li, name="甲子公司")
    assert refused.json()["code"] == "record.duplicate", "records out of sight count"
    assert refused.json()["detail"] == "（已有）（负责人：张三）"
    assert "5" not in refused.text.replace("422", "")
    english = await site.li.post(
        "/api/records/firm", json={"name": "甲子公司"}, headers={"Accept-Language": "en"}
    )
    assert english.json()["detail"] == "no (Owner: 张三)"
    many = [site.create("firm", name="甲子公司"), *(site.create("firm") for _ in range(60))]
    large = await site.li.post("/api/changesets", json={"changes": many})
    assert "张三" in large.text
    await rule(site, [("name", "name")])
    quiet = await add(site.li, name="甲子公司")
    assert quiet.json()["code"] == "record.duplicate"
    assert "张三" not in quiet.text


async def test_a_warning_lets_it_pass_and_old_pairs_may_be_worked_on(site):
    one = await good(site.admin, name="甲子")
    await good(site.admin, name="甲子公司")
    await rule(site, [("name", "name")])
    await site.ok(site.admin.patch(f"/api/records/firm/{one['id']}", json={"city": "北京"}))
    await site.ok(site.admin.patch(f"/api/records/firm/{one['id']}", json={"name": "甲子有限公司"}))
    await rule(site, [("name", "name")], level="warn", ops=["create"])
    made = await good(site.admin, name="甲子")
    assert made["warnings"][0]["code"] == "record.duplicate"
    await rule(site, [("name", "name")], active=False)
    assert "warnings" not in await good(site.admin, name="甲子")


async def test_a_rule_that_cannot_be_is_refused_at_its_place(site):
    for term, place in (
        ({"field": "nix", "method": "name"}, "match.0.0.field"),
        ({"field": "money", "method": "exact"}, "match.0.0.method"),
        ({"field": "name", "method": "sound"}, "match.0.0.method"),
    ):
        body = {"label": "x", "object": "firm", "match": [[term]]}
        refused = await site.admin.put("/api/definitions/duplicate/bad", json=body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["path"].endswith(place.removeprefix("match.0.0."))
    denied = await site.zhang.put("/api/definitions/duplicate/bad", json=body)
    assert denied.status_code == 403


async def test_a_key_has_an_index_and_a_field_that_goes_takes_its_group(site):
    from changliu.schema.indexing.work import Indexing  # noqa: PLC0415

    await rule(site, [("name", "name")], [("city", "exact")])
    await Indexing().work(site.platform.database, site.workspace, None)
    names = "SELECT indexname FROM pg_indexes WHERE schemaname = '{schema}' AND indexdef ~ '{what}'"

    async def there(what):
        return await site.owner_rows(
            names.replace("{schema}", site.workspace.schema).replace("{what}", what)
        )

    assert len(await there("match_name")) == 1
    await site.admin.delete("/api/definitions/duplicate/same")
    await Indexing().work(site.platform.database, site.workspace, None)
    assert await there("match_name") == []


async def test_at_the_same_instant_one_of_two_may_slip_through_and_nothing_breaks(site):
    """No lock is taken for a rule: the finder and a merge mend what a race leaves (decision)."""
    await rule(site, [("name", "name")])
    answers = await asyncio.gather(*(add(site.admin, name="丁卯公司") for _ in range(5)))
    assert {a.status_code for a in answers} <= {201, 422}
    assert 201 in {a.status_code for a in answers}
    assert (await add(site.admin, name="丁卯")).status_code == 422


async def look(client, record=None, **values):
    body = {"values": values, **({"id": record} if record else {})}
    answer = await client.post("/api/records/firm/duplicates", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_records_alike_are_shown_while_one_is_typed(site):
    mine = await good(site.li, name="甲子有限公司")
    await good(site.zhang, name="甲子公司", money="5")
    await rule(site, [("name", "name")], [("phone", "phone"), ("city", "exact")])
    found = await look(site.li, name="甲子", phone="1")
    assert [(f["record"]["title"], f["owner"], f["field"]) for f in found] == [
        ("甲子有限公司", "李四", "name")
    ]
    assert await look(site.li, record=mine["id"], name="甲子") == []
    assert await look(site.li, name="", money="x") == []
    await rule(site, [("name", "name")], reveal_owner=True)
    told = await look(site.li, name="甲子")
    assert [(f["record"] is None, f["owner"]) for f in told] == [(False, "李四"), (True, "张三")]
    assert len(await look(site.admin, name="甲子")) == 2
    none = await site.reader.post("/api/records/firm/duplicates", json={"values": {}})
    assert none.status_code == 404
    odd = await site.li.post("/api/records/firm/duplicates", json={"values": 1})
    assert odd.status_code == 422


async def test_old_records_that_are_alike_are_found_before_a_rule_is_published(site):
    for name in ("甲子", "甲子公司", "甲子集团", "乙丑", "乙丑公司", "丙寅"):
        await good(site.zhang, name=name)
    match = [[{"field": "name", "method": "name"}], [{"field": "city"}]]
    body = {"label": "x", "object": "firm", "match": match}
    answer = await site.admin.post("/api/definitions/duplicate/new/test", json={"body": body})
    assert answer.status_code == 200, answer.text
    found = answer.json().get("result", answer.json())
    assert (found["groups"], found["records"]) == (2, 5)
    titles = [[r["title"] for r in e["records"]] for e in found["examples"]]
    assert titles == [["甲子", "甲子公司", "甲子集团"], ["乙丑", "乙丑公司"]]
