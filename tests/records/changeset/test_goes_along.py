"""What happens to the records that refer to one that is deleted: restrict, clear, cascade."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio

pytestmark = pytest.mark.feature("Z1")

NAME = {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"}


def refers(key, target, on_delete, **more):
    label = {"zh-CN": f"所属{target}", "en": f"Of {target}"}
    inverse = {"key": f"{key}_of_{uuid4().hex[:6]}"}
    body = {"key": key, "label": label, "type": "reference", "object": target}
    return {**body, "on_delete": on_delete, "inverse": inverse, **more}


OBJECTS = {
    "project": [NAME, refers("above", "project", "cascade")],
    "step": [NAME, refers("project", "project", "cascade"), refers("next", "step", "clear")],
    "part": [NAME, refers("step", "step", "cascade")],
    "memo": [NAME, refers("project", "project", "clear")],
    "folder": [NAME, refers("projects", "project", "clear", many=True)],
    "bill": [NAME, refers("project", "project", "restrict")],
}


@pytest_asyncio.fixture(scope="module")
async def site(house):
    for key, fields in OBJECTS.items():
        body = {"key": key, "label": key, "title_field": "name", "fields": fields}
        await house.ok(house.admin.post("/api/objects", json=body))
    grants = [{"object": "project", "verbs": ["create", "read", "update", "delete"]}]
    grants.append({"object": "step", "verbs": ["read"], "scope": "all"})
    role = {"label": "planner", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/planner", json=role))
    house.planner = await house.hire("planner", "planner", house.team)
    return house


async def make(site, target, by=None, **values):
    made = await (by or site.admin).post(f"/api/records/{target}", json={"name": target, **values})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def read(site, target, record):
    answer = await site.admin.get(f"/api/records/{target}/{record}")
    return answer.json()["values"] if answer.status_code == 200 else None


async def remove(site, target, record, by=None):
    return await (by or site.admin).delete(f"/api/records/{target}/{record}")


async def last_changeset(site, target, record):
    history = await site.admin.get(f"/api/records/{target}/{record}/history")
    return history.json()["items"][0]["changeset"]


async def tree(site, by=None):
    """A project with a branch, steps and parts below both, and things that only point there."""
    top = await make(site, "project", by)
    branch = await make(site, "project", above=top)
    steps = [await make(site, "step", project=p) for p in (top, top, branch)]
    parts = [await make(site, "part", step=s) for s in steps]
    return top, {"project": [top, branch], "step": steps, "part": parts}


async def alive(site, records):
    return {
        (target, record)
        for target, ids in records.items()
        for record in ids
        if await read(site, target, record) is not None
    }


async def test_a_cascade_goes_down_every_level_and_comes_back_by_restore(site):
    top, records = await tree(site)
    everything = await alive(site, records)
    early = await make(site, "step", project=top)
    await remove(site, "step", early)
    gone = await remove(site, "project", top)
    assert gone.status_code == 204, gone.text
    assert await alive(site, records) == set()
    back = await site.admin.post(f"/api/records/project/{top}/restore")
    assert back.status_code == 200, back.text
    assert await alive(site, records) == everything
    assert await read(site, "step", early) is None, "it had gone by itself"


async def test_what_went_along_is_noted_in_history_with_its_cause(site):
    top, records = await tree(site)
    await remove(site, "project", top)
    rows = await site.rows(
        "SELECT record::text, op, definitions ->> 'carried_by' FROM {schema}.history"
        " WHERE changeset = (SELECT changeset FROM {schema}.history WHERE record = %s"
        " AND op = 'delete')", [top],
    )  # fmt: skip
    gone = {record for ids in records.values() for record in ids}
    assert {r for r, op, _ in rows if op == "delete"} == gone
    assert {(r, by) for r, _, by in rows} == {(r, None if r == top else top) for r in gone}


async def test_a_revert_brings_all_of_it_back_and_a_second_one_takes_it_again(site):
    top, records = await tree(site)
    memo, folder = await make(site, "memo", project=top), None
    other = await make(site, "project")
    folder = await make(site, "folder", projects=[top, other])
    everything = await alive(site, records)
    await remove(site, "project", top)
    assert (await read(site, "memo", memo))["project"] is None
    assert [p["id"] for p in (await read(site, "folder", folder))["projects"]] == [other]
    first = await last_changeset(site, "memo", memo)
    done = await site.admin.post(f"/api/changesets/{first}/revert", json={})
    assert (done.status_code, done.json()["kept"]) == (200, [])
    assert await alive(site, records) == everything
    assert (await read(site, "memo", memo))["project"]["id"] == top
    assert {p["id"] for p in (await read(site, "folder", folder))["projects"]} == {top, other}
    again = done.json()["changesets"][0]["id"]
    await site.admin.post(f"/api/changesets/{again}/revert", json={})
    assert await alive(site, records) == set()


async def test_restrict_holds_the_deletion_up_and_nothing_goes(site):
    top, records = await tree(site)
    bill = await make(site, "bill", project=records["project"][1])
    refused = await remove(site, "project", top)
    assert (refused.status_code, refused.json()["code"]) == (409, "record.referenced")
    assert "project" in refused.json()["detail"]
    assert len(await alive(site, records)) == 8
    await remove(site, "bill", bill)
    assert (await remove(site, "project", top)).status_code == 204


async def test_the_definition_lets_records_go_that_the_caller_may_not_delete(site):
    top, records = await tree(site, site.planner)
    step = records["step"][0]
    assert (await remove(site, "step", step, site.planner)).status_code == 403
    assert (await remove(site, "project", top, site.planner)).status_code == 204
    assert await alive(site, records) == set()
    assert (await site.planner.post(f"/api/records/project/{top}/restore")).status_code == 200
    assert len(await alive(site, records)) == 8


async def test_a_dry_run_counts_what_would_go_and_leaves_it(site):
    top, records = await tree(site, site.planner)
    delete = {"op": "delete", "object": "project", "id": top}
    body = {"dry_run": True, "changes": [delete]}
    answer = await site.planner.post("/api/changesets", json=body)
    assert answer.json()["results"][0]["along"] == {"project": 1, "step": 3, "hidden": 3}
    assert len(await alive(site, records)) == 8


async def test_a_record_moved_away_in_the_same_changeset_stays(site):
    top, records = await tree(site)
    other, (kept, *_) = await make(site, "project"), records["step"]
    move = {"op": "update", "object": "step", "id": kept, "values": {"project": other}}
    delete = {"op": "delete", "object": "project", "id": top}
    assert (await site.changeset(delete, move)).status_code == 200
    assert await alive(site, records) == {("step", kept), ("part", records["part"][0])}


async def test_a_record_that_goes_along_cannot_be_changed_as_well(site):
    top, records = await tree(site)
    rename = {"op": "update", "object": "step", "id": records["step"][0], "values": {"name": "x"}}
    delete = {"op": "delete", "object": "project", "id": top}
    refused = await site.changeset(rename, delete)
    assert (refused.status_code, refused.json()["code"]) == (422, "change.goes_along")
    other = site.create("project", name="别的")
    each = (await site.changeset(rename, delete, other, mode="each")).json()["results"]
    assert each[0]["errors"][0]["code"] == "change.goes_along"
    assert "errors" not in each[2]
    assert len(await alive(site, records)) >= 3


async def test_what_a_rule_forbids_along_the_way_is_told_where_it_was_asked(site):
    await site.ok(site.admin.post("/api/objects/part/fields", json={
        "key": "lot", "label": "批号", "type": "text", "unique": True}))  # fmt: skip
    top, records = await tree(site)
    part, lot = records["part"][0], uuid4().hex
    await site.admin.patch(f"/api/records/part/{part}", json={"lot": lot})
    await remove(site, "project", top)
    await make(site, "part", lot=lot)
    back = await site.admin.post(f"/api/records/project/{top}/restore")
    assert (back.status_code, back.json()["code"]) == (422, "field.not_unique")
    assert "part" in back.json()["detail"]
    assert await alive(site, records) == set()
    change = {"op": "restore", "object": "project", "id": top}
    other = site.create("project", name="别的")
    each = (await site.changeset(change, other, mode="each")).json()["results"]
    assert [("errors" in row) for row in each] == [True, False]
    assert await alive(site, records) == set()


async def test_records_too_many_to_go_along_are_refused_in_words(site):
    top = await make(site, "project")
    rows = [site.create("step", name="s", project=top) for _ in range(5_001)]
    for part in (rows, rows):
        assert (await site.changeset(*part)).status_code == 200
    refused = await remove(site, "project", top)
    assert (refused.status_code, refused.json()["code"]) == (413, "changeset.along_too_large")
    assert await read(site, "project", top) is not None


async def test_a_chain_too_long_is_refused_in_words(site):
    above = None
    chain = []
    for _ in range(13):
        above = await make(site, "project", above=above)
        chain.append(above)
    refused = await remove(site, "project", chain[0])
    assert (refused.status_code, refused.json()["code"]) == (409, "changeset.along_too_deep")
    assert (await remove(site, "project", chain[4])).status_code == 204
    assert (await remove(site, "project", chain[0])).status_code == 204


async def test_a_step_that_arrives_while_its_project_goes_never_points_to_nothing(site):
    for _ in range(10):
        top, step = await make(site, "project"), str(uuid4())
        await make(site, "step", project=top)
        gone, made = await asyncio.gather(
            remove(site, "project", top),
            site.admin.post("/api/records/step", json={"id": step, "name": "迟", "project": top}),
        )
        assert gone.status_code == 204
        assert made.status_code in (201, 422)
        assert await read(site, "step", step) is None


@pytest.mark.parametrize(
    ("field", "path"),
    [
        (refers("x", "project", "clear", required=True), "on_delete"),
        (refers("x", "project", "cascade", many=True), "on_delete"),
    ],
)
async def test_settings_that_contradict_each_other_are_refused(site, field, path):
    answer = await site.admin.post("/api/objects/memo/fields", json=field)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["path"], answer.json()["errors"][0]["code"]) == (
        path,
        "field.on_delete",
    )


async def back(site, target, record):
    return await site.admin.post(f"/api/records/{target}/{record}/restore", json={})


@pytest.mark.parametrize(("target", "field"), [("bill", "project"), ("step", "project")])
async def test_what_comes_back_leads_to_what_is_there(site, target, field):
    project = await make(site, "project")
    record = await make(site, target, **{field: project})
    await remove(site, target, record)
    gone = await last_changeset_of(site, record)
    assert (await remove(site, "project", project)).status_code == 204
    refused = await back(site, target, record)
    assert (refused.status_code, refused.json()["code"]) == (409, "reference.gone")
    kept = (await site.admin.post(f"/api/changesets/{gone}/revert", json={})).json()
    assert (kept["records"], [k["code"] for k in kept["kept"]]) == (0, ["reference.gone"])
    assert await read(site, target, record) is None
    both = [
        {"op": "restore", "object": o, "id": i} for o, i in ((target, record), ("project", project))
    ]
    done = await site.admin.post("/api/changesets", json={"changes": both})
    assert done.status_code == 200, done.text
    assert (await read(site, target, record))[field]["id"] == project


async def test_what_would_have_been_cleared_comes_back_clear(site):
    project, other = await make(site, "project"), await make(site, "project")
    memo = await make(site, "memo", project=project)
    folder = await make(site, "folder", projects=[project, other])
    await remove(site, "memo", memo)
    await remove(site, "folder", folder)
    await remove(site, "project", project)
    told = (await back(site, "memo", memo)).json()
    assert (told["values"]["project"], told["version"]) == (None, 3)
    told = (await back(site, "folder", folder)).json()
    assert [p["id"] for p in told["values"]["projects"]] == [other]
    history = (await site.admin.get(f"/api/records/memo/{memo}/history")).json()["items"]
    assert [(h["op"], [c["field"] for c in h["changes"]]) for h in history][:2] == [
        ("restore", ["project"]), ("delete", []),
    ]  # fmt: skip


async def test_what_comes_back_follows_merges(site):
    first, second, last = [await make(site, "project") for _ in range(3)]
    bill = await make(site, "bill", project=first)
    folder = await make(site, "folder", projects=[first, second])
    await remove(site, "bill", bill)
    await remove(site, "folder", folder)
    for into, source in ((second, first), (last, second)):
        merge = {"op": "merge", "object": "project", "id": into, "from": [source]}
        done = await site.admin.post("/api/changesets", json={"changes": [merge]})
        assert done.status_code == 200, done.text
    told = (await back(site, "bill", bill)).json()
    assert told["values"]["project"]["id"] == last
    told = (await back(site, "folder", folder)).json()
    assert [p["id"] for p in told["values"]["projects"]] == [last]


async def test_a_record_never_comes_back_to_one_that_goes_meanwhile(site):
    for _ in range(3):
        project = await make(site, "project")
        bill = await make(site, "bill", project=project)
        await remove(site, "bill", bill)
        returned, removed = await asyncio.gather(
            back(site, "bill", bill), remove(site, "project", project)
        )
        assert sorted((returned.status_code, removed.status_code)) in ([200, 409], [204, 409])


async def last_changeset_of(site, record):
    rows = await site.rows(
        "SELECT changeset::text FROM {schema}.history WHERE record = %s ORDER BY seq DESC LIMIT 1",
        [record],
    )
    return rows[0][0]


async def test_a_changeset_names_what_went_along_to_who_reads_it(site):
    role = {"label": "keeper", "fields": "all", "grants": [
        {"object": o, "verbs": ["create", "read", "update", "delete"], "scope": "own"}
        for o in ("project", "memo")]}  # fmt: skip
    await site.ok(site.admin.put("/api/definitions/role/keeper", json=role))
    keeper = await site.hire("keeper", "keeper", site.team)
    project = await make(site, "project", keeper)
    mine = await make(site, "memo", keeper, project=project)
    hidden = await make(site, "memo", project=project)
    assert (await remove(site, "project", project, keeper)).status_code == 204
    place = f"/api/changesets/{await last_changeset_of(site, project)}"
    told = (await site.ok(keeper.get(place)))["records"]
    assert {r["record"] for r in told} == {project, mine}
    told = (await site.ok(site.admin.get(place)))["records"]
    assert {r["record"] for r in told} == {project, mine, hidden}
    assert set(told[0]) == {"object", "record", "version", "op"}
