"""Looking for records alike among those that are there: found, told to whom, and done with."""

import pytest
from tests.rules.duplicates.firms import add, good, rule

from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.rules.duplicates.bulk.model import SEARCH
from changliu.rules.duplicates.bulk.work import Searching

pytestmark = pytest.mark.feature("Z4")


def worker(site, **how):
    """A worker; `how` is the size of the search's steps."""
    known = site.platform.registry(Registry)
    externals = {**known.externals, SEARCH: Searching(**how)} if how else known.externals
    return Worker(site.platform.database, Registry(known.handlers, externals, known.crons))


async def search(site, **how):
    """Search by the rule `same` to the end."""
    begun = await site.admin.post("/api/duplicates/same/search")
    assert begun.status_code == 202, begun.text
    await worker(site, **how).drain()
    found = (await site.admin.get("/api/duplicates/same/search")).json()
    assert (found["state"], found["progress"]) == ("done", 1.0)


async def pairs(client, **asked):
    answer = await client.get("/api/duplicates/same/pairs", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def titles(item):
    return sorted(r["record"]["title"] if r["record"] else "?" for r in item["records"])


async def test_old_pairs_are_found_with_how_alike_and_why(site):
    for name in ("华为技术", "深圳华为技术有限公司", "华维技术公司", "无关软件"):
        await good(site.admin, name=name, city="深圳")
    await rule(site, [("name", "near"), ("city", "exact")], level="warn")
    await search(site)
    found = (await pairs(site.admin))["items"]
    assert [(titles(i), i["score"]) for i in found] == [
        (["华为技术", "深圳华为技术有限公司"], 0.95),
        (["华为技术", "华维技术公司"], 0.71),
        (["华维技术公司", "深圳华为技术有限公司"], 0.71),
    ]
    assert found[0]["reasons"] == [
        {"field": "name", "method": "near", "score": 0.95},
        {"field": "city", "method": "exact", "score": 1.0},
    ]
    assert len((await pairs(site.admin, at_least=0.9))["items"]) == 1
    one = found[1]["records"][0]["record"]["id"]
    assert len((await pairs(site.admin, record=one))["items"]) == 2
    first = await pairs(site.admin, limit=2)
    second = await pairs(site.admin, limit=2, after=first["next"])
    assert first["items"] + second["items"] == found
    assert second["next"] is None
    bad = await site.admin.get("/api/duplicates/same/pairs?after=x_y")
    assert (bad.status_code, bad.json()["code"]) == (422, "duplicate.page")


async def test_who_may_not_read_a_record_hears_whose_it_is_or_nothing(site):
    await good(site.zhang, name="甲子有限公司", money="5")
    await good(site.li, name="甲子")
    await good(site.li, name="甲子公司")
    await rule(site, [("name", "name")], level="warn")
    await search(site)
    assert [titles(i) for i in (await pairs(site.li))["items"]] == [["甲子", "甲子公司"]]
    assert len((await pairs(site.admin))["items"]) == 3
    await rule(site, [("name", "name")], level="warn", reveal_owner=True)
    assert (await site.admin.get("/api/duplicates/same/search")).json()["outdated"] is True
    await search(site)
    items = (await pairs(site.li))["items"]
    assert sorted(titles(i) for i in items) == [
        ["?", "甲子"],
        ["?", "甲子公司"],
        ["甲子", "甲子公司"],
    ]
    hidden = next(r for i in items for r in i["records"] if r["record"] is None)
    assert hidden == {"record": None, "owner": "张三"}
    assert [i for i in items if "merge" in i and "?" in titles(i)] == []
    assert (await site.li.post("/api/duplicates/same/search")).status_code == 403
    assert (await site.reader.get("/api/duplicates/same/pairs")).status_code == 404


async def test_a_pair_is_merged_or_called_different_for_good(site):
    for name in ("甲子", "甲子公司", "甲子集团"):
        await good(site.admin, name=name)
    await rule(site, [("name", "name")], level="warn", ops=["create"])
    await search(site)
    items = (await pairs(site.admin))["items"]
    assert len(items) == 3
    done = await site.changeset(items[0]["merge"])
    assert done.status_code == 200, done.text
    (left,) = (await pairs(site.admin))["items"]
    ids = [r["record"]["id"] for r in left["records"]]
    path = "/api/records/firm/duplicates/different"
    said = await site.admin.post(path, json={"records": ids})
    assert said.status_code == 204, said.text
    assert (await pairs(site.admin))["items"] == []
    await search(site)
    assert (await pairs(site.admin))["items"] == []
    look = {"values": {"name": "甲子"}, "id": ids[0]}
    alike = await site.admin.post("/api/records/firm/duplicates", json=look)
    assert alike.json()["items"] == []
    assert (await add(site.admin, name="甲子")).json()["warnings"], "a third one is like both"
    await site.admin.post(path, json={"records": ids, "different": False})
    await search(site)
    assert len((await pairs(site.admin, record=ids[0]))["items"]) == 2
    twice = await site.admin.post(path, json={"records": [ids[0], ids[0]]})
    assert twice.json()["code"] == "duplicate.itself"
    unseen = await site.li.post(path, json={"records": ids})
    assert unseen.status_code == 404


async def test_a_search_goes_in_steps_is_cancelled_and_begun_again(site):
    many = [site.create("firm", name=f"第{n % 40}号公司") for n in range(120)]
    assert (await site.changeset(*many)).status_code == 200
    await rule(site, [("name", "name")], level="warn")
    assert (await site.admin.get("/api/duplicates/same/search")).status_code == 404
    begun = await site.admin.post("/api/duplicates/same/search")
    assert begun.json()["state"] == "running"
    again = await site.admin.post("/api/duplicates/same/search")
    assert (again.status_code, again.json()["code"]) == (409, "duplicate.running")
    stopped = await site.admin.delete("/api/duplicates/same/search")
    assert stopped.json()["state"] == "cancelled"
    await worker(site).drain()
    assert (await pairs(site.admin))["items"] == []
    await search(site, step=7, piece=0.001)
    assert len((await pairs(site.admin, limit=200))["items"]) == 40 * 3
    await site.admin.delete("/api/definitions/duplicate/same")
    assert (await site.admin.get("/api/duplicates/same/pairs")).status_code == 404
