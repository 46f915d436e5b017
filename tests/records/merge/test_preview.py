"""Before a merge: what it chooses between; with it: who was lent the records that go."""

import pytest
import pytest_asyncio

from changliu.records.changeset import expand

pytestmark = pytest.mark.feature("Z4")

FIELDS = [
    {"key": "name", "label": "名称", "type": "text"},
    {"key": "phone", "label": "电话", "type": "text"},
    {"key": "city", "label": "城市", "type": "text"},
    {"key": "labels", "label": "标签", "type": "tags"},
    {"key": "secret", "label": "机密", "type": "text"},
]


@pytest_asyncio.fixture(scope="module")
async def site(house):
    body = {"key": "firm", "label": "企业", "fields": FIELDS, "title_field": "name"}
    await house.ok(house.admin.post("/api/objects", json=body))
    firm = {"key": "firm", "label": "企业", "type": "reference", "object": "firm",
            "inverse": {"key": "people"}}  # fmt: skip
    body = {"key": "person", "label": "人", "fields": [FIELDS[0], firm]}
    await house.ok(house.admin.post("/api/objects", json=body))
    gone = {**firm, "on_delete": "cascade", "inverse": {"key": "cards"}}
    body = {"key": "card", "label": "名片", "fields": [FIELDS[0], gone]}
    await house.ok(house.admin.post("/api/objects", json=body))
    own = [{"object": "firm", "verbs": ["create", "read", "update", "delete"], "scope": "own"}]
    role = {"label": "seller", "fields": "all", "grants": own}
    await house.ok(house.admin.put("/api/definitions/role/seller", json=role))
    some = [{"object": "firm", "verbs": ["read", "update", "delete"], "scope": "all",
             "read": ["name", "phone", "city"], "write": ["name"]}]  # fmt: skip
    clerk = {"label": "clerk", "fields": "listed", "grants": some}
    await house.ok(house.admin.put("/api/definitions/role/clerk", json=clerk))
    house.seller = await house.hire("seller", "seller", house.team)
    house.clerk = await house.hire("clerk2", "clerk", house.team)
    return house


