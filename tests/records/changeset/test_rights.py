"""Who may write what: scopes on the old and the new row, references, fields; deny by default."""

from uuid import uuid4

import pytest

pytestmark = pytest.mark.feature("Z5")


async def make(client, **values):
    made = await client.post("/api/records/account", json={"name": "客户", **values})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_a_rep_owns_what_they_create_and_it_joins_their_team(house):
    made = (await house.rep.post("/api/records/account", json={"name": "我的"})).json()
    assert made["owner"]["id"] == house.rep.member
    assert made["team"]["id"] == house.team


async def test_a_rep_changes_own_rows_and_cannot_see_others(house):
    mine, theirs = await make(house.rep), await make(house.other)
    assert (
        await house.rep.patch(f"/api/records/account/{mine}", json={"size": 1})
    ).status_code == 200
    unseen = await house.rep.patch(f"/api/records/account/{theirs}", json={"size": 1})
    absent = await house.rep.patch(f"/api/records/account/{uuid4()}", json={"size": 1})
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.json() == absent.json()


async def test_readable_but_not_mine_to_change_is_403(house):
    theirs = await make(house.other)
    seen = await house.reader.get(f"/api/records/account/{theirs}")
    refused = await house.reader.patch(f"/api/records/account/{theirs}", json={"size": 1})
    assert (seen.status_code, refused.status_code) == (200, 403)
    assert (await house.reader.delete(f"/api/records/account/{theirs}")).status_code == 403
    assert (await house.reader.post("/api/records/account", json={"name": "x"})).status_code == 403


async def test_a_rep_cannot_create_for_others_or_give_away(house):
    refused = await house.rep.post(
        "/api/records/account", json={"name": "送", "owner": house.other.member}
    )
    assert refused.status_code == 403
    mine = await make(house.rep)
    given = await house.rep.patch(
        f"/api/records/account/{mine}", json={"owner": house.other.member}
    )
    assert given.status_code == 403


async def test_a_manager_reaches_the_whole_subtree_and_may_transfer(house):
    mine = await make(house.rep)
    moved = await house.manager.patch(
        f"/api/records/account/{mine}", json={"owner": house.manager.member}
    )
    assert moved.status_code == 200, moved.text
    assert moved.json()["team"]["id"] == house.parent_team
    assert (await house.rep.get(f"/api/records/account/{mine}")).status_code == 404


async def test_a_manager_does_not_reach_another_branch(house):
    theirs = await make(house.far)
    assert (
        await house.manager.patch(f"/api/records/account/{theirs}", json={"size": 2})
    ).status_code == 404


async def test_a_reference_may_only_point_to_what_the_caller_reads(house):
    theirs = await make(house.other)
    unseen = await house.rep.post("/api/records/deal", json={"title": "d", "account": theirs})
    absent = await house.rep.post("/api/records/deal", json={"title": "d", "account": str(uuid4())})
    assert unseen.status_code == absent.status_code == 422
    assert unseen.json()["errors"] == absent.json()["errors"]


async def test_a_field_not_granted_cannot_be_written_nor_confirmed(house):
    hidden = await house.narrow.post("/api/records/account", json={"name": "n", "amount": "1"})
    nowhere = await house.narrow.post("/api/records/account", json={"name": "n", "amuont": "1"})
    assert hidden.status_code == nowhere.status_code == 422
    assert (
        hidden.json()["errors"][0]["code"] == nowhere.json()["errors"][0]["code"] == "field.unknown"
    )
    read_only = await house.narrow.post("/api/records/account", json={"name": "n", "size": 1})
    assert (read_only.status_code, read_only.json()["code"]) == (403, "field.forbidden")


async def test_no_grant_no_object(house):
    hidden = await house.narrow.post("/api/records/deal", json={"title": "x"})
    unknown = await house.narrow.post("/api/records/dael", json={"title": "x"})
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json()["code"] == unknown.json()["code"] == "object.unknown"
    stranger = await house.anonymous.post("/api/records/account", json={"name": "x"})
    assert stranger.status_code == 401


async def test_a_refusal_leaves_database_and_jobs_as_they_were(house):
    before = await house.count()
    theirs = await make(house.other)
    after = await house.count()
    assert before != after
    for attempt in (
        house.rep.patch(f"/api/records/account/{theirs}", json={"size": 9}),
        house.rep.delete(f"/api/records/account/{theirs}"),
        house.reader.post("/api/records/account", json={"name": "x"}),
    ):
        assert (await attempt).status_code in (403, 404)
    assert await house.count() == after


@pytest.mark.feature("Z1")
async def test_a_sensitive_value_is_masked_for_those_who_may_not_write_it(house):
    where = f"/api/records/account/{await make(house.rep, phone='13800138000')}"
    seen = {
        name: (await client.get(where)).json()["values"]["phone"]
        for name, client in (("rep", house.rep), ("reader", house.reader), ("admin", house.admin))
    }
    assert seen == {"rep": "13800138000", "reader": "138****8000", "admin": "13800138000"}
    told = (await house.reader.get(f"{where}/history")).json()["items"][0]["changes"]
    assert [c["to"] for c in told if c["field"] == "phone"] == ["138****8000"]
    listed = await house.reader.get("/api/records/account", params={"fields": "name,phone"})
    assert "13800138000" not in listed.text
    for probe in ({"filter": 'phone = "13800138000"'}, {"sort": "phone"}):
        assert (await house.reader.get("/api/records/account", params=probe)).status_code == 422
    grouped = {"object": "account", "group_by": [{"field": "phone"}], "measures": []}
    assert (await house.reader.post("/api/query", json=grouped)).status_code == 422
