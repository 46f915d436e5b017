"""GET …/timeline: changes and activities in one order, as the caller reads them."""

import uuid

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VISIT = [
    {"key": "subject", "label": {"zh-CN": "主题", "en": "Subject"}, "type": "text"},
    {"key": "happened", "label": {"zh-CN": "时间", "en": "Happened"}, "type": "datetime"},
    {"key": "deal", "label": {"zh-CN": "商机", "en": "Deal"}, "type": "reference",
     "object": "deal"},
    {"key": "account", "label": {"zh-CN": "客户", "en": "Account"}, "type": "reference",
     "object": "account"},
    {"key": "others", "label": {"zh-CN": "相关", "en": "Others"}, "type": "reference",
     "object": "account", "many": True,
     "inverse": {"key": "mentions", "label": {"zh-CN": "提及", "en": "Mentions"}}},
]  # fmt: skip
NOTE = [
    {"key": "text", "label": {"zh-CN": "内容", "en": "Text"}, "type": "text"},
    {"key": "deal", "label": {"zh-CN": "商机", "en": "Deal"}, "type": "reference",
     "object": "deal"},
]  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def site(house):
    """The house with visits (told when they happened) and notes (told when they were written)."""
    for key, fields in (("visit", VISIT), ("note", NOTE)):
        await house.ok(house.admin.post("/api/objects", json={"key": key, "label": key}))
        for field in fields:
            await house.ok(house.admin.post(f"/api/objects/{key}/fields", json=field))
    await house.ok(house.admin.patch("/api/objects/visit", json={"timeline": "happened"}))
    await house.ok(house.admin.patch("/api/objects/note", json={"timeline": "created_at"}))
    own = {"verbs": ["create", "read", "update", "delete"], "scope": "own"}
    grants = [{"object": o, **own} for o in ("account", "deal", "visit", "note")]
    body = {"label": "rep", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/rep", json=body))
    return house


async def made(client, target, **values):
    answer = await client.post(f"/api/records/{target}", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def timeline(client, target, record, **query):
    answer = await client.get(f"/api/records/{target}/{record}/timeline", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def whole(client, target, record, limit, between=None):
    items, cursor = [], None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = await timeline(client, target, record, **query)
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items
        if between:
            await between()


def names(items):
    """Each entry in short: `+` created, `~` changed, or the activity's subject or text."""
    marks = {"create": "+", "update": "~"}
    return [
        marks[i["history"]["op"]] if i["kind"] == "history"
        else i["record"]["values"].get("subject") or i["record"]["values"]["text"]
        for i in items
    ]  # fmt: skip


@pytest.mark.feature("P4")
@pytest.mark.feature("Z12")
async def test_changes_and_activities_stand_in_one_order_of_time(site):
    deal = await made(site.rep, "deal", title="大单")
    await made(site.rep, "visit", subject="早访", happened="2020-05-01T09:00:00Z", deal=deal)
    await made(site.rep, "note", text="记下", deal=deal)
    answer = await site.rep.patch(f"/api/records/deal/{deal}", json={"amount": "5"})
    assert answer.status_code == 200
    await made(site.rep, "visit", subject="无时间", deal=deal)
    await made(site.rep, "visit", subject="将来", happened="2040-01-01T00:00:00Z", deal=deal)
    await made(site.rep, "visit", subject="别处", happened="2030-01-01T00:00:00Z")
    page = await timeline(site.rep, "deal", deal)
    assert names(page["items"]) == ["将来", "无时间", "~", "记下", "+", "早访"]
    assert page["next"] is None
    changed = page["items"][2]["history"]
    assert [c["field"] for c in changed["changes"]] == ["amount"]
    told = page["items"][0]
    assert (told["at"], told["object"]) == ("2040-01-01T00:00:00+00:00", "visit")
    assert told["record"]["values"]["deal"]["id"] == deal


@pytest.mark.feature("Z5")
async def test_a_timeline_holds_what_the_caller_reads(site):
    deal = await made(site.rep, "deal", title="共看")
    await made(site.admin, "visit", subject="管理员的", deal=deal)
    await made(site.rep, "visit", subject="自己的", deal=deal)
    assert names((await timeline(site.rep, "deal", deal))["items"]) == ["自己的", "+"]
    seen = names((await timeline(site.admin, "deal", deal))["items"])
    assert seen == ["自己的", "管理员的", "+"]
    hidden = names((await timeline(site.manager, "deal", deal))["items"])
    assert hidden == ["+"], "a manager without a grant on visits"
    for client in (site.other, site.reader):
        answer = await client.get(f"/api/records/deal/{deal}/timeline")
        assert answer.status_code == 404
    stranger = await site.rep.get(f"/api/records/deal/{uuid.uuid4()}/timeline")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "record.missing")


async def test_an_activity_about_a_record_by_two_fields_is_told_once(site):
    one, two = (
        await made(site.admin, "account", name="甲"),
        await made(site.admin, "account", name="乙"),
    )
    await made(site.admin, "visit", subject="都提", account=one, others=[one, two])
    assert names((await timeline(site.admin, "account", one))["items"]) == ["都提", "+"]
    assert names((await timeline(site.admin, "account", two))["items"]) == ["都提", "+"]


async def test_the_trash_and_objects_without_a_timeline_are_left_out(site):
    account = await made(site.admin, "account", name="丙")
    await made(site.admin, "deal", title="不在时间线", account=account)
    gone = await made(site.admin, "visit", subject="删", account=account)
    await site.admin.delete(f"/api/records/visit/{gone}")
    assert names((await timeline(site.admin, "account", account))["items"]) == ["+"]


async def test_a_field_that_may_not_be_read_neither_links_nor_orders(site):
    account = await made(site.admin, "account", name="丁")
    await made(site.admin, "visit", subject="旧", account=account, happened="2001-01-01T00:00:00Z")
    body = {"label": "narrow", "grants": [
        {"object": "account", "verbs": ["read"], "scope": "all", "fields": "all"},
        {"object": "visit", "verbs": ["read"], "scope": "all", "fields": "listed",
         "read": ["subject", "account"]},
    ]}  # fmt: skip
    await site.ok(site.admin.put("/api/definitions/role/narrow", json=body))
    items = (await timeline(site.narrow, "account", account))["items"]
    assert names(items) == ["旧", "+"], "in the order of entry"
    assert not items[0]["at"].startswith("2001")
    body["grants"][1]["read"] = ["subject", "happened"]
    await site.ok(site.admin.put("/api/definitions/role/narrow", json=body))
    assert names((await timeline(site.narrow, "account", account))["items"]) == ["+"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    minutes=st.lists(st.none() | st.integers(0, 3), max_size=9),
    changes=st.integers(0, 4),
    limit=st.integers(1, 5),
)
async def test_pages_are_the_whole_timeline_while_others_write(site, minutes, changes, limit):
    deal = await made(site.rep, "deal", title="翻页")
    rows = [
        site.create(
            "visit", subject=f"v{n}", deal=deal,
            happened=None if m is None else f"2024-01-01T00:0{m}:00Z",
        )
        for n, m in enumerate(minutes)
    ]  # fmt: skip
    if rows:
        answer = await site.rep.post("/api/changesets", json={"changes": rows})
        assert answer.status_code == 200, answer.text
    for n in range(changes):
        await site.rep.patch(f"/api/records/deal/{deal}", json={"amount": str(n)})
    at_once = (await timeline(site.rep, "deal", deal, limit=500))["items"]
    assert len(at_once) == len(minutes) + changes + 1
    ats = [item["at"] for item in at_once]
    assert ats == sorted(ats, reverse=True)

    async def disturb():
        await made(site.rep, "visit", subject="新来", deal=deal, happened="2044-01-01T00:00:00Z")

    assert await whole(site.rep, "deal", deal, limit, disturb) == at_once


async def test_a_cursor_of_another_timeline_is_refused(site):
    deal, other = await made(site.rep, "deal", title="一"), await made(site.rep, "deal", title="二")
    await made(site.rep, "note", text="n", deal=deal)
    cursor = (await timeline(site.rep, "deal", deal, limit=1))["next"]
    where = f"/api/records/deal/{other}/timeline"
    answer = await site.rep.get(where, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.other")
    answer = await site.rep.get(where, params={"cursor": "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.bad")
    assert (await site.rep.get(where, params={"limit": "0"})).status_code == 400


async def test_a_timeline_is_ordered_by_a_datetime(site):
    answer = await site.admin.patch("/api/objects/visit", json={"timeline": "subject"})
    assert answer.status_code == 422
    assert [e["path"] for e in answer.json()["errors"]] == ["timeline"]
    shown = await site.ok(site.admin.get("/api/objects/visit"))
    assert shown["timeline"] == "happened"
    assert (await site.ok(site.admin.get("/api/objects/deal")))["timeline"] is None


async def test_a_removed_datetime_leaves_the_time_of_entry(site):
    deal = await made(site.rep, "deal", title="末")
    body = [
        {"key": "t", "label": "t", "type": "text"},
        {"key": "at", "label": "at", "type": "datetime"},
        {"key": "deal", "label": "deal", "type": "reference", "object": "deal"},
    ]  # fmt: skip
    await site.ok(site.admin.post("/api/objects", json={"key": "call", "label": "call"}))
    for field in body:
        await site.ok(site.admin.post("/api/objects/call/fields", json=field))
    await site.ok(site.admin.patch("/api/objects/call", json={"timeline": "at"}))
    await made(site.admin, "call", t="c", deal=deal, at="2001-01-01T00:00:00Z")
    gone = await site.admin.delete("/api/objects/call/fields/at", params={"confirm": "true"})
    assert gone.status_code in (200, 204), gone.text
    items = (await timeline(site.admin, "deal", deal))["items"]
    assert [i["kind"] for i in items] == ["record", "history"]
