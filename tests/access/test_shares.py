"""Shares through the public doors: what one opens, what it never lends, when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from tests.access.lending import ABSENT, code_of, made, sees, share

from changliu.kit import clock
from changliu.timers import test_clock

pytestmark = pytest.mark.feature("Z5")


async def test_a_share_opens_one_record_at_every_door_and_closes_it_at_once(house, lender):
    record = await made(lender, name="借出", amount="5")
    other = await made(lender, name="不借")
    child = await made(lender, "deal", title="单子", account=record)
    assert not await sees(house.rep, record)
    answer = await share(lender, record, member=house.rep.member)
    assert answer.status_code == 201, answer.text
    made_share = answer.json()
    assert made_share["member"] == {"id": house.rep.member, "title": "rep"}
    assert made_share["created_by"]["id"] == lender.member
    assert await sees(house.rep, record)
    assert not await sees(house.rep, other)
    assert not await sees(house.rep, child, "deal")
    for method, body in (("PATCH", {"name": "改"}), ("DELETE", None)):
        answer = await house.rep.request(method, f"/api/records/account/{record}", json=body)
        assert await code_of(answer, 403) == "access.denied"
    linked = await house.rep.post("/api/records/deal", json={"title": "我的", "account": record})
    assert linked.status_code == 201, linked.text
    assert linked.json()["values"]["account"] == {"id": record, "title": "借出"}
    sums = {"object": "account", "measures": [{"key": "n", "formula": "SUM(amount)"}]}
    assert (await house.rep.post("/api/query", json=sums)).json()["rows"] == [{"n": "5"}]
    listed = (await house.rep.get(f"/api/records/account/{record}/shares")).json()["items"]
    assert [item["id"] for item in listed] == [made_share["id"]]
    place = f"/api/records/account/{record}/shares/{made_share['id']}"
    assert (await lender.delete(place)).status_code == 204
    assert not await sees(house.rep, record)
    seen = (await house.rep.get(f"/api/records/deal/{linked.json()['id']}")).json()
    assert seen["values"]["account"] == {"id": record, "title": None, "hidden": True}
    assert (await lender.delete(place)).status_code == 404


async def test_a_share_to_write_lends_update_but_not_transfer_delete_or_sharing_on(house, lender):
    record = await made(lender, name="共写")
    answer = await share(lender, record, member=house.rep.member, access="write")
    assert answer.status_code == 201
    place = f"/api/records/account/{record}"
    assert (await house.rep.patch(place, json={"name": "新名"})).status_code == 200
    moved = await house.rep.patch(place, json={"owner": house.rep.member})
    assert moved.status_code == 403, moved.text
    assert (await house.rep.delete(place)).status_code == 403
    assert await code_of(await share(house.rep, record, member=house.other.member), 403)
    # The one who has it may give it back.
    assert (await house.rep.delete(f"{place}/shares/{answer.json()['id']}")).status_code == 204
    assert (await house.rep.patch(place, json={"name": "再改"})).status_code == 404


@pytest_asyncio.fixture
async def later(house):
    """Makes business time an instant; real time comes back after the test."""
    yield lambda instant: test_clock.set_now(house.platform.database, instant)
    await test_clock.set_now(house.platform.database, None)


async def test_an_expired_share_is_gone_with_its_moment(house, lender, later):
    record = await made(lender, name="一会儿")
    until = clock.now() + timedelta(hours=1)
    body = {"member": house.rep.member, "expires_at": until.isoformat()}
    assert (await share(lender, record, **body)).status_code == 201
    assert await sees(house.rep, record)
    await later(until + timedelta(seconds=1))
    assert not await sees(house.rep, record)
    assert (await lender.get(f"/api/records/account/{record}/shares")).json()["items"] == []
    why = (
        await house.admin.get(f"/api/records/account/{record}/access?member={house.rep.member}")
    ).json()
    over = [r for r in why["reasons"] if r["kind"] == "share"]
    assert [(r["verb"], r["holds"]) for r in over] == [("read", False)]
    again = await share(lender, record, member=house.rep.member)
    assert again.status_code == 201
    assert await sees(house.rep, record)


async def test_a_team_share_follows_the_team_and_replaces_itself(house, lender):
    record = await made(lender, name="给团队")
    first = (await share(lender, record, team=house.far_team)).json()
    assert await sees(house.far, record)
    assert not await sees(house.rep, record)
    second = (await share(lender, record, team=house.far_team, access="write")).json()
    listed = (await lender.get(f"/api/records/account/{record}/shares")).json()["items"]
    assert [item["id"] for item in listed] == [second["id"]] != [first["id"]]
    renamed = await house.far.patch(f"/api/records/account/{record}", json={"name": "团队改的"})
    assert renamed.status_code == 200, renamed.text


async def test_wrong_shares_are_refused_with_a_remedy_and_leave_nothing(house, lender):
    record = await made(lender, name="不乱给")
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    rep = house.rep.member
    wrong = [
        ({"member": rep, "expires_at": past}, "share.expired"),
        ({"member": lender.member}, "share.self"),
        ({"member": ABSENT}, "member.unknown"),
        ({"team": ABSENT}, "team.unknown"),
    ]
    for body, code in wrong:
        assert await code_of(await share(lender, record, **body)) == code
    bad = [{"team": house.team}, {"access": "delete"}, {"expires_at": "2027-01-01T00:00"}, {"x": 1}]
    for body in ({}, *({"member": rep, **more} for more in bad)):
        assert (await share(lender, record, **body)).status_code == 422
    assert (await share(house.rep, record, member=house.other.member)).status_code == 404
    assert (await share(house.anonymous, record, member=rep)).status_code == 401
    assert (await share(lender, ABSENT, member=rep)).status_code == 404
    assert (await house.admin.post("/api/records/nothing/" + ABSENT + "/shares",
                                   json={"member": rep})).status_code == 404  # fmt: skip
    # The reader's role says nothing of deals.
    deal = await made(lender, "deal", title="单")
    answer = await lender.post(
        f"/api/records/deal/{deal}/shares", json={"member": house.reader.member}
    )
    assert await code_of(answer) == "share.no_effect"
    assert (await lender.get(f"/api/records/account/{record}/shares")).json()["items"] == []


async def test_sharing_to_write_takes_the_right_to_write(house):
    grant = {"object": "account", "verbs": ["read", "share"], "scope": "all"}
    body = {"label": "x", "fields": "all", "grants": [grant]}
    await house.ok(house.admin.put("/api/definitions/role/pointer", json=body))
    pointer = await house.hire("pointer", "pointer", house.team)
    record = await made(house.rep, name="别人的")
    answer = await share(pointer, record, member=house.far.member, access="write")
    assert await code_of(answer, 403) == "access.denied"
    assert (await share(pointer, record, member=house.far.member)).status_code == 201
    assert await sees(house.far, record)


async def test_a_share_speaks_of_one_object_though_ids_may_repeat(house, lender):
    """An id of one's own choice, shared, opens nothing of another object."""
    deal = await made(house.far, "deal", title="别人的单子")
    own = await made(lender, id=deal, name="同号")
    assert own == deal
    assert (await share(lender, own, member=house.rep.member)).status_code == 201
    assert await sees(house.rep, own)
    assert not await sees(house.rep, deal, "deal")
    asked = {"filter": "EXISTS(share, member=ME())"}
    found = await house.admin.get("/api/records/deal", params={"filter": "COUNT(share)>0"})
    assert found.status_code == 200, found.text
    assert found.json()["items"] == []
    mine = await house.rep.get("/api/records/account", params=asked)
    assert own in [item["id"] for item in mine.json()["items"]]


