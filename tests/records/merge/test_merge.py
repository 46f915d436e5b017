"""Merging: several records become one, nothing that referred to them is lost, and it can be undone.

Everything over HTTP; the bytes of rows are compared where a revert has to bring them back.
"""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio

pytestmark = pytest.mark.feature("Z1")

NAME = {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"}


def refers(key, target, on_delete="restrict", **more):
    label = {"zh-CN": f"所属{key}", "en": f"Of {key}"}
    body = {"key": key, "label": label, "type": "reference", "object": target}
    return {**body, "on_delete": on_delete, "inverse": {"key": f"by_{uuid4().hex[:6]}"}, **more}


FIRM = [
    {**NAME, "required": True},
    {"key": "code", "label": "代码", "type": "text", "unique": True},
    {"key": "money", "label": "金额", "type": "money"},
    {"key": "labels", "label": "标签", "type": "tags"},
    {"key": "paper", "label": "材料", "type": "file"},
    {"key": "phone", "label": "电话", "type": "phone", "personal": True},
    {"key": "secret", "label": "机密", "type": "text"},
    refers("above", "firm"),
]
OBJECTS = {
    "person": [NAME, refers("firm", "firm", "restrict")],
    "order": [NAME, refers("firm", "firm", "cascade"), refers("person", "person", "clear")],
    "memo": [NAME, refers("firms", "firm", "clear", many=True)],
}
VERBS = ["create", "read", "update", "delete"]


@pytest_asyncio.fixture(scope="module")
async def site(house):
    ok, admin = house.ok, house.admin
    await ok(admin.post("/api/objects", json={"key": "firm", "label": "企业"}))
    for field in FIRM:
        await ok(admin.post("/api/objects/firm/fields", json=field))
    await ok(admin.patch("/api/objects/firm", json={"title_field": "name"}))
    for key, fields in OBJECTS.items():
        body = {"key": key, "label": key, "title_field": "name", "fields": fields}
        await ok(admin.post("/api/objects", json=body))
    item = {"key": "item", "label": "产品", "type": "text"}
    about = refers("about", "firm", "clear")
    line = {"key": "firm_line", "label": "明细", "lines_of": "firm", "fields": [item, about]}
    await ok(admin.post("/api/objects", json=line))
    lines = {"key": "lines", "label": "明细", "type": "lines", "object": "firm_line"}
    await ok(admin.post("/api/objects/firm/fields", json=lines))
    size = {"key": "size", "label": "订单数", "type": "rollup", "function": "COUNT",
            "children": OBJECTS["order"][1]["inverse"]["key"], "maintained": True}  # fmt: skip
    await ok(admin.post("/api/objects/firm/fields", json=size))
    grants = [{"object": o, "verbs": VERBS, "scope": "own"} for o in ("firm", "person")]
    grants.append({"object": "order", "verbs": ["read"], "scope": "all"})
    role = {"label": "seller", "fields": "all", "grants": grants}
    await ok(admin.put("/api/definitions/role/seller", json=role))
    listed = [{"object": "firm", "verbs": VERBS, "scope": "all", "read": ["name", "code", "money"],
               "write": ["name", "money"]}]  # fmt: skip
    clerk = {"label": "clerk", "fields": "listed", "grants": listed}
    await ok(admin.put("/api/definitions/role/clerk", json=clerk))
    house.seller = await house.hire("seller", "seller", house.team)
    house.clerk = await house.hire("clerk2", "clerk", house.team)
    return house


async def make(site, target, by=None, **values):
    values = {"name": target, **values}
    made = await (by or site.admin).post(f"/api/records/{target}", json=values)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def get(site, target, record, by=None):
    answer = await (by or site.admin).get(f"/api/records/{target}/{record}")
    return answer.json()["values"] if answer.status_code == 200 else None


async def merge(site, survivor, *losers, by=None, target="firm", values=None, **options):
    change = {"op": "merge", "object": target, "id": survivor, "from": [*losers]}
    if values is not None:
        change["values"] = values
    body = {"changes": [change], **options}
    return await (by or site.admin).post("/api/changesets", json=body)


async def merged(site, *args, **options):
    answer = await merge(site, *args, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def undo(site, changeset, by=None):
    answer = await (by or site.admin).post(f"/api/changesets/{changeset}/revert", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def rows_of(site, *targets):
    """Every row, without what a write always moves."""
    found = {}
    async with site.transaction(write=False) as (tx, _):
        from changliu.schema.catalogue import catalogue  # noqa: PLC0415

        known = await catalogue(tx)
    for target in targets:
        table = known.object(target).table
        moves = "- 'version' - 'updated_at' - 'updated_by'"
        query = f"SELECT t.id, to_jsonb(t) {moves} FROM {{schema}}.{table} t"
        found[target] = dict(await site.rows(query))
    return found


ALL = ("firm", "person", "order", "memo", "firm_line")


async def test_children_of_every_kind_belong_to_the_record_that_stays(site):
    stays, goes, other = [await make(site, "firm", name=n) for n in "abc"]
    person = await make(site, "person", firm=goes)
    orders = [await make(site, "order", firm=f) for f in (stays, goes, goes)]
    memo = await make(site, "memo", firms=[goes, stays, other])
    before = await rows_of(site, *ALL)
    done = await merged(site, stays, goes)
    assert (await get(site, "person", person))["firm"]["id"] == stays
    assert {(await get(site, "order", o))["firm"]["id"] for o in orders} == {stays}
    firms = (await get(site, "memo", memo))["firms"]
    assert [f["id"] for f in firms] == [stays, other]
    assert (await get(site, "firm", stays))["size"] == 3
    gone = await site.admin.get(f"/api/records/firm/{goes}")
    assert (gone.status_code, gone.json()["code"]) == (404, "record.merged")
    assert gone.json()["errors"][0]["merged_into"] == stays
    told = await undo(site, done["id"])
    assert told["kept"] == []
    assert await rows_of(site, *ALL) == before
    assert (await get(site, "firm", goes))["size"] == 2


async def test_each_field_keeps_the_value_chosen_and_blanks_are_filled(site):
    stays = await make(site, "firm", name="甲", money="1", labels=["x"])
    one = await make(site, "firm", name="乙", code="U-1", money="2", labels=["y", "x"])
    two = await make(site, "firm", name="丙", phone="13800138000", labels=["z"])
    choices = {"name": two, "money": "survivor", "labels": "combined"}
    wanted = await merged(site, stays, one, two, values=choices, dry_run=True)
    taken = {"name": two, "code": one, "phone": two, "labels": "combined"}
    assert wanted["results"][0]["taken"] == taken
    assert (await get(site, "firm", one))["name"] == "乙", "a dry run changes nothing"
    before = await rows_of(site, *ALL)
    done = await merged(site, stays, one, two, values=choices)
    assert done["results"][0]["id"] == stays
    values = await get(site, "firm", stays)
    assert (values["name"], values["money"], values["code"]) == ("丙", "1", "U-1")
    assert values["labels"] == ["x", "y", "z"]
    assert values["phone"]
    await undo(site, done["id"])
    assert await rows_of(site, *ALL) == before


async def test_lines_move_behind_those_that_are_there(site):
    stays = await make(site, "firm", lines=[{"item": "1"}, {"item": "2"}])
    goes = await make(site, "firm", lines=[{"item": "3", "about": stays}, {"item": "4"}])
    third = await make(site, "firm", lines=[{"item": "5", "about": goes}])
    before = await rows_of(site, *ALL)
    done = await merged(site, stays, goes, third)
    lines = (await get(site, "firm", stays))["lines"]
    assert [line["item"] for line in lines] == ["1", "2", "3", "4", "5"]
    assert lines[-1]["about"]["id"] == stays
    history = (await site.admin.get(f"/api/records/firm/{stays}/history")).json()["items"][0]
    assert history["merged"] == [goes, third]
    told = await undo(site, done["id"])
    assert told["kept"] == []
    assert await rows_of(site, *ALL) == before


async def test_lines_that_are_not_wanted_go_with_their_record(site):
    stays = await make(site, "firm", lines=[{"item": "1"}])
    goes = await make(site, "firm", lines=[{"item": "2"}])
    before = await rows_of(site, *ALL)
    done = await merged(site, stays, goes, values={"lines": "survivor"})
    assert [line["item"] for line in (await get(site, "firm", stays))["lines"]] == ["1"]
    after = await rows_of(site, *ALL)
    told = await undo(site, done["id"])
    assert await rows_of(site, *ALL) == before
    await undo(site, told["changesets"][0]["id"])
    again = await rows_of(site, *ALL)
    assert {r: v["deleted_at"] is None for r, v in again["firm_line"].items()} == {
        r: v["deleted_at"] is None for r, v in after["firm_line"].items()
    }


async def test_a_record_does_not_come_to_refer_to_itself(site):
    goes = await make(site, "firm")
    stays = await make(site, "firm", above=goes)
    top = await make(site, "firm")
    await site.admin.patch(f"/api/records/firm/{goes}", json={"above": top})
    before = await rows_of(site, *ALL)
    done = await merged(site, stays, goes)
    assert (await get(site, "firm", stays))["above"]["id"] == top, "the other one's takes its place"
    await undo(site, done["id"])
    assert await rows_of(site, *ALL) == before
    await site.admin.patch(f"/api/records/firm/{goes}", json={"above": stays})
    await merged(site, stays, goes)
    assert (await get(site, "firm", stays))["above"] is None


async def test_both_histories_are_told_on_the_timeline(site):
    stays, goes = await make(site, "firm", name="甲"), await make(site, "firm", name="乙")
    await site.admin.patch(f"/api/records/firm/{goes}", json={"name": "乙乙"})
    middle = await make(site, "firm", name="丙")
    await merged(site, middle, goes)
    await merged(site, stays, middle)
    told = (await site.admin.get(f"/api/records/firm/{stays}/timeline?limit=50")).json()["items"]
    of = [entry["history"].get("of") for entry in told]
    assert (of.count(None), of.count(goes), of.count(middle)) == (2, 3, 3)
    pages, cursor = [], ""
    for _ in range(len(told)):
        page = await site.admin.get(
            f"/api/records/firm/{stays}/timeline", params={"limit": 3, "cursor": cursor} if cursor
            else {"limit": 3},
        )  # fmt: skip
        pages += page.json()["items"]
        cursor = page.json()["next"]
        if not cursor:
            break
    assert pages == told
    gone = (await site.admin.get(f"/api/records/firm/{goes}")).json()
    assert gone["errors"][0]["merged_into"] == stays, "the end of the way is told"
    erased = await site.admin.post(f"/api/records/firm/{goes}/erase", json={"reason": "本人要求"})
    assert erased.status_code == 200, erased.text
    gone = (await site.admin.get(f"/api/records/firm/{goes}")).json()
    assert gone["errors"][0]["merged_into"] == stays, "erasing somebody leaves the way"


async def test_rights_to_change_the_one_and_delete_the_others_are_needed(site):
    mine, theirs = await make(site, "firm", site.seller), await make(site, "firm")
    order = await make(site, "order", firm=theirs)
    refused = await merge(site, mine, theirs, by=site.seller)
    assert (refused.status_code, refused.json()["code"]) == (404, "record.missing")
    assert refused.json()["errors"][0]["path"] == "from.0.id"
    refused = await merge(site, theirs, mine, by=site.seller)
    assert refused.status_code == 404
    second = await make(site, "firm", site.seller)
    await site.admin.patch(f"/api/records/order/{order}", json={"firm": second})
    await merged(site, mine, second, by=site.seller)
    moved = await get(site, "order", order)
    assert moved["firm"]["id"] == mine, "the act itself moves records its author may not change"
    reader = await merge(site, mine, theirs, by=site.reader)
    assert reader.status_code == 404, "an object of which nothing is granted"


async def test_a_field_out_of_reach_is_neither_taken_nor_told(site):
    stays = await make(site, "firm", name="甲")
    goes = await make(site, "firm", name="乙", secret="x", code="K-1", money="3")
    wanted = await merged(site, stays, goes, by=site.clerk, dry_run=True)
    assert wanted["results"][0]["taken"] == {"money": goes}, "code may be read, not written"
    for choice, code in (
        ({"secret": goes}, "field.unknown"),
        ({"code": goes}, "field.forbidden"),
        ({"name": "combined"}, "merge.choice"),
        ({"name": str(uuid4())}, "merge.choice"),
        ({"lines": goes}, "field.unknown"),
    ):
        refused = await merge(site, stays, goes, by=site.clerk, values=choice)
        assert (refused.status_code, refused.json()["code"]) in ((422, code), (403, code)), choice
    await merged(site, stays, goes, by=site.clerk)
    values = await get(site, "firm", stays)
    assert (values["money"], values["secret"], values["code"]) == ("3", None, None)


async def test_what_makes_no_sense_is_refused_whole(site):
    one, two, three = [await make(site, "firm") for _ in range(3)]
    before = await rows_of(site, *ALL)
    for sources in ([], [one], [two, two]):
        refused = await merge(site, one, *sources)
        assert (refused.status_code, refused.json()["code"]) == (422, "merge.no_sources")
    into = {"op": "merge", "object": "firm", "id": one, "from": [two]}
    for other in (
        {"op": "merge", "object": "firm", "id": three, "from": [two]},
        {"op": "merge", "object": "firm", "id": two, "from": [three]},
        {"op": "update", "object": "firm", "id": two, "values": {"name": "x"}},
        {"op": "delete", "object": "firm", "id": two},
        {"op": "delete", "object": "firm", "id": one},
    ):
        for changes in ([into, other], [other, into]):
            refused = await site.changeset(*changes)
            assert "change.twice" in refused.text, (refused.text, changes)
    late = await merge(site, one, str(uuid4()))
    assert late.status_code == 404
    odd = await site.changeset({"op": "update", "object": "firm", "id": one, "from": [two]})
    assert (odd.status_code, odd.json()["code"]) == (422, "request.shape")
    assert await rows_of(site, *ALL) == before


async def test_in_mode_each_a_merge_stands_or_falls_alone(site):
    one, two, three, four = [await make(site, "firm") for _ in range(4)]
    person = await make(site, "person", firm=two)
    changes = [
        {"op": "merge", "object": "firm", "id": one, "from": [two, str(uuid4())]},
        {"op": "merge", "object": "firm", "id": three, "from": [four]},
    ]
    answer = await site.changeset(*changes, mode="each")
    results = answer.json()["results"]
    assert results[0]["errors"][0]["path"] == "from.1.id"
    assert results[1]["id"] == three
    assert (await get(site, "person", person))["firm"]["id"] == two


async def test_several_merges_of_connected_records_at_once(site):
    firms = [await make(site, "firm") for _ in range(2)]
    people = [await make(site, "person", firm=f) for f in firms]
    orders = [
        await make(site, "order", firm=f, person=p) for f, p in zip(firms, people, strict=True)
    ]
    before = await rows_of(site, *ALL)
    answer = await site.changeset(
        {"op": "merge", "object": "person", "id": people[1], "from": [people[0]]},
        {"op": "merge", "object": "firm", "id": firms[0], "from": [firms[1]]},
    )
    assert answer.status_code == 200, answer.text
    for order in orders:
        values = await get(site, "order", order)
        assert (values["firm"]["id"], values["person"]["id"]) == (firms[0], people[1])
    assert (await get(site, "person", people[1]))["firm"]["id"] == firms[0]
    after = await rows_of(site, *ALL)
    done = await undo(site, answer.json()["id"])
    assert done["kept"] == []
    assert await rows_of(site, *ALL) == before
    await undo(site, done["changesets"][0]["id"])
    again = await rows_of(site, *ALL)
    for row, was in ((r, after[t][i]) for t in ALL for i, r in again[t].items()):
        assert (row.pop("deleted_at") is None) is (was.pop("deleted_at") is None)
    assert again == after, "taking the revert back merges again"
    assert (await site.admin.get(f"/api/records/firm/{firms[1]}")).json()["code"] == "record.merged"


async def test_a_file_comes_along_with_its_field(site):
    sent = await site.admin.post("/api/files", files={"file": ("a.txt", b"paper", "text/plain")})
    assert sent.status_code in (200, 201), sent.text
    goes = await make(site, "firm", paper=[sent.json()["id"]])
    stays = await make(site, "firm")
    await site.admin.post(f"/api/records/firm/{goes}/transfer", json={})
    done = await merged(site, stays, goes, by=site.admin)
    assert done["results"][0]["id"] == stays
    assert (await get(site, "firm", stays))["paper"][0]["id"] == sent.json()["id"]


async def test_merges_that_cross_each_other_end_well(site):
    """Two merges the other way round, and children that arrive meanwhile: nothing points away."""
    for _ in range(3):
        one, two = [await make(site, "firm") for _ in range(2)]
        answers = await asyncio.gather(
            merge(site, one, two),
            merge(site, two, one),
            *(make_or_not(site, two if n % 2 else one) for n in range(6)),
        )
        assert sorted(a.status_code for a in answers[:2]) in ([200, 404], [200, 200])
        alive = [f for f in (one, two) if await get(site, "firm", f)]
        assert len(alive) == 1
        rows = (await rows_of(site, "person"))["person"].values()
        column = [k for k in next(iter(rows)) if k.startswith("f_")]
        held = {row[c] for row in rows for c in column} & {one, two}
        assert held <= set(alive)


async def make_or_not(site, firm):
    return await site.admin.post("/api/records/person", json={"name": "p", "firm": firm})
