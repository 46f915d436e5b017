"""A merge between whose preview and whose doing somebody changes one of the records."""

import asyncio

import pytest
import pytest_asyncio

pytestmark = pytest.mark.feature("Z4")

FIELDS = [
    {"key": "name", "label": "名称", "type": "text"},
    {"key": "code", "label": "代码", "type": "text", "unique": True},
    {"key": "city", "label": "城市", "type": "text"},
    {"key": "secret", "label": "机密", "type": "text"},
]


@pytest_asyncio.fixture(scope="module")
async def site(house):
    body = {"key": "firm", "label": "企业", "fields": FIELDS, "title_field": "name"}
    await house.ok(house.admin.post("/api/objects", json=body))
    line = {"key": "firm_line", "label": "行", "lines_of": "firm", "fields": [FIELDS[0]]}
    await house.ok(house.admin.post("/api/objects", json=line))
    lines = {"key": "lines", "label": "明细", "type": "lines", "object": "firm_line"}
    await house.ok(house.admin.post("/api/objects/firm/fields", json=lines))
    some = [{"object": "firm", "verbs": ["read", "update", "delete"], "scope": "all",
             "read": ["name", "city"], "write": ["name", "city"]}]  # fmt: skip
    clerk = {"label": "clerk", "fields": "listed", "grants": some}
    await house.ok(house.admin.put("/api/definitions/role/clerk", json=clerk))
    house.clerk = await house.hire("clerk2", "clerk", house.team)
    return house


async def make(site, **values):
    return (await site.ok(site.admin.post("/api/records/firm", json=values)))["id"]


async def edit(site, record, **values):
    return await site.ok(site.admin.patch(f"/api/records/firm/{record}", json=values))


async def merge(client, stays, *goes, version=1, **change):
    sources = [{"id": each, "version": 1} for each in goes]
    asked = {"op": "merge", "object": "firm", "id": stays, "version": version, "from": sources}
    return await client.post("/api/changesets", json={"changes": [{**asked, **change}]})


async def there(site, *records):
    paths = [f"/api/records/firm/{record}" for record in records]
    return [(await site.admin.get(path)).status_code for path in paths]


def told(answer):
    assert answer.status_code == 409, answer.text
    return {
        fault["record"]: {c["field"]: (c["original"], c["theirs"]) for c in fault["conflicts"]}
        for fault in answer.json()["errors"]
    }


async def test_what_nobody_has_touched_is_merged(site):
    one, two = await make(site, name="甲"), await make(site, city="上海", lines=[{"name": "a"}])
    await site.ok(merge(site.admin, one, two))
    assert (await there(site, one, two)) == [200, 404]


async def test_an_edit_of_what_goes_is_not_lost(site):
    one = await make(site, name="甲", code="1")
    two = await make(site, name="乙", city="上海")
    await edit(site, two, city="南京", secret="x")
    answer = await merge(site.admin, one, two)
    assert answer.json()["code"] == "record.conflict"
    assert told(answer) == {two: {"city": ("上海", "南京"), "secret": (None, "x")}}
    (fault,) = answer.json()["errors"]
    assert (fault["path"], "mine" in fault["conflicts"][0]) == ("from.0.version", False)
    assert (await there(site, one, two)) == [200, 200]
    # Whoever does not read a field hears that something changed, and not what.
    assert told(await merge(site.clerk, one, two)) == {two: {"city": ("上海", "南京")}}
    sources = [{"id": two, "version": 2}]
    await site.ok(merge(site.admin, one, **{"from": sources}))
    kept = (await site.admin.get(f"/api/records/firm/{one}")).json()["values"]
    assert kept["city"] == "南京"


async def test_every_record_that_moved_on_is_named_and_nothing_else(site):
    """A unique value that would have come from what goes is no second complaint."""
    one, two, three = [await make(site, name=n, city="北京") for n in ("甲", "乙", "丙")]
    await edit(site, two, code="两")
    await edit(site, three, city=None, lines=[{"name": "新"}])
    await edit(site, one, name="甲甲")
    answer = await merge(site.admin, one, two, three, values={"code": two})
    changed = {record: set() for record in (one, two, three)}
    for fault in answer.json()["errors"]:
        changed[fault["record"]] = {c["field"] for c in fault["conflicts"]}
    assert answer.status_code == 409
    assert changed == {one: {"name"}, two: {"code"}, three: {"city", "lines"}}
    assert (await there(site, one, two, three)) == [200] * 3


async def test_the_record_that_stays_counts_whole(site):
    """Its own value was chosen as it was seen, though a merge writes nothing there."""
    one, two = await make(site, name="甲", city="北京"), await make(site, name="乙", city="上海")
    await edit(site, one, city="天津")
    answer = await merge(site.admin, one, two, values={"city": "survivor"})
    assert told(answer) == {one: {"city": ("北京", "天津")}}
    owner = await edit(site, two, owner=None)
    assert owner["version"] == 2
    both = told(await merge(site.admin, one, two))
    assert (set(both), set(both[two])) == ({one, two}, {"owner"})
    await site.ok(merge(site.admin, one, version=2, **{"from": [{"id": two, "version": 2}]}))


async def test_ids_alone_still_take_what_is_there(site):
    one, two = await make(site, name="甲"), await make(site, city="上海")
    await edit(site, two, city="南京")
    await site.ok(merge(site.admin, one, **{"from": [two]}))
    for wrong in ([{"id": two, "seen": 1}], [{"id": two, "version": 0}], [{"id": "x"}]):
        answer = await merge(site.admin, one, **{"from": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.shape")


async def test_an_edit_at_the_same_moment_is_merged_or_refuses(site):
    for number in range(8):
        one, two = await make(site, name="甲"), await make(site, name="乙", city="上海")
        body = {"city": f"城{number}"}
        edited, merged = await asyncio.gather(
            site.admin.patch(f"/api/records/firm/{two}", json=body), merge(site.admin, one, two)
        )
        # Whichever came first, the other hears of it; never are both told that all is well.
        assert sorted((edited.status_code, merged.status_code)) in ([200, 404], [200, 409])
        assert (merged.status_code == 409) == (edited.status_code == 200)