async def test_formulas_see_shares_under_both_names(house, lender):
    record = await made(lender, name="数一数")
    await share(lender, record, member=house.rep.member, access="write")
    await share(lender, record, team=house.far_team)
    for text in (
        "COUNT(share)=2",
        "COUNT(共享)=2",
        '存在(共享, 权限="编辑")',
        'EXISTS(share, member.name="rep")',
    ):
        answer = await lender.get("/api/records/account", params={"filter": text})
        assert answer.status_code == 200, answer.text
        assert record in [item["id"] for item in answer.json()["items"]], text
    refused = await lender.get(
        "/api/records/account", params={"filter": "EXISTS(share, record=id)"}
    )
    assert refused.status_code == 422
    assert (await house.admin.get("/api/records/share")).status_code == 404


async def test_a_file_follows_the_share_and_the_formula_of_its_record(house, lender):
    field = {"key": "paper", "label": "附件", "type": "file"}
    await house.ok(house.admin.post("/api/objects/account/fields", json=field))
    sent = await lender.post("/api/files", files={"file": ("a.txt", b"words", "text/plain")})
    assert sent.status_code in (200, 201), sent.text
    file = sent.json()["id"]
    record = await made(lender, name="有附件", size=7, paper=[file])
    condition = {"scope": "formula", "condition": "size = 7 AND parent.size <> 7"}
    grant = {"object": "account", "verbs": ["read"], **condition}
    body = {"label": "s", "fields": "all", "grants": [grant]}
    await house.ok(house.admin.put("/api/definitions/role/sevens", json=body))
    sevens = await house.hire("sevens", "sevens", house.far_team)
    door = f"/api/files/{file}"
    assert (await sevens.get(door)).status_code == 200
    assert (await house.rep.get(door)).status_code == 404
    lent = await share(lender, record, member=house.rep.member)
    assert (await house.rep.get(door)).status_code == 200
    place = f"/api/records/account/{record}/shares/{lent.json()['id']}"
    assert (await lender.delete(place)).status_code == 204
    assert (await house.rep.get(door)).status_code == 404
    assert (await lender.patch(f"/api/records/account/{record}", json={"size": 8})).is_success
    assert (await sevens.get(door)).status_code == 404
