"""References to several records: each id once, each readable, both ways in formulas, held."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio

pytestmark = pytest.mark.feature("Z1")


@pytest_asyncio.fixture(scope="module")
async def site(house):
    admin, ok = house.admin, house.ok
    fields = [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "accounts", "label": "客户们", "type": "reference", "object": "account",
         "many": True, "inverse": {"key": "events", "label": "活动"}},
        {"key": "total", "label": "总额", "type": "formula", "formula": "SUM(accounts.amount)"},
    ]  # fmt: skip
    await ok(admin.post("/api/objects", json={"key": "event", "label": "活动", "fields": fields}))
    count = {"key": "event_count", "label": "活动数", "type": "formula", "formula": "COUNT(events)"}
    await ok(admin.post("/api/objects/account/fields", json=count))
    grants = [{"object": "event", "verbs": ["create", "read", "update"], "scope": "all"},
              {"object": "account", "verbs": ["create", "read"], "scope": "own"}]  # fmt: skip
    role = {"label": "host", "fields": "all", "grants": grants}
    await ok(admin.put("/api/definitions/role/host", json=role))
    house.host = await house.hire("host", "host", house.team)
    return house


async def account(site, by=None, **values):
    made = await (by or site.admin).post("/api/records/account", json={"name": "客", **values})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def event(site, accounts, by=None):
    body = {"name": "会", "accounts": accounts}
    return await (by or site.admin).post("/api/records/event", json=body)


def ids(answer):
    return [each["id"] for each in answer.json()["values"]["accounts"]]


async def test_each_id_once_in_order_and_both_ways_in_formulas(site):
    a, b = await account(site, amount="5"), await account(site, amount="7")
    made = await event(site, [b, a, b.upper(), {"id": a}])
    assert ids(made) == [b, a]
    assert made.json()["values"]["total"] == "12"
    shown = (await site.admin.get(f"/api/records/account/{a}")).json()["values"]
    assert shown["event_count"] == 1
    for text in (f'HAS(accounts, "{a}")', f'EXISTS(accounts, id = "{b}")', "total = 12"):
        found = await site.admin.get("/api/records/event", params={"filter": text})
        assert [e["id"] for e in found.json()["items"]] == [made.json()["id"]], text


async def test_only_what_is_added_must_be_readable(site):
    mine, theirs = await account(site, site.host), await account(site)
    refused = await event(site, [mine, theirs], site.host)
    assert (refused.status_code, refused.json()["code"]) == (422, "reference.missing")
    made = await event(site, [theirs])
    path = f"/api/records/event/{made.json()['id']}"
    added = await site.host.patch(path, json={"accounts": [theirs, mine]})
    assert added.status_code == 200, added.text
    hidden, seen = added.json()["values"]["accounts"]
    assert (hidden["hidden"], hidden["title"]) == (True, None)
    assert seen == {"id": mine, "title": "客"}
    assert (await site.host.patch(path, json={"accounts": None})).status_code == 200


async def test_bounds_and_shapes(site):
    a = await account(site)
    for wrong, code in (
        ([str(uuid4())], "reference.missing"),
        (["x"], "field.type"),
        ([str(uuid4()) for _ in range(501)], "field.too_many"),
        (7, "field.type"),
    ):
        answer = await event(site, wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    blank = await event(site, [])
    assert blank.json()["values"]["accounts"] is None
    held = await event(site, [a])
    gone = await site.admin.delete(f"/api/records/account/{a}")
    assert (gone.status_code, gone.json()["code"]) == (409, "record.referenced")
    assert held.status_code == 201


async def test_a_reference_and_a_deletion_exclude_each_other(site):
    for _ in range(8):
        a, b = await account(site), await account(site)
        gone, made = await asyncio.gather(
            site.admin.delete(f"/api/records/account/{a}"), event(site, [b, a])
        )
        assert (gone.status_code, made.status_code) in {(204, 422), (409, 201)}


async def test_made_together_with_what_it_points_to_and_read_by_an_index(site):
    a, b = str(uuid4()), str(uuid4())
    made = await site.changeset(
        {"op": "create", "object": "event", "values": {"name": "会", "accounts": [a, b]}},
        {"op": "create", "object": "account", "id": a, "values": {"name": "甲"}},
        {"op": "create", "object": "account", "id": b, "values": {"name": "乙"}},
    )
    assert made.status_code == 200, made.text
    meta = (await site.admin.get("/api/objects/event")).json()
    column = next(f["id"] for f in meta["fields"] if f["key"] == "accounts")
    plan = await site.rows(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = %s",
        [site.workspace.schema, meta["id"]],
    )
    assert any("gin" in text and column in text for (text,) in plan)
