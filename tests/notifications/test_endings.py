"""What ends in the background is told in the inbox; teams of any size are told of shares."""

import pytest

from changliu.notifications import handlers
from changliu.transfer.export import api


async def news(client, kind):
    answer = await client.get("/api/notifications", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.feature("Z15")
async def test_an_import_that_ended_is_told_to_who_began_it(house, work):
    file = {"file": ("客户.csv", "名称\n导入的\n".encode())}
    made = await house.admin.post("/api/imports", files=file, data={"object": "account"})
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    begun = await house.admin.post(f"/api/imports/{number}/commit", json={})
    assert begun.status_code == 202, begun.text
    assert await news(house.admin, "import") == []
    await work()
    (told,) = await news(house.admin, "import")
    assert told["about"]["import"] == number
    assert "客户" in told["text"]
    await work()
    assert len(await news(house.admin, "import")) == 1
    assert await news(house.rep, "import") == []


@pytest.mark.feature("Z15")
async def test_an_export_that_ended_is_told_to_who_asked(house, work, monkeypatch):
    for name in ("甲", "乙"):
        assert (await house.admin.post("/api/records/account", json={"name": name})).is_success
    monkeypatch.setattr(api, "AT_ONCE", 1)
    asked = await house.admin.get("/api/exports/account?format=csv&fields=name")
    assert asked.status_code == 202, asked.text
    await work()
    (told,) = await news(house.admin, "export")
    assert told["about"]["export"] == asked.json()["id"]
    assert "客户" in told["text"]
    assert await news(house.rep, "export") == []


async def test_a_share_with_a_large_team_reaches_everybody(house, work, monkeypatch):
    """Members are read page by page: here two at a time, as five hundred otherwise."""
    monkeypatch.setattr(handlers, "PEOPLE", 2)
    more = [await house.hire(f"mate{n}", "rep", house.far_team) for n in range(4)]
    made = await house.admin.post("/api/records/account", json={"name": "大家的"})
    place = f"/api/records/account/{made.json()['id']}/shares"
    await house.ok(house.admin.post(place, json={"team": house.far_team}))
    await work()
    for client in (house.far, *more):
        assert len(await news(client, "share")) == 1
