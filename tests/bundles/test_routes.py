"""The routes of bundles: for holders of `bundles.install`, by name only."""

import httpx
import pytest
from tests.doors import open_client, sign_in

from changliu.identity.provision import account_add
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform

pytestmark = pytest.mark.feature("Z11")
ENGLISH = {"accept-language": "en"}


async def test_an_administrator_looks_compares_and_installs(admin: httpx.AsyncClient) -> None:
    (item,) = (await admin.get("/api/bundles")).json()["items"]
    assert (item["key"], item["installed"]) == ("sales", None)
    assert item["label"] == {"zh-CN": "销售管理系统", "en": "Sales"}
    assert item["contents"]["object"] >= 7
    assert (item["requires"], item["demo"]) == ([], True)
    plan = (await admin.get("/api/bundles/sales/diff", headers=ENGLISH)).json()
    assert plan["counts"] == {"create": len(plan["steps"])}
    assert (await admin.get("/api/meta")).json()["objects"] == []
    brought = {step["name"] for step in plan["steps"] if step["kind"] == "object"}
    assert {"Lead", "Account"} <= brought
    done = await admin.post("/api/bundles/sales/install", headers=ENGLISH)
    assert done.status_code == 200, done.text
    assert done.json() == plan
    (item,) = (await admin.get("/api/bundles")).json()["items"]
    assert item["installed"] == "1.1.0"
    labels = [o["label"]["zh-CN"] for o in (await admin.get("/api/meta")).json()["objects"]]
    assert labels == ["线索", "客户", "联系人", "商机", "产品", "跟进", "任务", "商品行"]
    # Its example teams are named in the language of whoever installed it.
    teams = (await admin.get("/api/teams")).json()["items"]
    assert "East China" in {team["name"] for team in teams}
    again = (await admin.post("/api/bundles/sales/install")).json()
    assert again["counts"] == {"same": len(plan["steps"])}


@pytest.mark.parametrize("name", ["sails", "..%2Fsales", "%2Fetc"])
async def test_a_door_takes_names_never_paths(admin: httpx.AsyncClient, name: str) -> None:
    answer = await admin.post(f"/api/bundles/{name}/install")
    assert answer.status_code == 404


async def test_others_are_refused(platform: Platform, workspace: Workspace) -> None:
    database = platform.database
    await account_add(database, workspace, "plain", password="correct horse 9", name="Plain")
    async with open_client(platform) as client:
        assert (await client.get("/api/bundles")).status_code == 401
        await sign_in(client, "plain", "correct horse 9")
        for method, path in (
            ("GET", "/api/bundles"),
            ("GET", "/api/bundles/sales/diff"),
            ("POST", "/api/bundles/sales/install"),
            ("POST", "/api/bundles/sales/uninstall"),
        ):
            assert (await client.request(method, path)).status_code == 403