async def make(site, **values):
    made = await site.admin.post("/api/records/firm", json=values)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def merge(client, stays, *goes, values=None, **options):
    change = {"op": "merge", "object": "firm", "id": stays, "from": [*goes],
              **({"values": values} if values else {})}  # fmt: skip
    answer = await client.post("/api/changesets", json={"changes": [change], **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_dry_run_tells_both_sides_of_every_field_and_what_moves(site):
    one = await make(site, name="甲", city="北京", labels=["a"], secret="1")
    two = await make(site, name="甲公司", phone="1", labels=["b"], secret="2")
    three = await make(site, name="甲", city="上海")
    for _ in range(3):
        await site.ok(site.admin.post("/api/records/person", json={"firm": two}))
    choices = {"labels": "combined", "city": three}
    told = (await merge(site.admin, one, two, three, values=choices, dry_run=True))["results"][0]
    fields = {f.pop("field"): f for f in told["fields"]}
    assert fields == {
        "name": {"mine": "甲", "theirs": {two: "甲公司", three: "甲"}, "taken": "survivor"},
        "phone": {"mine": None, "theirs": {two: "1"}, "taken": two},
        "city": {"mine": "北京", "theirs": {three: "上海"}, "taken": three},
        "labels": {"mine": ["a"], "theirs": {two: ["b"]}, "taken": "combined"},
        "secret": {"mine": "1", "theirs": {two: "2"}, "taken": "survivor"},
    }
    assert told["along"] == {"person": 3}
    seen = (await merge(site.clerk, one, two, dry_run=True))["results"][0]["fields"]
    assert [f["field"] for f in seen] == ["name", "phone"], "only what the caller reads"
    done = await merge(site.admin, one, two, three, values=choices)
    now = (await site.admin.get(f"/api/records/firm/{one}")).json()["values"]
    assert {k: now[k] for k in ("name", "phone", "city", "labels", "secret")} == {
        "name": "甲", "phone": "1", "city": "上海", "labels": ["a", "b"], "secret": "1",
    }  # fmt: skip
    assert "fields" not in done["results"][0]


async def test_who_was_lent_what_goes_reads_what_stays_until_they_are_parted(site):
    one, two, three = [await make(site, name=n) for n in ("甲", "乙", "丙")]
    me = (await site.seller.get("/api/auth/session")).json()["member"]["id"]
    for record, access in ((two, "read"), (three, "write")):
        path = f"/api/records/firm/{record}/shares"
        await site.ok(site.admin.post(path, json={"member": me, "access": access}))
    await site.ok(site.admin.post(f"/api/records/firm/{two}/shares", json={"team": str(site.team)}))
    assert (await site.seller.get(f"/api/records/firm/{one}")).status_code == 404
    done = await merge(site.admin, one, two, three)
    shares = (await site.admin.get(f"/api/records/firm/{one}/shares")).json()["items"]
    assert sorted((bool(s["member"]), s["access"]) for s in shares) == [
        (False, "read"), (True, "write"),
    ]  # fmt: skip
    changed = await site.seller.patch(f"/api/records/firm/{one}", json={"phone": "1"})
    assert changed.status_code == 200, changed.text
    back = await site.admin.patch(f"/api/records/firm/{one}", json={"phone": None})
    assert back.status_code == 200
    undone = await site.admin.post(f"/api/changesets/{done['id']}/revert", json={})
    assert undone.status_code == 200, undone.text
    shares = (await site.admin.get(f"/api/records/firm/{one}/shares")).json()["items"]
    apart = (await site.admin.get(f"/api/records/firm/{two}/shares")).json()["items"]
    assert (len(shares), len(apart)) == (0, 2)
    assert (await site.seller.get(f"/api/records/firm/{one}")).status_code == 404
    assert (await site.seller.get(f"/api/records/firm/{three}")).status_code == 200


async def test_records_out_of_sight_tell_nothing_by_a_merge(site):
    bare, busy = await make(site, name="孤", phone="1"), await make(site, name="忙", phone="2")
    for _ in range(3):
        await site.ok(site.admin.post("/api/records/person", json={"firm": busy}))
    nowhere = "01a20000-0000-7000-8000-000000000000"
    told = []
    for other in (bare, busy, nowhere):
        for stays, goes in ((bare, other), (other, nowhere), (nowhere, other)):
            if stays != goes:
                change = {"op": "merge", "object": "firm", "id": stays, "from": [goes]}
                for dry in (True, False):
                    body = {"changes": [change], "dry_run": dry}
                    told.append(await site.seller.post("/api/changesets", json=body))
    assert {code for answer in told for code in codes(answer)} == {"record.missing"}
    assert max(len(codes(answer)) for answer in told) == 2, "the two that were named, no others"


@pytest.mark.parametrize("op", ["merge", "delete"])
async def test_how_much_hangs_on_a_record_is_told_after_rights(site, monkeypatch, op):
    """Too much going along with a record out of sight answers like a record that is not there."""
    for name in ("MAX_MOVED", "MAX_CHANGES"):
        monkeypatch.setattr(expand, name, 3)
    mine = (await site.ok(site.seller.post("/api/records/firm", json={"name": "我的"})))["id"]
    bare, busy = await make(site, name="孤"), await make(site, name="忙")
    for _ in range(5):
        await site.ok(site.admin.post("/api/records/card", json={"firm": busy}))
    told = {}
    for who in (site.seller, site.admin):
        for other in (bare, busy, "01a20000-0000-7000-8000-000000000000"):
            change = {"op": "delete", "object": "firm", "id": other}
            if op == "merge":
                change = {"op": "merge", "object": "firm", "id": mine, "from": [other]}
            for mode in ("all", "each"):
                body = {"changes": [change], "mode": mode, "dry_run": True}
                answer = await who.post("/api/changesets", json=body)
                told.setdefault((who is site.admin, other), set()).add(tuple(codes(answer)))
    hidden = [told[False, other] for other in (bare, busy)]
    assert hidden[0] == hidden[1]
    assert "changeset.along_too_large" not in {code for tell in hidden[1] for code in tell}
    assert told[True, busy] == {("changeset.along_too_large",)}, "who may, is told why not"


def codes(answer):
    found = answer.json()
    if answer.status_code == 413:
        return [found["code"]]
    rows = found["results"] if answer.status_code == 200 else [found]
    return [error["code"] for row in rows for error in row.get("errors", ())]
