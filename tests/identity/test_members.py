"""Members, teams, roles, API tokens and several workspaces, over HTTP."""

from uuid import uuid4

import httpx
import pytest
from tests.identity.people import PASSWORD, SITE, bearer, code_of, token_of


async def new_member(admin: httpx.AsyncClient, **draft: object) -> dict[str, object]:
    answer = await admin.post("/api/members", json=draft)
    assert answer.status_code == 201, answer.text
    document: dict[str, object] = answer.json()
    return document


async def new_team(admin: httpx.AsyncClient, name: str, parent: object = None) -> str:
    answer = await admin.post("/api/teams", json={"name": name, "parent": parent})
    assert answer.status_code == 201, answer.text
    team: str = answer.json()["id"]
    return team


async def test_member_with_account_roles_and_teams(
    admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    east = await new_team(admin, "华东")
    south = await new_team(admin, "华南")
    member = await new_member(
        admin, name=" 王芳 ", login="wangfang", password=PASSWORD, email="", phone="138",
        roles=["rep"], teams=[south], main_team=east,
    )  # fmt: skip
    assert member["name"] == "王芳"
    assert member["login"] == "wangfang"
    assert member["email"] is None
    assert member["roles"] == ["rep"]
    assert member["teams"] == sorted([east, south])
    me = await client.get("/api/auth/session", headers=bearer(await token_of(client, "wangfang")))
    assert me.json()["member"]["main_team"] == east

    changed = await admin.patch(f"/api/members/{member['id']}", json={"teams": [south]})
    assert changed.json()["teams"] == sorted([east, south]), "the main team stays a team"
    changed = await admin.patch(
        f"/api/members/{member['id']}", json={"teams": [], "main_team": None, "roles": ["people"]}
    )
    assert (changed.json()["teams"], changed.json()["roles"]) == ([], ["people"])
    assert changed.json()["phone"] == "138"


async def test_what_reaches_nobody_is_refused_of_a_colleague_too(admin: httpx.AsyncClient) -> None:
    member = await new_member(admin, name="够得着", phone="021-55558888转12")
    for name, wrong in (("phone", "abc"), ("email", "li at example.com")):
        made = await admin.post("/api/members", json={"name": "够不着", name: wrong})
        assert (made.status_code, made.json()["errors"][0]["path"]) == (422, name)
        changed = await admin.patch(f"/api/members/{member['id']}", json={name: wrong})
        assert (changed.status_code, changed.json()["errors"][0]["path"]) == (422, name)
    kept = (await admin.get(f"/api/members/{member['id']}")).json()
    assert (kept["phone"], kept["email"]) == ("021-55558888转12", None)


async def test_colleagues_see_names_only(admin: httpx.AsyncClient, rep: httpx.AsyncClient) -> None:
    member = await new_member(admin, name="赵六", email="z@example.com", phone="139")
    seen = (await rep.get(f"/api/members/{member['id']}")).json()
    assert seen == {
        "id": member["id"], "name": "赵六", "main_team": None, "teams": [], "disabled": False,
    }  # fmt: skip
    listed = (await rep.get("/api/members", params={"q": "赵"})).json()["items"]
    assert listed == [seen]


@pytest.mark.parametrize(
    ("typed", "names"),
    [("oymx", ["欧阳明轩"]), ("oyming", ["欧阳明轩"]), ("Ouyang M", ["欧阳明轩"]),
     ("阳明", ["欧阳明轩"]), ("kimoy", ["Kim 欧阳"]), ("oymxx", []), ("*", []),
     ("yangou", [])],
)  # fmt: skip
async def test_a_member_is_found_by_pinyin(
    admin: httpx.AsyncClient, typed: str, names: list[str]
) -> None:
    for name in ("欧阳明轩", "Kim 欧阳"):
        if not (await admin.get("/api/members", params={"q": name})).json()["items"]:
            await new_member(admin, name=name)
    found = (await admin.get("/api/members", params={"q": typed})).json()["items"]
    assert [each["name"] for each in found] == names


async def test_pages_of_members(admin: httpx.AsyncClient) -> None:
    for number in range(5):
        await new_member(admin, name=f"页{number % 2}")
    cursor, names, ids = None, [], set()
    while True:
        params = {"q": "页", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await admin.get("/api/members", params=params)).json()
        names += [m["name"] for m in page["items"]]
        ids |= {m["id"] for m in page["items"]}
        cursor = page["next"]
        if cursor is None:
            break
    assert names == ["页0"] * 3 + ["页1"] * 2
    assert len(ids) == 5
    broken = await admin.get("/api/members", params={"cursor": "%%%"})
    assert code_of(broken) == (400, "cursor.invalid")


@pytest.mark.parametrize("kind", ["session", "token", "cookie"])
async def test_disabled_member_is_out_at_once(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, kind: str
) -> None:
    login = f"leaver-{kind}"
    member = await new_member(admin, name=login, login=login, password=PASSWORD)
    headers = bearer(await token_of(client, login))
    if kind == "token":
        draft = {"name": "script", "scopes": ["full"]}
        made = await client.post("/api/tokens", json=draft, headers=headers)
        headers = bearer(made.json()["token"])
    if kind == "cookie":
        form = {"login": login, "password": PASSWORD}
        signed = await client.post("/api/auth/login", json=form, headers={"origin": SITE})
        value = signed.headers.get_list("set-cookie")[0].partition(";")[0]
        headers = {"cookie": value, "origin": SITE}
    for path in ("/api/teams", "/api/workspaces", "/api/teams"):
        assert (await client.get(path, headers=headers)).status_code == 200
    off = await admin.post(f"/api/members/{member['id']}/disable")
    assert off.json()["disabled"] is True
    for path in ("/api/teams", "/api/workspaces", "/api/auth/session"):
        assert (await client.get(path, headers=headers)).status_code == 401
    form = {"login": login, "password": PASSWORD}
    refused = await client.post("/api/auth/login", json=form)
    assert code_of(refused) == (403, "workspace.none")

    on = await admin.post(f"/api/members/{member['id']}/enable")
    assert on.json()["disabled"] is False
    await token_of(client, login)
    again = await client.get("/api/teams", headers=headers)
    assert again.status_code == (200 if kind == "token" else 401), "sessions do not come back"


async def test_role_taken_away_counts_in_the_next_request(
    admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    member = await new_member(admin, name="一时", login="once", password=PASSWORD, roles=["people"])
    headers = bearer(await token_of(client, "once"))
    assert (await client.get("/api/roles", headers=headers)).status_code == 200
    await admin.patch(f"/api/members/{member['id']}", json={"roles": ["rep"]})
    assert code_of(await client.get("/api/roles", headers=headers)) == (403, "right.missing")


async def test_nobody_gives_or_takes_over_more_than_they_hold(
    admin: httpx.AsyncClient, manager: httpx.AsyncClient
) -> None:
    members = (await admin.get("/api/members", params={"q": "管理员"})).json()["items"]
    administrator = f"/api/members/{members[0]['id']}"
    draft = {"name": "升级", "roles": ["admin"]}
    assert code_of(await manager.post("/api/members", json=draft)) == (403, "role.beyond")
    for method, path, body in (
        ("PATCH", administrator, {"name": "x"}),
        ("PATCH", administrator, {"roles": []}),
        ("POST", f"{administrator}/disable", None),
        ("POST", f"{administrator}/password", {"password": "take-over-1"}),
    ):
        answer = await manager.request(method, path, json=body)
        assert code_of(answer) == (403, "role.beyond"), (method, path)
    assert (await manager.post("/api/members", json={"name": "同级", "roles": ["rep"]})).is_success


async def test_the_last_administrator_stays(admin: httpx.AsyncClient) -> None:
    members = (await admin.get("/api/members", params={"q": "管理员"})).json()["items"]
    path = f"/api/members/{members[0]['id']}"
    for answer in (
        await admin.post(f"{path}/disable"),
        await admin.patch(path, json={"roles": ["rep"]}),
    ):
        assert code_of(answer) == (409, "member.last_admin")
    assert (await admin.get("/api/roles")).status_code == 200


async def test_reset_password(admin: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    member = await new_member(admin, name="忘", login="forgetful", password=PASSWORD)
    old = bearer(await token_of(client, "forgetful"))
    path = f"/api/members/{member['id']}/password"
    assert (await admin.post(path, json={"password": "brand new 22"})).status_code == 204
    assert (await client.get("/api/teams", headers=old)).status_code == 401
    await token_of(client, "forgetful", "brand new 22")
    nobody = await new_member(admin, name="无账号")
    refused = await admin.post(
        f"/api/members/{nobody['id']}/password", json={"password": "brand new 22"}
    )
    assert code_of(refused) == (409, "account.missing")


async def test_account_for_an_imported_member(
    admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    member = await new_member(admin, name="导入的人")
    path = f"/api/members/{member['id']}/account"
    form = {"login": "imported", "password": PASSWORD}
    assert code_of(await admin.post(path, json=form | {"login": "rep"})) == (409, "account.exists")
    assert (await admin.post(path, json=form)).json()["login"] == "imported"
    await token_of(client, "imported")
    assert code_of(await admin.post(path, json=form)) == (409, "account.present")


@pytest.mark.parametrize(
    ("draft", "status", "code", "path"),
    [
        ({"name": "甲", "roles": ["ghost"]}, 422, "role.unknown", "roles"),
        ({"name": "甲", "teams": [str(uuid4())]}, 422, "team.unknown", "teams"),
        ({"name": "甲", "main_team": str(uuid4())}, 422, "team.unknown", "main_team"),
        ({"name": "  "}, 422, "value.string_too_short", "name"),
        ({"nmae": "甲", "name": "甲"}, 422, "value.extra_forbidden", "nmae"),
        ({}, 422, "value.missing", "name"),
        ({"name": "甲", "login": "newcomer"}, 422, "value.missing", "password"),
        ({"name": "甲", "login": "newcomer", "password": "short"}, 422, None, "password"),
        ({"name": "甲", "login": "ad\u200bmin"}, 422, "value.invisible_character", "login"),
        ({"name": "甲", "login": "a\x1b[2J"}, 422, "value.invisible_character", "login"),
        ({"name": "甲", "login": "\u0430dmin"}, 422, "value.unclear_login", "login"),
        ({"name": "甲", "login": "\u03c1aul"}, 422, "value.unclear_login", "login"),
        ({"name": "甲", "login": "\u0251dmin"}, 422, "value.unclear_login", "login"),
        ({"name": "甲", "teams": "x"}, 422, "value.list_type", "teams"),
    ],
)
async def test_refused_drafts(
    admin: httpx.AsyncClient, draft: object, status: int, code: str | None, path: str
) -> None:
    answer = await admin.post("/api/members", json=draft)
    assert answer.status_code == status
    faults = answer.json()["errors"]
    assert [fault["path"] for fault in faults] == [path]
    assert code is None or faults[0]["code"] == code


async def test_taken_login(admin: httpx.AsyncClient) -> None:
    taken = {"name": "乙", "login": "Admin", "password": PASSWORD}
    assert code_of(await admin.post("/api/members", json=taken)) == (409, "account.exists")
    joined = {"name": "乙", "login": "admin"}
    assert code_of(await admin.post("/api/members", json=joined)) == (409, "membership.exists")


async def test_team_tree(admin: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    root = await new_team(admin, "销售中心")
    middle = await new_team(admin, "北区", root)
    leaf = await new_team(admin, "北京", middle)
    for team, parent in ((root, leaf), (root, root), (middle, leaf)):
        cycle = await admin.patch(f"/api/teams/{team}", json={"parent": parent})
        assert code_of(cycle) == (409, "team.cycle")
    twin = await admin.post("/api/teams", json={"name": "北京", "parent": middle})
    assert code_of(twin) == (409, "team.exists")
    member = await new_member(
        admin, name="北区主管", login="north", password=PASSWORD, main_team=middle
    )
    renamed = await admin.patch(f"/api/teams/{leaf}", json={"name": "京", "leader": member["id"]})
    assert (renamed.json()["name"], renamed.json()["parent"]) == ("京", middle)
    for team in (root, middle):
        assert code_of(await admin.delete(f"/api/teams/{team}")) == (409, "team.not_empty")
    moved = await admin.patch(f"/api/teams/{leaf}", json={"parent": None})
    assert moved.json()["parent"] is None
    assert (await admin.delete(f"/api/teams/{leaf}")).status_code == 204
    assert code_of(await admin.delete(f"/api/teams/{leaf}")) == (404, "team.unknown")
    missing = await admin.post("/api/teams", json={"name": "x", "parent": str(uuid4())})
    assert missing.json()["errors"][0]["path"] == "parent"
    headers = bearer(await token_of(client, "north"))
    teams = (await client.get("/api/teams", headers=headers)).json()["items"]
    assert {t["id"]: t["members"] for t in teams}[middle] == 1


async def test_a_weak_password_is_refused_wherever_it_is_chosen(
    admin: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    member = await new_member(admin, name="弱", login="weakling", password=PASSWORD)
    path = f"/api/members/{member['id']}/password"
    for wrong in ("Weakling", "ｗeakling", "1qaz2wsx", "Password123", "woaini1314", "abcabcabc"):
        refused = await admin.post(path, json={"password": wrong})
        assert code_of(refused) == (422, "password.weak")
        assert refused.json()["errors"][0]["path"] == "password"
        draft = {"name": "新", "login": "weakling@example.com", "password": wrong}
        assert code_of(await admin.post("/api/members", json=draft)) == (422, "password.weak")
    headers = bearer(await token_of(client, "weakling"))
    form = {"old": PASSWORD, "new": "5201314520"}
    refused = await client.post("/api/auth/password", json=form, headers=headers)
    assert code_of(refused) == (422, "password.weak")
    assert refused.json()["errors"][0]["path"] == "new"
    await token_of(client, "weakling")


@pytest.mark.parametrize("login", ["张三", "ａｎｎ.lee+x@例子.cn", "a-b_c 2"])
async def test_clear_logins_sign_in(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, login: str
) -> None:
    await new_member(admin, name="清", login=login, password=PASSWORD)
    await token_of(client, login)
