"""Sharing a view with one's teams: who may, who then sees it, who changes and withdraws it."""

import pytest
import pytest_asyncio
from tests.records.conftest import ROLES

pytestmark = pytest.mark.feature("Z1")

BODY = {"label": "按行业", "object": "account", "columns": ["name", "amount"], "filter": "金额 > 0",
        "group_by": ["industry"], "sort": ["-amount"]}  # fmt: skip


@pytest_asyncio.fixture(scope="module", autouse=True)
async def rights(house):
    """Managers share views; sales operations changes them all."""
    sharing = {"label": "主管", **ROLES["manager"], "rights": ["views.share"]}
    await house.ok(house.admin.put("/api/definitions/role/manager", json=sharing))
    ops = {"label": "运营", **ROLES["reader"], "rights": ["views.change"]}
    await house.ok(house.admin.put("/api/definitions/role/ops", json=ops))
    house.near = await house.hire("near", "manager", house.team)
    house.ops = await house.hire("ops", "ops", house.far_team)


async def share(client, **body):
    return await client.post("/api/views", params={"shared": True}, json={**BODY, **body})


async def shared(house, client, **body):
    return (await house.ok(share(client, **body)))["key"]


async def sees(house, client, key):
    items = (await house.ok(client.get("/api/views", params={"object": "account"})))["items"]
    return key in [item["key"] for item in items]


def faults(answer):
    assert answer.status_code == 422, answer.text
    return [(e["code"], e.get("path")) for e in answer.json()["errors"]]


async def test_a_view_shared_with_a_team_reaches_it_and_those_below(house):
    key = await shared(house, house.manager, teams=[house.parent_team])
    for client, sight in ((house.rep, True), (house.manager, True), (house.far, False),
                          (house.ops, False), (house.admin, True)):  # fmt: skip
        assert await sees(house, client, key) is sight
        assert (await client.get(f"/api/views/{key}")).status_code == (200 if sight else 404)
    told = await house.seen(house.rep, key)
    assert told["teams"] == [{"id": house.parent_team, "name": "总部"}]
    assert told["maker"] == {"id": house.manager.member, "name": "manager"}
    assert (told["own"], told["changeable"]) == (False, False)
    assert (await house.seen(house.manager, key))["changeable"]
    # The reader's own eyes: what they may not read is left out, as of every view.
    part = await house.seen(house.narrow, key)
    assert ([c["field"] for c in part["columns"]], part["filter"]) == (["name"], None)
    assert "amount" not in str(part)
    assert (await house.manager.delete(f"/api/views/{key}")).status_code == 204
    assert not await sees(house, house.rep, key)


async def test_roles_narrow_teams(house):
    key = await shared(house, house.manager, teams=[house.team], visible_to=["reader"])
    assert await sees(house, house.reader, key)
    assert not await sees(house, house.rep, key)
    # Whoever made it sees it, though not one of those it is for.
    assert await sees(house, house.manager, key)
    await house.without("view", key)


async def test_a_teams_default_goes_before_that_of_the_role(house):
    await house.view("of_reps", default_for=["rep"])
    key = await shared(house, house.manager, teams=[house.team], default_for=["rep"])

    async def first(client):
        items = (await house.ok(client.get("/api/views", params={"object": "account"})))["items"]
        return items[0]["key"]

    assert await first(house.rep) == key
    assert await first(house.far) == "of_reps"
    # It is nobody's first who holds no such role.
    assert await first(house.reader) == "of_reps"
    await house.without("view", "of_reps", key)


async def test_who_shares_views_shares_them_with_teams_of_their_own_tree(house):
    assert (await share(house.rep, teams=[house.team])).status_code == 403
    assert faults(await share(house.near)) == [("view.teams", "teams")]
    outside = await share(house.near, teams=[house.team, house.parent_team])
    assert faults(outside) == [("view.teams", "teams.1")]
    nobody = "00000000-0000-7000-8000-000000000000"
    assert faults(await share(house.ops, teams=[nobody])) == [("team.unknown", "teams.0")]
    # Who may change views shares with anybody, and sees what is for others' roles only.
    key = await shared(house, house.ops, columns=["name"], visible_to=["rep"])
    assert await sees(house, house.ops, key)
    assert await sees(house, house.far, key)
    assert not await sees(house, house.reader, key)
    await house.without("view", key)


