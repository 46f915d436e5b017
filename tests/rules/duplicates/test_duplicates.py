"""Duplicate rules at the doors: what counts as the same, what is said, and to whom."""

import asyncio

import pytest
from tests.rules.duplicates.firms import add, good, rule

pytestmark = pytest.mark.feature("Z4")

# A code with a right check digit (GB 32100-2015).
CREDIT = "91350100M000100Y43"


@pytest.mark.parametrize(
    ("method", "field", "one", "same", "other"),
    [
        ("exact", "name", "Acme  ", "ＡＣＭＥ", "Acme2"),
        ("name", "name", "深圳市华为技术有限公司", "华为技术", "华为软件有限公司"),
        ("name", "name", "广东省广州市白云集团股份有限公司", "白云（集团）有限公司", "白云山集团"),
        ("name", "name", "北京公司", "北京公司", "上海公司"),
        ("name", "name", "廣東省華為技術有限公司", "华为技术", "华为科技"),
        ("simplified", "name", "張偉", "张伟", "张炜"),
        ("pinyin", "name", "深圳市长城科技有限公司", "常成科技", "长信科技"),
        ("pinyin", "name", "长城宽带", "changchengkuandai", "changcheng"),
        ("near", "name", "深圳华为技术有限公司", "华维技术有限公司", "华维科技有限公司"),
        ("near", "name", "畅流软件", "畅流的软件", "畅的流的软件"),
        ("near", "name", "畅流软件", "流畅软件", "件畅流软"),
        ("near", "name", "Microsoft Ltd", "Mircosoft", "Macrosofd"),
        ("near", "name", "张三丰", "张三丰", "张三奉"),
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


async def test_how_alike_they_must_be_is_the_rules_to_say(site):
    await rule(site, [("name", "near"), ("city", "exact")], at_least=0.9)
    await good(site.admin, name="甲子软件有限公司", city="北京")
    await good(site.admin, name="甲子软性有限公司", city="北京")  # a quarter of it differs: 0.71
    await good(site.admin, name="甲子软件", city="上海")
    same = await add(site.admin, name="甲子软件", city="北京")
    assert same.status_code == 422, "the names are the same: 0.95"
    await rule(site, [("name", "near"), ("city", "exact")], at_least=0.7)
    assert (await add(site.admin, name="甲子软伴", city="北京")).status_code == 422
    many = [site.create("firm", name=f"甲乙丙丁戊{n}", city="北京") for n in range(70, 90)]
    others = [site.create("firm", name=f"{n:02}各不相同的{n:02}", city="北京") for n in range(60)]
    assert (await site.changeset(*others)).status_code == 200
    assert (await site.changeset(*many)).status_code == 422
    assert (await site.changeset(*many, *others[:40])).status_code == 422


async def test_names_that_only_sound_alike_are_not_merged_unasked(site):
    body = {"label": "x", "object": "firm", "match": [[{"field": "name", "method": "pinyin"}]]}
    refused = await site.admin.put(
        "/api/definitions/duplicate/bad", json={**body, "level": "merge"}
    )
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "duplicate.unsure")


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

    await rule(site, [("name", "name")], [("city", "exact"), ("name", "near")])
    await Indexing().work(site.platform.database, site.workspace, None)
    names = "SELECT indexname FROM pg_indexes WHERE schemaname = '{schema}' AND indexdef ~ '{what}'"

    async def there(what):
        return await site.owner_rows(
            names.replace("{schema}", site.workspace.schema).replace("{what}", what)
        )

    assert len(await there("match_firm")) == 1
    assert len(await there("gin .*match_near")) == 1
    await site.admin.delete("/api/definitions/duplicate/same")
    await Indexing().work(site.platform.database, site.workspace, None)
    assert await there("match_firm") == []


WRITERS = 8


async def test_of_equal_records_saved_at_the_same_instant_one_stands(site):
    await rule(site, [("name", "name")])
    for turn in range(5):
        names = [f"丁卯{turn}", f"丁卯{turn}公司"] * (WRITERS // 2)
        answers = await asyncio.gather(*(add(site.admin, name=name) for name in names))
        assert sorted(a.status_code for a in answers) == [201] + [422] * (WRITERS - 1)
        other = await good(site.admin, name=f"别的{turn}")
        patches = [{"name": f"戊辰{turn}公司"}, {"name": f"戊辰{turn}"}]
        page = (await site.admin.get("/api/records/firm?limit=50")).json()["items"]
        ids = [other["id"], next(r["id"] for r in page if r["id"] != other["id"])]
        both = await asyncio.gather(
            *(site.admin.patch(f"/api/records/firm/{i}", json=p)
              for i, p in zip(ids, patches, strict=True))
        )  # fmt: skip
        assert sorted(a.status_code for a in both) == [200, 422], [a.text for a in both]


async def test_changesets_that_overlap_wait_for_each_other_and_never_for_ever(site):
    await rule(site, [("name", "name")], [("phone", "phone")])
    await rule(site, [("name", "near")], key="also")

    async def write(turn, writer, count):
        numbers = [*range(count)] if writer % 2 else [*reversed(range(count))]
        changes = [site.create("firm", name=f"第{turn}轮第{n:04}号公司", phone=f"1{turn}{n:05}")
                   for n in numbers]  # fmt: skip
        return await site.changeset(*changes)

    for turn, count in enumerate((1, 12)):
        answers = await asyncio.gather(*(write(turn, w, count) for w in range(WRITERS)))
        # Numbers one apart are near each other: with more than one row all are refused.
        wanted = [200] if count == 1 else []
        refused = [422] * (WRITERS - len(wanted))
        assert sorted(a.status_code for a in answers) == wanted + refused
    await site.admin.delete("/api/definitions/duplicate/also")
    for turn, count in ((5, 12), (6, 210), (7, 12)):
        answers = await asyncio.gather(*(write(turn, w, count) for w in range(WRITERS)))
        assert sorted(a.status_code for a in answers) == [200] + [422] * (WRITERS - 1)


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
