"""Members with their teams through /imports: preview, once only, rights, refusals with choices."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.doors import open_client, sign_in
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")
PASSWORD = "only-for-tests-2026"
TEAMS = {"path": ["{大区}", "{主管}"], "leader": "{主管}"}


async def members(desk: Desk) -> dict[str, Any]:
    found = (await desk.client.get("/api/members", params={"limit": 500})).json()["items"]
    return {member["name"]: member for member in found}


async def test_members_arrive_with_their_teams_once(desk: Desk) -> None:
    rows = [
        ["员工姓名", "邮箱", "大区", "主管", "角色"],
        ["卫一", "wei1@example.com", "北区", "卫总", "销售"],
        ["卫二", "", "北区", "卫总", "rep"],
        ["", "", "北区", "卫总", ""],
        ["卫三", "不是邮箱", "北区", "卫总", ""],
    ]
    made = await desk.bring(csv_of(rows), "member")
    assert made["mapping"]["teams"] == TEAMS
    assert {c["column"]: c["fields"] for c in made["columns"]}["员工姓名"] == ["name"]
    counts = made["preview"]["counts"]
    assert (counts["create"], counts["error"]) == (2, 2)
    assert counts["made"] == {"team": 2, "member": 1}
    assert "卫一" not in await members(desk)
    assert [e["errors"][0]["column"] for e in made["preview"]["errors"]] == ["员工姓名", "邮箱"]

    done = await desk.commit(made)
    assert (done["state"], done["counts"]) == ("done", counts)
    there = await members(desk)
    assert there["卫一"]["email"] == "wei1@example.com"
    assert there["卫一"]["roles"] == there["卫二"]["roles"] == ["rep"]
    teams = {t["name"]: t for t in (await desk.client.get("/api/teams")).json()["items"]}
    assert teams["卫总"]["parent"] == teams["北区"]["id"]
    assert there["卫一"]["main_team"] == there["卫总"]["main_team"] == teams["卫总"]["id"]

    again = await desk.commit(await desk.bring(csv_of(rows[:3]), "member"))
    assert (again["counts"]["unchanged"], again["counts"]["create"]) == (2, 0)
    assert again["counts"]["made"] == {}
    changed = [["姓名", "邮箱", "手机"], ["卫一", "wei1@example.com", "13900001234"]]
    assert (await desk.commit(await desk.bring(csv_of(changed), "member")))["counts"]["update"] == 1
    errors = await desk.ask("GET", f"/{made['id']}/errors")
    assert [e["row"] for e in errors["items"]] == [3, 4]


async def test_two_of_one_name_are_told_apart_by_their_mail(desk: Desk) -> None:
    rows = [["姓名", "邮箱"], ["同名", "t1@example.com"], ["同名", "t2@example.com"]]
    done = await desk.commit(await desk.bring(csv_of(rows), "member"))
    assert done["counts"]["create"] == 2
    one = await desk.bring(csv_of([["姓名"], ["同名"]]), "member")
    (error,) = one["preview"]["errors"]
    assert error["errors"][0]["code"] == "import.ambiguous"
    owned = [
        ["客户名称", "负责人"],
        ["归一", "同名"],
        ["归二", "t2@example.com"],
        ["归三", "admin"],
    ]
    told = await desk.bring(csv_of(owned), "account")
    (error,) = told["preview"]["errors"]
    cell = error["errors"][0]
    assert (cell["column"], cell["code"]) == ("负责人", "import.ambiguous")
    assert "t1@example.com" in cell["message"]
    assert "t2@example.com" in cell["message"]
    await desk.commit(told)
    owners = {
        r["values"]["name"]: r["owner"]["title"]
        for r in await desk.records("account", 'LEFT(name,1)="归"')
    }
    assert owners["归二"] == "同名"
    assert len(owners) == 2


async def _member(desk: Desk, login: str, *roles: str) -> httpx.AsyncClient:
    body = {"name": login, "login": login, "password": PASSWORD, "roles": list(roles)}
    assert (await desk.client.post("/api/members", json=body)).status_code == 201
    return desk.client


async def test_nobody_brings_members_without_the_right_or_gives_more_than_they_hold(
    desk: Desk,
) -> None:
    role = {"label": "人事", "rights": ["data.import", "members.manage"], "grants": []}
    assert (await desk.client.put("/api/definitions/role/hr", json=role)).status_code == 200
    await _member(desk, "hr_one", "hr")
    await _member(desk, "ops_one", "sales_ops")
    async with open_client(desk.sales.platform) as client:
        await sign_in(client, "ops_one", PASSWORD)
        files = {"file": ("人.csv", "姓名\n越一\n".encode())}
        refused = await client.post("/api/imports", files=files, data={"object": "member"})
        assert (refused.status_code, refused.json()["code"]) == (403, "import.denied")
        await sign_in(client, "hr_one", PASSWORD)
        files = {"file": ("人.csv", "姓名,角色\n越二,admin\n越三,\nadmin,hr\n".encode())}
        told = await client.post("/api/imports", files=files, data={"object": "member"})
        assert told.status_code == 201, told.text
        preview = told.json()["preview"]
        assert preview["counts"]["create"] == 1 + ("admin" not in await members(desk))
        assert preview["errors"][0]["errors"][0]["code"] == "role.beyond"


async def test_the_teams_of_a_real_company_are_guessed(desk: Desk) -> None:
    path = Path(__file__).parents[3] / "shared" / "data" / "maven_crm" / "sales_teams.csv"
    if not path.is_file():
        pytest.skip("no data sets")
    made = await desk.bring(path.read_bytes(), "member")
    assert made["mapping"]["teams"] == {
        "path": ["{regional_office}", "{manager}"], "leader": "{manager}",
    }  # fmt: skip
    done = await desk.commit(made)
    assert (done["counts"]["create"], done["counts"]["error"]) == (35, 0)
    assert done["counts"]["made"] == {"team": 9, "member": 6}
