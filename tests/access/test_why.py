"""Why somebody sees a record, what a member can do, and who is out."""

import re

import pytest
from tests.access.lending import ABSENT, code_of, made, share

pytestmark = pytest.mark.feature("Z5")


async def test_why_names_the_role_the_share_and_what_is_missing(house, lender):
    record = await made(lender, name="为什么")
    place = f"/api/records/account/{record}/access"

    async def why(member):
        answer = await house.admin.get(place, params={"member": member.member})
        assert answer.status_code == 200, answer.text
        return answer.json()

    mine = (await lender.get(place)).json()
    assert mine["verbs"]["read"]
    assert mine["verbs"]["share"]
    assert not mine["verbs"]["transfer"]
    held = [r for r in mine["reasons"] if r["holds"] and r["verb"] == "read"]
    assert [(r["kind"], r["role"]["key"], r["scope"]) for r in held] == [("grant", "lender", "own")]
    assert "允许查看本人负责的记录，包含这条记录" in held[0]["message"]
    english = (await lender.get(place, headers={"Accept-Language": "en"})).json()
    told = {r["message"] for r in english["reasons"] if r["holds"] and r["verb"] == "read"}
    assert {t.partition("' ")[2] for t in told} == {
        "allows viewing the member's own records; this record is among them."
    }
    no = await why(house.rep)
    assert not any(no["verbs"].values())
    reasons = {(r["verb"], r["kind"]): r for r in no["reasons"]}
    assert not reasons["read", "grant"]["holds"]
    assert reasons["transfer", "none"]["message"]
    await share(lender, record, member=house.rep.member)
    yes = await why(house.rep)
    assert yes["verbs"] == {**no["verbs"], "read": True}
    assert yes["reasons"][0]["kind"] == "share"
    assert "lender" in yes["reasons"][0]["message"]
    boss = await why(house.manager)
    assert [r["scope"] for r in boss["reasons"] if r["holds"] and r["verb"] == "read"] == [
        "team_tree"
    ]
    assert (await why(house.admin))["verbs"]["delete"]


async def test_why_is_told_to_those_who_may_ask(house, lender):
    record = await made(lender, name="谁能问")
    place = f"/api/records/account/{record}/access"
    asked = await lender.get(place, params={"member": house.rep.member})
    assert await code_of(asked, 403) == "access.others"
    assert (await house.rep.get(place)).status_code == 404
    assert (await house.admin.get(place, params={"member": ABSENT})).status_code == 404
    own = (await house.rep.get(f"/api/members/{house.rep.member}/access")).json()
    assert {o["object"]: o for o in own["objects"]}.keys() == {"account", "deal"}
    other = await house.rep.get(f"/api/members/{house.other.member}/access")
    assert await code_of(other, 403) == "access.others"
    narrow = (await house.admin.get(f"/api/members/{house.narrow.member}/access")).json()
    (account,) = narrow["objects"]
    assert account["write"] == ["name"]
    assert account["masked"] == ["phone"]
    assert set(account["read"]) == {"name", "size", "phone"}
    assert {(v["verb"], v["scope"], v["role"]) for v in account["verbs"]} == {
        (verb, "own", "narrow") for verb in ("create", "read", "update")
    }


async def test_opening_a_computed_field_is_said_in_the_audit(house):
    field = {"key": "worth", "label": {"zh-CN": "身价", "en": "Worth"}, "type": "formula",
             "formula": "SUM(deals.amount)"}  # fmt: skip
    await house.ok(house.admin.post("/api/objects/account/fields", json=field))
    grant = {"object": "account", "verbs": ["read"], "scope": "own", "read": ["name"]}
    body = {"label": "o", "grants": [grant]}
    await house.ok(house.admin.put("/api/definitions/role/opener", json=body))
    body["grants"] = [{**grant, "read": ["name", "worth"]}]
    await house.ok(house.admin.put("/api/definitions/role/opener", json=body))
    audit = await house.ok(house.admin.get("/api/definitions/role/opener/audit"))
    assert "account.worth" in str(audit), audit


async def test_a_disabled_member_is_out_of_every_door_at_once(house):
    gone = await house.hire("gone", "rep", house.team)
    record = await made(gone, name="走人")
    assert (await gone.get(f"/api/records/account/{record}")).status_code == 200
    await house.ok(house.admin.post(f"/api/members/{gone.member}/disable", json={}))
    paths = (await house.admin.get("/api/openapi.json")).json()["paths"]
    closed = 0
    for path, methods in paths.items():
        if path.startswith(("/api/health", "/api/auth/log")):
            continue
        named = re.sub(r"\{object_key\}", "account", path)
        named = re.sub(r"\{(key|kind)\}", "role", named)
        for method in methods:
            answer = await gone.request(method.upper(), re.sub(r"\{\w+\}", record, named), json={})
            if answer.status_code == 422:  # of a body the form is told first; tests/matrices send
                assert answer.json()["code"].startswith("request.")  # what is right to every door
                continue
            assert answer.status_code == 401, (method, path, answer.status_code, answer.text)
            closed += 1
    assert closed > 30
    why = await house.ok(
        house.admin.get(f"/api/records/account/{record}/access?member={gone.member}")
    )
    assert why["disabled"]
    assert not any(why["verbs"].values())
    theirs = await house.ok(house.admin.get(f"/api/members/{gone.member}/access"))
    assert theirs["objects"] == []
