"""The audit beside records: every change of people and definitions, by whom, and nothing secret."""

from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from tests.conftest import ADMIN_PASSWORD
from tests.doors import open_client, sign_in

from changliu.identity import service
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.startup import DemoPerson, _demo_login

pytestmark = pytest.mark.feature("Z12")

PASSWORD, NEXT = "correct horse battery 9", "another horse battery 9"


async def lines(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get("/api/audit", params={"limit": 500, **params})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def ok(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201, 204), answer.text
    return answer.json() if answer.content else None


@pytest_asyncio.fixture(scope="module")
async def story(platform: Platform, admin: httpx.AsyncClient) -> dict[str, Any]:
    """Somebody joins, changes, loses their password, is let out and in; a role is made."""
    me = (await ok(await admin.get("/api/auth/session")))["member"]["id"]
    team = (await ok(await admin.post("/api/teams", json={"name": "甲组"})))["id"]
    await ok(await admin.patch(f"/api/teams/{team}", json={"name": "乙组"}))
    await ok(await admin.put("/api/definitions/role/clerk", json={"label": "职员"}))
    body = {"name": "阿花", "login": "ahua", "password": PASSWORD, "phone": "13800138000"}
    member = (await ok(await admin.post("/api/members", json=body)))["id"]
    where = f"/api/members/{member}"
    change = {"roles": ["clerk"], "teams": [team], "phone": "13900139000"}
    await ok(await admin.patch(where, json=change))
    await ok(await admin.patch(where, json={"name": "阿花"}))
    await ok(await admin.post(f"{where}/disable"))
    await ok(await admin.post(f"{where}/enable"))
    await ok(await admin.post(f"{where}/password", json={"password": NEXT}))
    async with open_client(platform) as client:
        wrong = await client.post("/api/auth/login", json={"login": "ahua", "password": PASSWORD})
        assert wrong.status_code == 401
        nobody = await client.post("/api/auth/login", json={"login": "x", "password": PASSWORD})
        assert nobody.status_code == 401
        await sign_in(client, "ahua", NEXT)
        token = await ok(
            await client.post("/api/tokens", json={"name": "脚本", "scopes": ["read"]})
        )
        await ok(await client.delete(f"/api/tokens/{token['id']}"))
        change = {"old": NEXT, "new": PASSWORD}
        await ok(await client.post("/api/auth/password", json=change))
        await ok(await client.post("/api/auth/logout"))
    second = (await ok(await admin.post("/api/teams", json={"name": "空组"})))["id"]
    await ok(await admin.delete(f"/api/teams/{second}"))
    return {"me": me, "member": member, "team": team, "token": token["token"], "role": "clerk"}


async def test_every_change_is_there_with_its_actor(
    story: dict[str, Any], admin: httpx.AsyncClient
) -> None:
    told = [
        (line["action"], (line["actor"] or {}).get("id"), line["name"])
        for line in await lines(admin)
        if line["source"] == "identity" and line["action"] != "sign_in.opened"
    ]
    me, her = story["me"], story["member"]
    assert (
        list(reversed(told))
        == [
            ("member.added", None, "管理员"),
            ("member.changed", None, "管理员"),
            ("team.added", me, "甲组"),
            ("team.changed", me, "乙组"),
            ("member.added", me, "阿花"),
            ("member.changed", me, "阿花"),
            ("member.disabled", me, "阿花"),
            ("member.enabled", me, "阿花"),
            ("password.reset", me, "阿花"),
            ("sign_in.failed", her, "api"),
            ("token.made", her, "脚本"),
            ("token.ended", her, "脚本"),
            ("password.changed", her, "api"),
            ("sign_in.closed", her, "api"),
            ("team.added", me, "空组"),
            ("team.removed", me, "空组"),
        ][-16:]
    )


async def test_a_line_tells_from_and_to_and_no_secret(
    story: dict[str, Any], admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    by_action = {line["action"]: line for line in reversed(await lines(admin))}
    assert by_action["member.changed"]["diff"] == {
        "roles": {"to": ["clerk"]},
        "teams": {"to": [story["team"]]},
        "phone": {"changed": True},
    }
    assert by_action["team.changed"]["diff"] == {"name": {"from": "甲组", "to": "乙组"}}
    assert by_action["sign_in.failed"]["diff"] == {"reason": {"to": "login.wrong"}}
    assert by_action["sign_in.failed"]["ip"]
    assert by_action["member.changed"]["actor"]["title"] == "管理员"
    with psycopg.connect(platform.database.owner_dsn) as conn:
        rows = conn.execute(f"SELECT t::text FROM {workspace.schema}.identity_audit t").fetchall()
    kept = "\n".join(row[0] for row in rows)
    for secret in (
        PASSWORD,
        NEXT,
        story["token"],
        ADMIN_PASSWORD,
        "13800138000",
        "13900139000",
        "argon2",
    ):
        assert secret not in kept


async def test_definitions_stand_beside_people(
    story: dict[str, Any], admin: httpx.AsyncClient
) -> None:
    everything = await lines(admin)
    assert [line["at"] for line in everything] == sorted(
        (line["at"] for line in everything), reverse=True
    )
    role = next(line for line in everything if line["kind"] == "role")
    assert (role["source"], role["key"]) == ("definition", story["role"])
    assert role["changes"]
    assert {line["kind"] for line in await lines(admin, kind="team")} == {"team"}
    hers = await lines(admin, actor=story["member"])
    assert {line["actor"]["id"] for line in hers} == {story["member"]}
    middle = everything[len(everything) // 2]["at"]
    later = await lines(admin, since=middle)
    assert [(i["source"], i["seq"]) for i in later] == [
        (i["source"], i["seq"]) for i in everything if i["at"] >= middle
    ]


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("limit", [1, 3, 7])
async def test_pages_hold_every_line_once(admin: httpx.AsyncClient, limit: int) -> None:
    wanted = [(i["source"], i["seq"]) for i in await lines(admin)]
    seen, cursor = [], ""
    for _ in range(len(wanted) + 1):
        answer = await admin.get("/api/audit", params={"limit": limit, "cursor": cursor})
        page = answer.json()
        seen += [(i["source"], i["seq"]) for i in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            break
    assert seen == wanted
    for bad in ("x", "AAAA", "W10", "WzEsMl0"):
        answer = await admin.get("/api/audit", params={"cursor": bad})
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor.invalid")


@pytest.mark.usefixtures("story")
async def test_it_takes_the_right_and_nobody_rewrites_it(
    platform: Platform, workspace: Workspace
) -> None:
    async with open_client(platform) as client:
        await sign_in(client, "ahua", PASSWORD)
        answer = await client.get("/api/audit")
        assert (answer.status_code, answer.json()["code"]) == (403, "right.missing")
    for statement in ("UPDATE {}.identity_audit SET name = ''", "DELETE FROM {}.identity_audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with platform.database.transaction(workspace) as tx:
                await tx.execute(statement.format(workspace.schema))  # type: ignore[arg-type]


@pytest.mark.usefixtures("story")
async def test_what_the_program_does_has_no_actor(
    platform: Platform, workspace: Workspace, admin: httpx.AsyncClient
) -> None:
    async with platform.database.transaction(workspace) as tx:
        await service.ensure_team(tx, "lab", "实验室")
        await service.ensure_team(tx, "lab", "实验室")
        await _demo_login(tx, DemoPerson("demo", "演示", "lab", "clerk"))
    named = [line for line in await lines(admin) if line["name"] in ("实验室", "演示")]
    assert [(line["action"], line["actor"]) for line in reversed(named)] == [
        ("team.added", None),
        ("member.added", None),
        ("member.changed", None),
    ]
