"""Imports of members taken back: who came goes, what was changed since stays and is listed."""

from typing import Any

import pytest
from tests.doors import open_client, sign_in
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")
PASSWORD = "only-for-tests-2026"


async def members(desk: Desk) -> dict[str, Any]:
    found = (await desk.client.get("/api/members", params={"limit": 500})).json()["items"]
    return {member["name"]: member for member in found}


async def teams(desk: Desk) -> dict[str, Any]:
    found = (await desk.client.get("/api/teams")).json()["items"]
    return {team["name"]: team for team in found}


async def brought(desk: Desk, *rows: list[str]) -> Any:
    header = ["姓名", "邮箱", "大区", "主管", "角色"]
    made = await desk.commit(await desk.bring(csv_of([header, *rows]), "member"))
    assert made["state"] == "done"
    assert made["counts"]["error"] == 0
    return made


async def back(desk: Desk, made: Any, status: int = 200) -> Any:
    return await desk.ask("POST", f"/{made['id']}/revert", status, {})


def codes(told: Any) -> dict[str, str]:
    return {kept["id"]: kept["code"] for kept in told["kept"]}


async def test_members_and_teams_go_and_what_was_changed_is_as_before(desk: Desk) -> None:
    there = {"name": "回一", "email": "hui1@example.com", "roles": ["rep"]}
    assert (await desk.client.post("/api/members", json=there)).status_code == 201
    team = {"name": "回北区", "leader": (await members(desk))["回一"]["id"]}
    assert (await desk.client.post("/api/teams", json=team)).status_code == 201
    before, stood = await members(desk), await teams(desk)
    made = await brought(
        desk,
        ["回一", "hui1@example.com", "回北区", "回总", "manager"],
        ["回二", "hui2@example.com", "回北区", "回总", "rep"],
        ["回三", "", "回北区", "", "rep"],
    )
    now, grown = await members(desk), await teams(desk)
    assert {"回二", "回三", "回总"} <= {*now}
    assert now["回一"]["roles"] == ["manager", "rep"]
    assert grown["回总"]["parent"] == grown["回北区"]["id"]
    told = await back(desk, made)
    # Three members who came, one who was changed, one team.
    assert (told["records"], told["kept"], told["kept_count"]) == (5, [], 0)
    assert await members(desk) == before
    assert await teams(desk) == stood
    assert (await desk.ask("GET", f"/{made['id']}"))["taken_back"] is True
    listed = (await desk.ask("GET", ""))["items"]
    assert {i["id"]: i["taken_back"] for i in listed}[made["id"]] is True
    answer = await desk.client.get("/api/audit", params={"kind": "member"})
    assert answer.status_code == 200, answer.text
    for name in ("回二", "回三", "回总"):
        assert name in answer.text
    assert answer.text.count("member.removed") == 3
    assert (await back(desk, made))["records"] == 5
    again = await brought(desk, ["回二", "hui2@example.com", "回北区", "回总", "rep"])
    assert again["counts"]["create"] == 1


async def test_who_has_records_or_changed_since_stays_and_is_listed(desk: Desk) -> None:
    made = await brought(
        desk,
        ["留一", "liu1@example.com", "留区", "留总", "rep"],
        ["留二", "liu2@example.com", "留区", "留总", "rep"],
        ["留三", "liu3@example.com", "留区", "留总", "rep"],
        ["留四", "liu4@example.com", "留区", "留总", "rep"],
        ["留五", "liu5@example.com", "留区", "留总", "rep"],
    )
    there = await members(desk)
    ids = {name: there[name]["id"] for name in ("留一", "留二", "留三", "留四", "留五", "留总")}
    account = {"name": "归留一", "owner": ids["留一"]}
    answer = await desk.client.post("/api/records/account", json=account)
    assert answer.status_code == 201, answer.text
    owned = answer.json()["id"]
    path = f"/api/members/{ids['留二']}"
    changed = await desk.client.patch(path, json={"phone": "13900001111"})
    assert changed.status_code == 200, changed.text
    for name in ("留三", "留四"):
        login = {"login": f"liu_{ids[name][-6:]}", "password": PASSWORD}
        given = await desk.client.post(f"/api/members/{ids[name]}/account", json=login)
        assert given.status_code < 300, given.text
        if name == "留三":
            async with open_client(desk.sales.platform) as client:
                await sign_in(client, login["login"], PASSWORD)
    told = await back(desk, made)
    grown = await teams(desk)
    assert codes(told) == {
        ids["留一"]: "import.member_named",
        ids["留二"]: "revert.changed_since",
        ids["留三"]: "member.active",
        grown["留总"]["id"]: "team.in_use",
        grown["留区"]["id"]: "team.not_empty",
    }
    assert all(kept["message"].split("：")[0] in {*there, *grown} for kept in told["kept"])
    left = await members(desk)
    assert "留五" not in left
    assert left["留四"]["disabled"] is True
    assert left["留一"]["main_team"] == grown["留总"]["id"]
    # What stood in the way is gone: the rest goes now.
    moved = await desk.client.patch(f"/api/records/account/{owned}", json={"owner": None})
    assert moved.status_code == 200, moved.text
    assert ids["留一"] not in codes(await back(desk, made))
    assert "留一" not in await members(desk)


async def test_only_who_manages_members_takes_them_back(desk: Desk) -> None:
    made = await brought(desk, ["权一", "quan1@example.com", "", "", "rep"])
    plain = {"label": "导入员", "rights": ["data.import"], "grants": []}
    more = {"label": "撤销员", "rights": ["data.import", "data.revert"], "grants": []}
    for key, role in (("bringer", plain), ("undoer", more)):
        assert (await desk.client.put(f"/api/definitions/role/{key}", json=role)).status_code == 200
        body = {"name": key, "login": key, "password": PASSWORD, "roles": [key]}
        assert (await desk.client.post("/api/members", json=body)).status_code == 201
    for login, status, code in (
        ("bringer", 404, "import.missing"),
        ("undoer", 403, "import.denied"),
    ):
        async with open_client(desk.sales.platform) as client:
            await sign_in(client, login, PASSWORD)
            answer = await client.post(f"/api/imports/{made['id']}/revert", json={})
            assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "权一" in await members(desk)
    draft = await desk.bring(csv_of([["姓名"], ["权二"]]), "member")
    assert (await back(desk, draft, 409))["code"] == "import.going_on"


async def test_an_import_of_records_goes_back_by_the_same_door(desk: Desk) -> None:
    made = await desk.commit(await desk.bring(csv_of([["客户名称"], ["同门一"]]), "account"))
    assert made["counts"]["create"] == 1
    assert (await back(desk, made))["records"] == 1
    assert await desk.records("account", 'name = "同门一"') == []
