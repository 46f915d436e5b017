"""The trash as a list: who sees what lies there, in which order, and nothing else."""

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.conftest import House

pytestmark = pytest.mark.feature("Z12")


@pytest_asyncio.fixture(scope="module")
async def cellar(platform, workspace, client):
    """Records of several owners, some deleted; `gone` are (id, owner's login) in that order."""
    house = await House(platform, workspace, client).furnish()
    house.gone = []
    for n in range(24):
        login = ("rep", "other", "far", "manager")[n % 4]
        who = getattr(house, login)
        body = {"name": f"箱{n:02}", "size": n, "phone": "13800138000"}
        made = await house.ok(who.post("/api/records/account", json=body))
        if n % 3:
            answer = await who.delete(f"/api/records/account/{made['id']}")
            assert answer.status_code == 204
            house.gone.append((made["id"], login))
    return house


async def trash(client, **params):
    answer = await client.get("/api/records/account", params={"deleted": "true", **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def gone(cellar, *logins):
    return {i for i, login in cellar.gone if login in logins}


async def test_each_sees_what_they_could_restore_latest_first(cellar):
    reach = {
        "rep": ("rep",),
        "manager": ("rep", "other", "manager"),
        "admin": ("rep", "other", "far", "manager"),
    }
    for login, owners in reach.items():
        client = getattr(cellar, login)
        page = await trash(client, count="true", limit=500)
        assert {item["id"] for item in page["items"]} == gone(cellar, *owners)
        assert page["total"] == len(page["items"])
        moments = [item["deleted_at"] for item in page["items"]]
        assert moments == sorted(moments, reverse=True)
        for item in page["items"]:
            back = await client.post(f"/api/records/account/{item['id']}/restore")
            assert back.status_code == 200, "listed, so it can be restored"
            assert back.json()["deleted_at"] is None
            assert "deleted_by" not in back.json()
        for item in reversed(page["items"]):
            await client.delete(f"/api/records/account/{item['id']}")


async def test_a_row_tells_when_and_by_whom(cellar):
    item = (await trash(cellar.rep))["items"][0]
    [[at, by]] = await cellar.rows(
        f"SELECT deleted_at, deleted_by FROM {{schema}}.{cellar.table('account')} WHERE id = %s",
        [item["id"]],
    )
    assert item["deleted_at"] == at.isoformat()
    assert item["deleted_by"]["id"] == str(by)
    assert item["deleted_by"]["title"]
    assert item["values"]["name"].startswith("箱")


async def test_only_a_right_to_delete_opens_it(cellar):
    for client in (cellar.reader, cellar.narrow):
        answer = await client.get("/api/records/account", params={"deleted": "true"})
        assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")
    answer = await cellar.reader.get("/api/records/deal", params={"deleted": "true"})
    assert (answer.status_code, answer.json()["code"]) == (404, "object.unknown")
    wrong = await cellar.rep.get("/api/records/account", params={"deleted": "yes"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "request.flag")


async def test_its_own_names_filter_and_sort_there_and_nowhere_else(cellar):
    everything = await trash(cellar.admin, limit=500, sort="deleted_at")
    moments = [item["deleted_at"] for item in everything["items"]]
    assert moments == sorted(moments)
    today = await trash(cellar.admin, filter='删除时间 > DATEADD(NOW(), -1, "天")', limit=500)
    assert len(today["items"]) == len(moments)
    assert (await trash(cellar.admin, filter="deleted_at > NOW()"))["items"] == []
    mine = await trash(cellar.admin, filter="删除人 = ME()", limit=500)
    assert {i["deleted_by"]["id"] for i in mine["items"]} == {cellar.admin.member}
    for params in ({"filter": "deleted_at > NOW()"}, {"sort": "deleted_at"}):
        answer = await cellar.admin.get("/api/records/account", params=params)
        assert answer.status_code == 422


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["", "size > 9", 'name <> "箱05"', "double > 20"]),
    st.sampled_from(["", "size", "-name", "deleted_by,-size", "-deleted_at"]),
    st.integers(1, 7),
)
async def test_pages_hold_every_row_once(cellar, condition, sort, limit):
    """Trash and live rows share a list of conditions, and no row."""
    params = {"filter": condition, "sort": sort, "limit": limit}
    seen, cursor = [], None
    while cursor is None or cursor:
        page = await trash(cellar.admin, **params, cursor=cursor or "")
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"] or ""
    whole = await trash(cellar.admin, **{**params, "limit": 500})
    assert seen == [item["id"] for item in whole["items"]]
    assert len(seen) == len(set(seen))
    live = await cellar.admin.get("/api/records/account", params={"limit": 500})
    assert not set(seen) & {item["id"] for item in live.json()["items"]}
    assert set(seen) <= {i for i, _ in cellar.gone}


async def test_a_cursor_does_not_leave_the_trash(cellar):
    cursor = (await trash(cellar.admin, limit=1))["next"]
    answer = await cellar.admin.get("/api/records/account", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.other")
