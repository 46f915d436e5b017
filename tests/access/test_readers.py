"""Who can see a record, compared with who gets it at its own door."""

import pytest
from tests.access.lending import code_of, made, share

pytestmark = pytest.mark.feature("Z5")


async def readers(client, record, limit=50):
    """All readers, page after page: by member id, with reasons."""
    asked, found = {"limit": limit}, {}
    while True:
        answer = await client.get(f"/api/records/account/{record}/readers", params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        for item in page["items"]:
            assert item["member"]["id"] not in found
            found[item["member"]["id"]] = item
        if "next" not in page:
            return found
        asked["cursor"] = page["next"]


async def test_readers_are_those_who_get_the_record(house, lender):
    people = {
        str(client.member): client
        for client in (
            house.admin, house.rep, house.manager, house.other, house.narrow, lender
        )
    }  # fmt: skip
    own = await made(lender, name="自己的")
    lent = await made(lender, name="借出的")
    await share(lender, lent, member=house.rep.member)
    theirs = await made(house.rep, name="别人的")
    for record in (own, lent, theirs):
        told = await readers(house.admin, record)
        for member, client in people.items():
            door = await client.get(f"/api/records/account/{record}")
            assert (member in told) is (door.status_code == 200), (member, record)
        assert all(item["reasons"] for item in told.values())
        assert await readers(house.admin, record, limit=2) == told

    told = await readers(house.admin, lent)
    owner = told[str(lender.member)]
    assert owner["owner"]
    assert [(r["kind"], r["scope"]) for r in owner["reasons"]] == [("grant", "own")]
    borrower = told[str(house.rep.member)]
    assert not borrower["owner"]
    assert [r["kind"] for r in borrower["reasons"]] == ["share"]
    page = (await house.admin.get(f"/api/records/account/{lent}/readers")).json()
    roles = {role["key"]: role["scopes"] for role in page["roles"]}
    assert roles["admin"] == ["all"]
    assert roles["lender"] == ["own"]


async def test_readers_are_told_to_those_who_share_or_look_after_rights(house, lender):
    record = await made(lender, name="谁看得到")
    assert str(lender.member) in await readers(lender, record)
    place = f"/api/records/account/{record}/readers"
    await share(lender, record, member=house.rep.member)
    assert await code_of(await house.rep.get(place), 403) == "access.readers"
    hidden = await made(lender, name="看不到")
    refused = await house.rep.get(f"/api/records/account/{hidden}/readers")
    assert refused.status_code == 404
    assert await code_of(await lender.get(place, params={"limit": 0}), 422)
    assert await code_of(await lender.get(place, params={"cursor": "x"}), 400) == "cursor.invalid"
