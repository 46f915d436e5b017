"""Lines that went with something, seen in the trash and brought back."""

import pytest
import pytest_asyncio
from tests.records.changeset.quotes import ABC, furnish, get, make, plain, put

pytestmark = pytest.mark.feature("Z1")


@pytest_asyncio.fixture(scope="module")
async def site(house):
    return await furnish(house)


async def test_the_trash_shows_the_lines_that_would_come_back(site):
    made = await make(site, ABC, name="垃圾")
    a, _, c = (line["id"] for line in made["values"]["lines"])
    assert (await put(site, made["id"], [{"id": c}, {"id": a}])).status_code == 200
    bare = await make(site, [], name="垃圾")
    for record in (made["id"], bare["id"]):
        assert (await site.admin.delete(f"/api/records/quote/{record}")).status_code == 204
    params = {"deleted": "true", "filter": 'name = "垃圾"', "fields": "lines"}
    rows = (await site.admin.get("/api/records/quote", params=params)).json()["items"]
    shown = {row["id"]: [line["id"] for line in row["values"]["lines"]] for row in rows}
    assert shown == {made["id"]: [c, a], bare["id"]: []}
    assert plain(next(r for r in rows if r["id"] == made["id"])["values"]["lines"]) == [
        ("丙", None, 1), ("甲", "2.5", 2)]  # fmt: skip
    back = await site.admin.post(f"/api/records/quote/{made['id']}/restore")
    assert [line["id"] for line in back.json()["values"]["lines"]] == [c, a]


async def test_a_cascade_from_a_line_comes_back_with_what_it_went_with(site):
    """The line of a quote goes with what it refers to; the quote notices both times."""
    body = {"key": "deck", "label": "板", "title_field": "name", "fields": [
        {"key": "name", "label": "名", "type": "text"}]}  # fmt: skip
    await site.ok(site.admin.post("/api/objects", json=body))
    refers = {"key": "deck", "label": "板", "type": "reference", "object": "deck",
              "on_delete": "cascade", "inverse": {"key": "laid"}}  # fmt: skip
    await site.ok(site.admin.post("/api/objects/quote_line/fields", json=refers))
    deck = (await site.ok(site.admin.post("/api/records/deck", json={"name": "d"})))["id"]
    made = await make(site, [ABC[0], {**ABC[1], "deck": deck}, ABC[2]])
    path = f"/api/records/deck/{deck}"
    assert (await site.admin.delete(path)).status_code == 204
    less = await get(site, made["id"])
    assert [line["item"] for line in less["values"]["lines"]] == ["甲", "丙"]
    assert (less["version"], less["values"]["total"]) == (2, "5")
    assert (await site.admin.post(f"{path}/restore")).status_code == 200
    again = await get(site, made["id"])
    assert (again["version"], again["values"]) == (3, made["values"])
    assert (await site.admin.delete(path)).status_code == 204
    assert (await site.admin.delete(f"/api/records/quote/{made['id']}")).status_code == 204
    alone = await site.admin.post(f"{path}/restore")
    assert (alone.status_code, alone.json()["code"]) == (404, "record.missing")
    assert "报价" in alone.json()["title"], "it names what has to come back first"
    for first in (f"/api/records/quote/{made['id']}", path):
        back = await site.admin.post(f"{first}/restore")
        assert back.status_code == 200, back.text
    assert (await get(site, made["id"]))["values"] == made["values"]
