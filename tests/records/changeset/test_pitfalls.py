"""The pitfalls P1 to P12 of the formula research, each met by a test where it would bite."""

import asyncio
import re

import pytest
import pytest_asyncio
from tests.records.rollups.conftest import Works, rollup

from changliu.records.changeset import follow_up, service


@pytest_asyncio.fixture(scope="module")
async def works(platform, workspace, client):
    """The three levels, for this module."""
    return await Works(platform, workspace, client).furnish()


async def project_of(works, *amounts):
    project = await works.new("project", name="项目")
    lines = [await works.new("line", project=project, amount=a, kind="a") for a in amounts]
    return project, lines


def updates(lines, **values):
    return [{"op": "update", "object": "line", "id": i, "values": values} for i in lines]


@pytest.mark.parametrize("buckets", [service.BUCKETS, ()])
async def test_p1_old_rows_are_read_before_the_write(works, monkeypatch, buckets):
    project, lines = await project_of(works, "1", "2", "3")
    monkeypatch.setattr(service, "BUCKETS", buckets)
    await works.ok(works.changeset(*updates(lines, amount="10")))
    assert await works.kept("project", "total", project) == 30
    assert await works.drift() == []


async def test_p2_statements_come_from_the_engine_not_from_triggers(works):
    project, lines = await project_of(works, "1")
    for at in range(8):  # past the point where plans are frozen
        await works.ok(works.edit("line", lines[0], amount=str(at)))
    many = [
        {"op": "create", "object": "line", "values": {"project": project, "amount": "1"}}
        for _ in range(1500)
    ]
    await asyncio.wait_for(works.ok(works.changeset(*many)), 60)
    assert await works.kept("project", "total", project) == 1507
    triggers = "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    mine = " OR ".join(f"c.relname = '{works.table(key)}'" for key in ("line", "project", "firm"))
    query = f"{triggers} WHERE c.relnamespace = '{{schema}}'::regnamespace AND ({mine})"
    assert await works.rows(query) == [(0,)]


async def test_p3_small_batches_have_a_literal_limit(works):
    works.forget_plans()
    await project_of(works, "1")
    limits = {key[-1] for key in service._plans}
    assert limits == {1}
    texts = [plan.glued.text for plan in service._plans.values()]
    assert all(" LIMIT 1" in text for text in texts)


async def test_p4_every_array_is_cast(works):
    await project_of(works, "1")
    texts = [plan.glued.text for plan in service._plans.values() if plan.glued]
    texts += [step.statement.text for steps in follow_up._steps.values() for step in steps]
    assert any("ANY($" in text for text in texts)
    for text in texts:
        assert not re.findall(r"ANY\(\$\d+\)", text)


async def test_p5_no_value_of_a_child_stops_a_write(works):
    await works.field_of(
        "line", {"key": "share", "label": "占比", "type": "formula", "formula": "100 / 金额"}
    )
    await works.field_of("project", rollup("shares", "lines", "SUM", field="share"))
    await works.work_off("rollup.fill")
    project, _ = await project_of(works, "0", "4")
    assert await works.kept("project", "shares", project) == 25


async def test_p6_rules_over_roll_ups_see_what_was_just_written(works):
    rule = {"label": "r", "object": "project", "message": "太大", "must": "NOT top > 10"}
    await works.ok(works.admin.put("/api/definitions/rule/top", json=rule))
    project, _ = await project_of(works, "10")
    line = {"op": "create", "object": "line", "values": {"project": project, "amount": "11"}}
    assert (await works.changeset(line)).status_code == 422
    assert await works.kept("project", "top", project) == 10
    await works.admin.delete("/api/definitions/rule/top")


async def test_p7_writers_lock_parents_in_one_order(works):
    projects = [(await project_of(works, "1"))[0] for _ in range(4)]

    async def write(order):
        lines = [
            {"op": "create", "object": "line", "values": {"project": p, "amount": "1"}}
            for p in order
        ]
        return (await works.changeset(*lines)).status_code

    orders = [projects, projects[::-1]] * 4
    assert set(await asyncio.gather(*map(write, orders))) == {200}
    assert [await works.kept("project", "total", p) for p in projects] == [9] * 4


async def test_p8_what_is_written_past_the_engine_is_found(works):
    _, lines = await project_of(works, "1")
    column, table = works.column("line", "amount"), works.table("line")
    query = f"UPDATE {{schema}}.{table} SET {column} = 5 WHERE id = %s"
    await works.owner_rows(query, [lines[0]])
    found = {d.field for d in await works.drift()}
    assert works.field("project", "total") in found
    await works.owner_rows(query.replace("= 5", "= 1"), [lines[0]])
    assert await works.drift() == []


async def test_p9_blanks_come_last_without_a_sort_no_index_serves(works):
    empty = await works.new("project", name="空")
    high, _ = await project_of(works, "80000")
    seen, cursor = [], ""
    while cursor is not None:
        page = await works.ok(
            works.admin.get(f"/api/records/project?sort=-top&limit=7&fields=top{cursor}")
        )
        seen += [(r["id"], r["values"]["top"]) for r in page["items"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen[0][0] == high
    blank = [top is None for _, top in seen]
    assert blank == sorted(blank)
    assert empty in [record for record, top in seen if top is None]


async def test_p10_no_column_is_generated(works):
    query = "SELECT count(*) FROM information_schema.columns WHERE table_schema = '{schema}'"
    assert await works.rows(f"{query} AND is_generated = 'ALWAYS'") == [(0,)]


@pytest.mark.parametrize("text", ["100%s", "%(ids)s", "a'; DROP TABLE x; --", "50%"])
async def test_p11_texts_are_texts(works, text):
    key = f"odd{len(text)}"
    body = rollup(key, "lines", "COUNT", filter=f'name = "{text}"')
    await works.field_of("project", body)
    await works.work_off("rollup.fill")
    project, lines = await project_of(works, "1", "2")
    await works.ok(works.edit("line", lines[0], name=text))
    assert await works.kept("project", key, project) == 1


async def test_p12_what_follows_the_clock_is_read_not_kept(works):
    body = rollup("late", "lines", "COUNT", filter="day < TODAY()")
    refused = await works.admin.post("/api/objects/project/fields", json=body)
    assert refused.json()["errors"][0]["code"] == "rollup.unmaintainable"
    await works.field_of("project", {**body, "maintained": False})
    project, lines = await project_of(works, "1")
    await works.ok(works.edit("line", lines[0], day="2020-01-01"))
    assert (await works.read("project", project))["late"] == 1
