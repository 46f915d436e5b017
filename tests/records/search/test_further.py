"""Further hits of one object by cursor, and records found through their lines."""

import pytest
import pytest_asyncio
from tests.records.changeset import quotes

from changliu.records.search.comparing import compare_keys
from changliu.records.search.store import words

pytestmark = pytest.mark.feature("Z5")


@pytest_asyncio.fixture(scope="module")
async def made(house):
    site = await quotes.furnish(house)
    hidden = await site.hire("neighbour", "seller", site.team)
    for number in range(9):
        owner = site.seller.member if number % 3 else hidden.member
        lines = [{"item": f"轴承{n}号"} for n in range(number % 3)]
        name = ("轴承", "轴承座", "大轴承", "旧 轴承")[number % 4]
        quote = site.create("quote", name=f"{name}", owner=owner, lines=lines)
        await site.ok(site.changeset(quote))
    for number in range(6):
        owner = site.seller.member if number % 2 else hidden.member
        lines = [{"item": "轴承"}, {"item": f"套 轴承{number}"}, {"item": "垫片"}]
        quote = site.create("quote", name=f"无关{number}", owner=owner, lines=lines)
        await site.ok(site.changeset(quote))
    return site


async def pages(client, limit, q="轴承"):
    """All hits of quotes, page after page."""
    asked = {"q": q, "objects": "quote", "limit": limit}
    found, more = [], True
    while more:
        answer = await client.get("/api/search", params=asked)
        assert answer.status_code == 200, answer.text
        (group,) = answer.json()["groups"] or ({"items": [], "more": False},)
        found += group["items"]
        more = group["more"]
        assert more is ("next" in group)
        asked["cursor"] = group.get("next")
        assert len(found) < 50
    return found


async def visible(site, client):
    answer = await site.ok(client.get("/api/records/quote?limit=100&fields=name,lines"))
    return {
        item["id"]
        for item in answer["items"]
        if "轴承" in item["values"]["name"].replace(" ", "")
        or any("轴承" in line.get("item", "") for line in item["values"].get("lines") or ())
    }


@pytest.mark.parametrize("few", [200, 3])
@pytest.mark.parametrize("limit", [1, 2, 4, 50])
async def test_every_hit_is_told_once(made, few, limit, monkeypatch):
    monkeypatch.setattr(words, "FEW", few)
    for client in (made.admin, made.seller):
        found = await pages(client, limit)
        ids = [hit["id"] for hit in found]
        assert len(ids) == len(set(ids))
        assert set(ids) == await visible(made, client)
        assert all(hit["object"] == "quote" for hit in found)


async def test_the_best_come_first_over_pages(made):
    whole = await pages(made.admin, 50)
    assert await pages(made.admin, 2) == whole
    order = [("exact", "prefix", "word", "part").index(hit["match"]) for hit in whole]
    assert order == sorted(order)


async def test_a_line_leads_to_its_record(made):
    (hit,) = await pages(made.admin, 5, "套轴承3")
    assert (hit["title"], hit["field"], hit["text"]) == ("无关3", "lines.item", "套 轴承3")
    assert hit["highlights"] == [[0, 5]]
    record = await made.ok(made.admin.get(f"/api/records/quote/{hit['id']}"))
    assert hit["line"] in {line["id"] for line in record["values"]["lines"]}

    changed = [{"id": hit["line"], "item": "换了别的"}]
    await made.ok(made.admin.patch(f"/api/records/quote/{hit['id']}", json={"lines": changed}))
    assert await pages(made.admin, 5, "套轴承3") == []
    assert [h["id"] for h in await pages(made.admin, 5, "huanle")] == [hit["id"]]
    await made.ok(made.changeset({"op": "delete", "object": "quote", "id": hit["id"]}))
    assert await pages(made.admin, 5, "换了别的") == []
    async with made.transaction() as (tx, _):
        assert (await compare_keys(tx)).wrong == 0


async def test_lines_are_found_only_by_what_may_be_read_of_them(made):
    """`looker` reads names of quotes, no lines; a seller only own quotes."""
    assert await pages(made.looker, 50, "垫片") == []
    shown = {hit["field"] for hit in await pages(made.looker, 50)}
    assert shown == {"name"}
    mine = await pages(made.seller, 50, "垫片")
    assert {hit["title"] for hit in mine} <= {f"无关{n}" for n in (1, 3, 5)}
    assert mine


async def test_a_cursor_serves_its_own_search_only(made):
    first = await made.admin.get("/api/search?q=轴承&objects=quote&limit=1")
    token = first.json()["groups"][0]["next"]
    for wrong, code in (
        ({"q": "垫片", "objects": "quote", "cursor": token}, "cursor.other"),
        ({"q": "轴承", "objects": "account", "cursor": token}, "cursor.other"),
        ({"q": "轴承", "objects": "quote", "cursor": token[:-2] + "xx"}, "cursor.bad"),
        ({"q": "轴承", "cursor": token}, "search.cursor"),
    ):
        answer = await made.admin.get("/api/search", params=wrong)
        assert answer.status_code in (400, 422)
        assert answer.json()["code"] == code, wrong
