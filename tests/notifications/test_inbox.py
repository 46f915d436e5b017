"""The inbox over HTTP: who is told what, once, in which words, and what they do with it."""

import asyncio
from datetime import timedelta

import pytest
from tests.records.stream.test_stream import beside, serve

from changliu.jobs.model import Job
from changliu.jobs.service import enqueue
from changliu.kit import clock
from changliu.notifications import handlers


async def inbox(client, **query):
    answer = await client.get("/api/notifications", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def texts(client, **query):
    return [item["text"] for item in (await inbox(client, **query))["items"]]


async def made(client, name, **values):
    answer = await client.post("/api/records/account", json={"name": name, **values})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def clear(*clients):
    for client in clients:
        answer = await client.patch("/api/notifications", json={"to": "archived", "all": True})
        assert answer.status_code == 200, answer.text


async def say(client, record, text, **more):
    path = f"/api/records/account/{record}/comments"
    answer = await client.post(path, json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.feature("Z15")
async def test_comments_reach_who_was_mentioned_and_who_follows(house, work):
    record = await made(house.rep, "华为")
    await house.reader.put(f"/api/records/account/{record}/follow")
    said = await say(
        house.manager, record, f"@[{house.reader.member}] @[{house.far.member}] 九折可以"
    )
    await work()
    [told] = (await inbox(house.reader))["items"]
    assert told["kind"] == "mention"
    assert told["text"] == "manager 在客户“华为”的评论中提到了您"
    assert told["comment"] == {"id": said["id"], "text": "@reader @far 九折可以"}
    assert told["record"] == {"id": record, "title": "华为"}
    assert await texts(house.rep) == ["manager 评论了客户“华为”"]
    for untold in (house.manager, house.far, house.other):
        assert (await inbox(untold))["items"] == []
    await house.manager.patch(
        f"/api/records/account/{record}/comments/{said['id']}",
        json={"text": f"@[{house.reader.member}] @[{house.rep.member}] 八折"},
    )
    await work()
    assert [i["kind"] for i in (await inbox(house.rep))["items"]] == ["mention", "comment"]
    assert (await inbox(house.reader))["unread"] == 1
    english = await house.rep.get("/api/notifications", headers={"Accept-Language": "en"})
    assert english.json()["items"][0]["text"] == "manager mentioned you on 客户 '华为'"
    await clear(house.rep, house.reader)


@pytest.mark.feature("Z15")
async def test_changes_fold_until_they_are_read(house, work):
    record = await made(house.rep, "中兴")
    path = f"/api/records/account/{record}"
    for values in ({"size": 1}, {"size": 2}, {"industry": "bank"}):
        await house.ok(house.manager.patch(path, json=values))
        await work()
    [told] = (await inbox(house.rep))["items"]
    assert (told["kind"], told["count"]) == ("changed", 3)
    assert {f["field"] for f in told["fields"]} == {"size", "industry"}
    named = "、".join(field["label"]["zh-CN"] for field in told["fields"])
    assert told["text"] == f"manager 修改了客户“中兴”：{named}"
    assert (await inbox(house.manager))["items"] == []
    marked = await house.rep.patch("/api/notifications", json={"to": "read", "ids": [told["id"]]})
    assert marked.json() == {"changed": 1, "unread": 0}
    await house.ok(house.manager.patch(path, json={"size": 3}))
    await work()
    assert [i["count"] for i in (await inbox(house.rep))["items"]] == [1, 3]
    await house.ok(house.rep.patch(path, json={"size": 4}))
    await work()
    assert (await inbox(house.rep))["unread"] == 1
    await clear(house.rep)


@pytest.mark.feature("Z15")
async def test_who_is_given_records_is_told_one_by_one_or_how_many(house, work):
    record = await made(house.rep, "比亚迪")
    await house.ok(
        house.manager.patch(f"/api/records/account/{record}", json={"owner": house.other.member})
    )
    await work()
    assert await texts(house.other) == ["manager 把客户“比亚迪”交给了您"]
    assert await texts(house.rep) == [], "who lost the record is told nothing of it any more"
    changes = [house.create("account", name=f"批{n}", owner=house.other.member) for n in range(30)]
    assert (await house.changeset(*changes)).status_code == 200
    await work()
    assert (await texts(house.other))[0] == "管理员 把 30 条客户交给了您"
    english = await house.other.get("/api/notifications", headers={"Accept-Language": "en"})
    assert english.json()["items"][0]["text"] == "管理员 gave you 30 客户 records"
    await clear(house.rep, house.other)


async def test_what_a_reader_may_not_see_is_not_told(house, work):
    """Fields of others are no news; a record out of sight is told as such, without its name."""
    record = await made(house.narrow, "窄")
    path = f"/api/records/account/{record}"
    await house.ok(house.manager.patch(path, json={"industry": "bank"}))
    await work()
    assert await texts(house.narrow) == []
    await house.ok(house.manager.patch(path, json={"industry": "made", "size": 5}))
    await work()
    [told] = (await inbox(house.narrow))["items"]
    assert [f["field"] for f in told["fields"]] == ["size"]
    await house.ok(house.manager.patch(path, json={"owner": house.manager.member}))
    await work()
    [hidden] = (await inbox(house.narrow))["items"]
    assert hidden["record"] == {"id": record, "title": None, "hidden": True}
    assert (hidden["text"], hidden["fields"]) == ("您已无权查看这条记录，或它已被删除。", [])
    await house.ok(house.manager.patch(path, json={"size": 6}))
    await work()
    assert [i["id"] for i in (await inbox(house.narrow))["items"]] == [told["id"]]
    await clear(house.narrow, house.manager)


async def test_shares_and_settings(house, work):
    quiet = {"kinds": {"owner": {"in_app": False}}, "follow": {"owned": False, "created": False}}
    settings = (await house.rep.patch("/api/notifications/settings", json=quiet)).json()
    assert settings["kinds"]["owner"] == {"in_app": False}
    assert settings["kinds"]["mention"] == {"in_app": True}
    assert settings["follow"]["commented"] is True
    record = await made(house.admin, "共享", owner=house.rep.member)
    await house.ok(house.admin.patch(f"/api/records/account/{record}", json={"size": 9}))
    share = {"member": house.other.member}
    await house.ok(house.admin.post(f"/api/records/account/{record}/shares", json=share))
    await work()
    assert await texts(house.rep) == []
    assert await texts(house.other) == ["管理员 与您共享了客户“共享”"]
    team = {"team": house.far_team}
    await house.ok(house.admin.post(f"/api/records/account/{record}/shares", json=team))
    await work()
    assert [i["kind"] for i in (await inbox(house.far))["items"]] == ["share"]
    back = {"kinds": {"owner": {"in_app": True}}, "follow": {"owned": True, "created": True}}
    await house.ok(house.rep.patch("/api/notifications/settings", json=back))
    await clear(house.other, house.far)


async def test_the_inbox_pages_counts_and_marks(house, work):
    record = await made(house.rep, "翻页")
    for number in range(7):
        await say(house.manager, record, f"第{number}条")
        await work()
    counted = (await house.rep.get("/api/notifications/count")).json()
    assert counted == {"unread": 7, "kinds": {"comment": 7}}
    whole = (await inbox(house.rep))["items"]
    assert [i["comment"]["text"] for i in whole[:1]] == ["第6条"]
    paged, cursor = [], ""
    while cursor is not None:
        page = await inbox(house.rep, limit=3, cursor=cursor)
        paged += page["items"]
        cursor = page["next"]
    assert [i["id"] for i in paged] == [i["id"] for i in whole]

    async def mark(to, **which):
        answer = await house.rep.patch("/api/notifications", json={"to": to, **which})
        assert answer.status_code == 200, answer.text
        return answer.json()["unread"]

    assert await mark("read", all=True, until=whole[2]["at"]) == 2
    assert await mark("unread", ids=[whole[3]["id"]]) == 3
    assert await mark("archived", ids=[whole[0]["id"]]) == 2
    kept = (await inbox(house.rep, state="archived"))["items"]
    assert kept[0]["id"] == whole[0]["id"]
    assert len((await inbox(house.rep, state="unread"))["items"]) == 2
    assert await mark("inbox", ids=[whole[0]["id"]]) == 2
    assert await mark("read", all=True) == 0
    other = await house.other.patch(
        "/api/notifications", json={"to": "unread", "ids": [whole[1]["id"]]}
    )
    assert other.json()["changed"] == 0
    for wrong in ({"to": "read"}, {"to": "read", "ids": [], "all": True}, {"to": "x", "all": True}):
        assert (await house.rep.patch("/api/notifications", json=wrong)).status_code == 422
    await clear(house.rep)


async def test_jobs_set_aside_are_told_to_who_manages_them(house, work):
    async def fail(kind):
        async with house.platform.database.transaction(house.workspace) as tx:
            await enqueue(tx, kind, {}, max_attempts=1)
        await work()

    async def look():
        async with house.platform.database.transaction(house.workspace) as tx:
            await enqueue(tx, handlers.JOBS, {})
        await work()

    await fail("nothing.known")
    for _ in range(2):
        await look()
    [told] = (await inbox(house.admin, kind="job"))["items"]
    assert (told["about"], told["count"]) == ({"kind": "nothing.known"}, 1)
    await fail("nothing.known")
    await look()
    [newer] = (await inbox(house.admin, kind="job"))["items"]
    assert newer["count"] == 2
    assert (await inbox(house.rep, kind="job"))["items"] == []
    await house.rows("DELETE FROM {schema}.job WHERE dead_at IS NOT NULL RETURNING 1")


async def test_old_news_is_forgotten(house, work):
    record = await made(house.rep, "旧闻")
    await say(house.manager, record, "旧")
    await work()
    [told] = (await inbox(house.rep))["items"]

    async def sweep(days):
        async with house.platform.database.transaction(house.workspace) as tx:
            tx.now = clock.now() + timedelta(days=days)
            await handlers.sweep(tx, Job(1, "", None, {}, tx.now, 0, 8, None, tx.now))

    await sweep(100)
    assert len((await inbox(house.rep))["items"]) == 1
    await house.rep.patch("/api/notifications", json={"to": "read", "ids": [told["id"]]})
    await sweep(80)
    assert len((await inbox(house.rep))["items"]) == 1
    await sweep(100)
    assert (await inbox(house.rep))["items"] == []


@pytest.mark.feature("Z15")
async def test_open_pages_of_the_member_are_told_at_once(house, work):
    record = await made(house.rep, "实时")
    async with (
        beside(house.platform) as platform,
        serve(platform) as site,
        site.page(house.rep) as mine,
        site.page(house.other) as other,
    ):
        await say(house.manager, record, "在吗")
        await work()
        await mine.until(lambda p: ("notification", {}) in p.events)
        await asyncio.sleep(0.3)
        assert ("notification", {}) not in other.events
    await clear(house.rep)
