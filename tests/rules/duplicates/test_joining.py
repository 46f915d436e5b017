"""Rules that merge: what is there already takes in what comes, at every door, and loses nothing."""

import asyncio

import pytest
from tests.rules.duplicates.firms import add, firm, good, rule

from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker

pytestmark = pytest.mark.feature("Z4")


async def test_a_new_record_fills_the_blanks_of_the_one_that_is_there(site):
    await rule(site, [("name", "name")], level="merge")
    there = await good(site.zhang, name="甲子有限公司", city="北京")
    answer = await add(site.zhang, name="甲子公司", city="上海", phone="010-1")
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == there["id"]
    warning = answer.json()["warnings"][0]
    assert (warning["code"], warning["record"]) == ("record.joined", there["id"])
    assert warning["kept"] == ["name", "city"]
    now = await firm(site.admin, there["id"])
    assert (now["name"], now["city"], now["phone"]) == ("甲子有限公司", "北京", "010-1")
    again = await add(site.zhang, name="甲子")
    assert (again.status_code, again.json()["version"]) == (200, 2), "nothing to fill: no version"
    history = await site.admin.get(f"/api/records/firm/{there['id']}/history")
    assert len(history.json()["items"]) == 2


async def test_what_is_not_certain_is_refused_and_nothing_is_lost(site):
    mine = await good(site.zhang, name="甲子公司", phone="1")
    await rule(site, [("name", "name")], [("phone", "phone")], level="merge", reveal_owner=True)
    unseen = await add(site.li, name="甲子", city="上海")
    assert (unseen.status_code, unseen.json()["code"]) == (422, "record.duplicate")
    assert "张三" in unseen.json()["detail"]
    other = await good(site.zhang, name="乙丑", phone="2")
    both = await add(site.zhang, name="甲子", phone="2")
    assert {e["code"] for e in both.json()["errors"]} == {"record.duplicate"}, "like two records"
    changed = await site.zhang.patch(f"/api/records/firm/{other['id']}", json={"name": "甲子"})
    assert changed.json()["code"] == "record.duplicate", "two that stand are merged by hand"
    busy = await site.changeset(
        site.create("firm", name="甲子", city="上海"),
        {"op": "update", "object": "firm", "id": mine["id"], "values": {"city": "北京"}},
    )
    assert busy.json()["code"] == "record.duplicate"
    assert (await firm(site.admin, mine["id"]))["city"] is None


async def test_several_new_ones_become_one_and_taking_it_back_parts_them(site):
    await rule(site, [("name", "name")], level="merge")
    there = await good(site.admin, name="甲子公司")
    many = [site.create("firm", name=f"第{n % 30}号公司", city=f"{n}" if n >= 30 else None)
            for n in range(70)]  # fmt: skip
    answer = await site.changeset(site.create("firm", name="甲子", phone="7"), *many)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert results[0]["id"] == there["id"]
    assert len({r["id"] for r in results}) == 31
    assert results[1]["id"] == results[31]["id"] == results[61]["id"]
    assert (await firm(site.admin, results[1]["id"]))["city"] == "30", "the first that says one"
    back = await site.admin.post(f"/api/changesets/{answer.json()['id']}/revert", json={})
    assert back.json()["kept"] == []
    left = (await site.admin.get("/api/records/firm?limit=100")).json()["items"]
    assert [(r["id"], r["values"]["phone"]) for r in left] == [(there["id"], None)]


async def test_who_comes_at_the_same_instant_joins_or_is_told(site):
    await rule(site, [("name", "name")], level="merge")
    calls = (add(site.admin, name="丁卯", phone=str(n)) for n in range(8))
    answers = await asyncio.gather(*calls)
    statuses = [a.status_code for a in answers]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 200, 409, 422}
    left = (await site.admin.get("/api/records/firm?limit=100")).json()["items"]
    assert len(left) == 1


async def drain(site):
    await Worker(site.platform.database, site.platform.registry(Registry)).drain()


FILE = """名称,城市,电话
甲子有限公司,上海,010-1
乙丑公司,北京,
丙寅,广州,3
丙寅公司,,
"""


@pytest.mark.parametrize(
    ("level", "fates"),
    [
        ("block", {"create": 1, "update": 0, "duplicate": 3, "alike": 0, "error": 0}),
        ("warn", {"create": 4, "update": 0, "duplicate": 0, "alike": 3, "error": 0}),
        ("merge", {"create": 2, "update": 2, "duplicate": 0, "alike": 2, "error": 0}),
    ],
)
async def test_an_import_counts_what_a_rule_finds(site, level, fates):
    there = await good(site.admin, name="甲子")
    await rule(site, [("name", "name")], level=level)
    made = await site.admin.post(
        "/api/imports",
        files={"file": ("firms.csv", FILE.encode(), "text/csv")},
        data={"object": "firm", "mapping": "columns: {名称: name, 城市: city, 电话: phone}"},
    )
    assert made.status_code == 201, made.text
    counts = made.json()["preview"]["counts"]
    assert {name: counts[name] for name in fates} == fates
    begun = await site.admin.post(f"/api/imports/{made.json()['id']}/commit", json={})
    assert begun.status_code == 202, begun.text
    await drain(site)
    done = (await site.admin.get(f"/api/imports/{made.json()['id']}")).json()
    assert done["state"] == "done"
    assert {name: done["counts"][name] for name in fates} == fates
    filled = (await firm(site.admin, there["id"]))["phone"]
    assert filled == ("010-1" if level == "merge" else None)
