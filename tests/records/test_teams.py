"""Teams that records name do not go unnoticed: refused with counts, or their records move."""

import asyncio
from uuid import uuid4

import pytest

pytestmark = pytest.mark.feature("Z5")

DESK = {"key": "desk", "label": {"zh-CN": "承办", "en": "Desk"}, "type": "team"}
DESKS = {"key": "desks", "label": "协办", "type": "team", "many": True}


async def team(house, name=None):
    body = {"name": name or f"组{uuid4().hex[:6]}"}
    return (await house.ok(house.admin.post("/api/teams", json=body)))["id"]


async def account(house, **values):
    made = house.admin.post("/api/records/account", json={"name": "甲", **values})
    return (await house.ok(made))["id"]


async def delete(house, gone, **params):
    return await house.admin.delete(f"/api/teams/{gone}", params=params)


async def test_a_team_named_by_records_is_refused_with_counts(house):
    gone = await team(house)
    first = await account(house, team=gone)
    await house.ok(house.admin.post("/api/records/deal", json={"title": "单", "team": gone}))
    trashed = await account(house, team=gone)
    await house.admin.delete(f"/api/records/account/{trashed}")
    refused = await delete(house, gone)
    assert (refused.status_code, refused.json()["code"]) == (409, "team.in_use")
    counts = {e["object"]: e["count"] for e in refused.json()["errors"]}
    assert counts == {"account": 1, "deal": 1}
    shown = await house.ok(house.admin.get(f"/api/records/account/{first}"))
    assert shown["team"]["id"] == gone


async def test_its_records_move_as_changesets_of_the_caller(house):
    for field in (DESK, DESKS):
        await house.ok(house.admin.post("/api/objects/account/fields", json=field))
    gone, other, third = [await team(house) for _ in range(3)]
    mine = await account(house, team=gone)
    through = await account(house, team=third, desk=gone, desks=[third, gone, other])
    for wrong in (gone, str(uuid4())):
        answer = await delete(house, gone, move_to=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "move_to")
    done = await delete(house, gone, move_to=other)
    assert done.status_code == 204, done.text
    assert gone not in str((await house.ok(house.admin.get("/api/teams")))["items"])
    shown = await house.ok(house.admin.get(f"/api/records/account/{mine}"))
    assert (shown["team"]["id"], shown["version"]) == (other, 2)
    shown = await house.ok(house.admin.get(f"/api/records/account/{through}"))
    assert shown["team"]["id"] == third
    assert shown["values"]["desk"]["id"] == other
    assert [t["id"] for t in shown["values"]["desks"]] == [third, other]
    history = await house.ok(house.admin.get(f"/api/records/account/{mine}/history"))
    assert (history["items"][0]["via"], history["items"][0]["actor"]["id"]) == (
        "team",
        house.admin.member,
    )


async def test_what_refuses_a_move_keeps_the_team(house):
    gone, other = await team(house), await team(house)
    record = await account(house, team=gone, size=1)
    rule = {"label": "不动", "object": "account", "must": "size <> 1", "message": "不许动"}
    await house.ok(house.admin.put("/api/definitions/rule/still", json=rule))
    refused = await delete(house, gone, move_to=other)
    assert (refused.status_code, refused.json()["code"]) == (422, "rule.violated")
    assert (await delete(house, gone)).status_code == 409
    shown = await house.ok(house.admin.get(f"/api/records/account/{record}"))
    assert (shown["team"]["id"], shown["version"]) == (gone, 1)
    await house.admin.delete("/api/definitions/rule/still")


async def shares(house, record):
    found = await house.ok(house.admin.get(f"/api/records/account/{record}/shares"))
    return sorted((s["team"]["id"], s["access"]) for s in found["items"])


async def test_shares_with_a_team_count_and_move(house):
    gone, other = await team(house), await team(house)
    one, two = await account(house), await account(house)
    lent = [(one, gone, "write"), (two, gone, "read"), (two, other, "write")]
    made = []
    for record, to, access in lent:
        body = {"team": to, "access": access}
        path = f"/api/records/account/{record}/shares"
        made.append((await house.ok(house.admin.post(path, json=body)))["id"])
    refused = await delete(house, gone)
    assert (refused.status_code, refused.json()["code"]) == (409, "team.in_use")
    assert [(e["object"], e["count"]) for e in refused.json()["errors"]] == [("share", 2)]
    both = await delete(house, gone, move_to=other)
    assert [(e["object"], e["count"]) for e in both.json()["errors"]] == [("share", 1)]
    assert await shares(house, one) == [(gone, "write")], "nothing has moved"
    ended = await house.admin.delete(f"/api/records/account/{two}/shares/{made[1]}")
    assert ended.status_code == 204, ended.text
    done = await delete(house, gone, move_to=other)
    assert done.status_code == 204, done.text
    assert await shares(house, one) == [(other, "write")]
    assert await shares(house, two) == [(other, "write")]


async def test_a_team_with_a_calendar_stays_until_the_calendar_lets_go(house):
    gone, other = await team(house), await team(house)
    body = {"label": "夜班", "teams": [gone, other]}
    await house.ok(house.admin.put("/api/definitions/calendar/night", json=body))
    for params in ({}, {"move_to": other}):
        refused = await delete(house, gone, **params)
        assert [(e["object"], e["count"]) for e in refused.json()["errors"]] == [("calendar", 1)]
    fewer = {**body, "teams": [other]}
    await house.ok(house.admin.put("/api/definitions/calendar/night", json=fewer))
    assert (await delete(house, gone)).status_code == 204


async def test_a_record_saved_meanwhile_never_names_a_team_that_is_gone(house):
    for _ in range(8):
        gone = await team(house)
        body = {"name": "同时", "team": gone}
        saves = [house.admin.post("/api/records/account", json=body) for _ in range(6)]
        answers = await asyncio.gather(*saves[:3], delete(house, gone), *saves[3:])
        assert {a.status_code for a in answers} <= {201, 204, 409, 422}
        [[orphans]] = await house.rows(
            f"SELECT count(*) FROM {{schema}}.{house.table('account')} r WHERE r.team IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM {schema}.team t WHERE t.id = r.team)"
        )
        assert orphans == 0


async def test_teams_change_while_others_go(house):
    """Nobody waits for ever, nothing half done, whoever else changes the tree."""
    gone = [await team(house) for _ in range(4)]
    stays = await team(house)
    rename = [
        house.admin.patch(f"/api/teams/{stays}", json={"name": f"名{uuid4().hex[:6]}"})
        for _ in range(4)
    ]
    removed = [delete(house, one) for one in gone]
    answers = await asyncio.gather(*(x for pair in zip(rename, removed, strict=True) for x in pair))
    assert {a.status_code for a in answers} <= {200, 204, 503}
    left = {t["id"] for t in (await house.ok(house.admin.get("/api/teams")))["items"]}
    done = [one for one, a in zip(gone, answers[1::2], strict=True) if a.status_code == 204]
    assert done
    assert left & set(gone) == set(gone) - set(done)