async def test_its_maker_changes_and_withdraws_it_and_who_may_change_views(house):
    key = await shared(house, house.manager, teams=[house.team])
    path = f"/api/views/{key}"
    new = {**BODY, "label": "新", "teams": [house.team]}
    for client in (house.near, house.rep):
        refused = await client.put(path, json=new)
        assert (refused.status_code, refused.json()["code"]) == (403, "view.shared")
        assert (await client.delete(path)).status_code == 403
    wider = await house.manager.put(path, json={**new, "teams": [house.far_team]})
    assert faults(wider) == [("view.teams", "teams.0")]
    made = await house.ok(house.manager.put(path, params={"base": 1}, json=new))
    assert (made["title"], made["version"]) == ("新", 2)
    late = await house.manager.put(path, params={"base": 1}, json=new)
    assert (late.status_code, late.json()["code"]) == (409, "definition.changed")
    # Changed by another it stays its maker's; every step is a version with its author.
    await house.ok(house.admin.put(path, json={**new, "label": "又"}))
    told = await house.seen(house.manager, key)
    assert (told["title"], told["maker"]["name"], told["changeable"]) == ("又", "manager", True)
    past = await house.ok(house.admin.get(f"/api/definitions/view/{key}/versions"))
    authors = [each["author"] for each in past["items"]]
    assert authors == [house.admin.member, house.manager.member, house.manager.member]
    back = {"version": 1}
    await house.ok(house.admin.post(f"/api/definitions/view/{key}/rollback", json=back))
    told = await house.seen(house.manager, key)
    assert (told["title"], told["maker"]["name"]) == ("按行业", "manager")
    assert (await house.manager.delete(path)).status_code == 204


async def test_the_menu_follows_whoever_moves_to_another_team(house):
    key = await shared(house, house.manager, teams=[house.team])
    mover = await house.hire("mover", "rep", house.far_team)

    async def meta(etag=""):
        answer = await mover.get("/api/meta", headers={"If-None-Match": etag})
        return answer.status_code, answer.headers["etag"], answer

    _, before, answer = await meta()
    assert key not in answer.text
    moved = {"teams": [house.team], "main_team": house.team}
    await house.ok(house.admin.patch(f"/api/members/{mover.member}", json=moved))
    status, _, answer = await meta(before)
    assert status == 200
    assert key in answer.text
    await house.without("view", key)


async def test_a_view_of_a_team_that_is_gone_is_for_its_maker_and_administrators(house):
    team = await house.team_of("临时", house.parent_team)
    key = await shared(house, house.manager, teams=[team])
    assert (await house.admin.delete(f"/api/teams/{team}")).status_code == 204
    assert not await sees(house, house.rep, key)
    told = await house.seen(house.manager, key)
    assert told["teams"] == [{"id": team, "name": None}]
    # Saving its columns keeps it for nobody else; only another team opens it again.
    left = {**BODY, "columns": ["name"], "teams": [team]}
    assert faults(await house.manager.put(f"/api/views/{key}", json=left)) == [
        ("view.teams", "teams.0")
    ]
    kept = await house.ok(house.admin.put(f"/api/views/{key}", json=left))
    assert kept["teams"] == [{"id": team, "name": None}]
    assert not await sees(house, house.rep, key)
    await house.without("view", key)


async def test_the_audit_calls_teams_by_their_names(house):
    key = await shared(house, house.manager, teams=[house.team])
    both = {**BODY, "teams": [house.team, house.parent_team]}
    await house.ok(house.manager.put(f"/api/views/{key}", json=both))
    audit = await house.ok(house.admin.get(f"/api/definitions/view/{key}/audit"))
    told = str(audit["items"][0])
    assert "总部" in told
    assert house.parent_team not in told
    await house.without("view", key)
