"""A roll-up gets its column while people work: true before, during and after filling."""

from tests.records.rollups.conftest import rollup
from tests.records.rollups.test_maintained import project_with

from changliu.operations.doctor import examine
from changliu.records.rollups import service as rollups
from changliu.schema.indexing.wanted import wanted_indexes
from changliu.schema.indexing.work import INDEX


def field(works, key):
    return works.catalogue.object("project").by_key[key]


async def batch_of_one(works):
    async with works.platform.database.transaction(works.workspace) as tx:
        more = await rollups.fill(tx, batch=1)
    await works.look()
    return more


async def test_filling_meets_writers(works):
    made = [await project_with(works, "10", "5") for _ in range(4)]
    await works.field_of("project", rollup("high", "lines", "SUM", field="amount",
                                           filter="amount >= 5"))  # fmt: skip
    await works.field_of("project", rollup("low", "lines", "MIN", field="amount"))
    assert not field(works, "high").filled
    assert await batch_of_one(works), "more parents wait"
    for at, (_, project, lines) in enumerate(made):
        await works.new("line", project=project, amount=str(at + 5))
        await works.ok(works.edit("line", lines[0], amount="1"))
        assert (await works.read("project", project))["high"] == str(10 + at)
        assert await batch_of_one(works)
    await works.work_off("rollup.fill")
    assert field(works, "high").filled
    assert field(works, "low").filled
    assert await works.drift() == []
    for at, (_, project, _) in enumerate(made):
        assert await works.kept("project", "high", project) == 10 + at
        assert await works.kept("project", "low", project) == 1


async def test_another_definition_is_filled_anew_with_what_stands_on_it(works):
    firm, project, _ = await project_with(works, "10", "200")
    await works.work_off("rollup.fill")
    assert (await works.change_field("project", "total", filter="amount > 50")).status_code == 200
    assert not field(works, "total").filled
    assert not works.catalogue.object("firm").by_key["total"].filled
    assert (await works.read("firm", firm))["total"] == "200"
    await works.new("line", project=project, amount="60")
    assert (await works.read("firm", firm))["total"] == "260"
    await works.work_off("rollup.fill")
    assert works.catalogue.object("firm").by_key["total"].filled
    assert await works.drift() == []
    assert await works.kept("project", "total", project) == 260
    assert (await works.change_field("project", "total", filter=None)).status_code == 200
    await works.work_off("rollup.fill")
    assert (await works.read("firm", firm))["total"] == "270"
    assert await works.drift() == []


async def test_a_changed_formula_below_starts_it_over(works):
    _, project, _ = await project_with(works, "10")
    await works.work_off("rollup.fill")
    changed = await works.change_field("line", "double", formula="金额 * 3")
    assert changed.status_code == 200, changed.text
    assert (await works.read("project", project))["doubled"] == "30"
    await works.work_off("rollup.fill")
    assert await works.kept("project", "doubled", project) == 30
    broken = await works.change_field("line", "double", formula="金额 * DAY(TODAY())")
    assert broken.json()["errors"][0]["code"] == "rollup.dependant"
    await works.ok(works.change_field("line", "double", formula="金额 * 2"))
    await works.work_off("rollup.fill")
    assert await works.drift() == []


async def test_it_may_become_another_kind_of_value_and_cease(works):
    _, project, _ = await project_with(works, "10")
    await works.field_of("project", rollup("last", "lines", "MAX", field="amount"))
    await works.work_off("rollup.fill")
    assert (await works.change_field("project", "last", field="day")).status_code == 200
    await works.new("line", project=project, day="2026-03-01")
    await works.work_off("rollup.fill")
    assert (await works.read("project", project))["last"] == "2026-03-01"
    assert await works.drift() == []
    assert (await works.change_field("project", "last", maintained=False)).status_code == 200
    await works.new("line", project=project, day="2026-04-01")
    assert (await works.read("project", project))["last"] == "2026-04-01"
    assert (await works.change_field("project", "last", maintained=True)).status_code == 200
    await works.work_off("rollup.fill")
    assert (await works.read("project", project))["last"] == "2026-04-01"
    assert await works.drift() == []


async def test_a_maintained_roll_up_may_be_indexed_once_it_is_filled(works):
    await project_with(works, "10")
    plain = {**rollup("rank", "lines", "MAX", field="amount"), "maintained": False}
    refused = await works.admin.post("/api/objects/project/fields", json={**plain, "indexed": True})
    assert refused.json()["errors"][0]["code"] == "field.indexed"
    await works.field_of("project", {**plain, "maintained": True, "indexed": True})

    async def wanted():
        return [w.expression for w in wanted_indexes(works.catalogue, "Asia/Shanghai")]

    assert await wanted() == []
    await works.work_off("rollup.fill")
    (expression,) = await wanted()
    assert field(works, "rank").kept in expression
    waiting = "SELECT count(*) FROM {schema}.job WHERE kind = %s"
    assert await works.rows(waiting, [INDEX]) == [(1,)]


async def test_what_no_write_can_follow_is_refused_with_the_remedy(works):
    refused = {
        "time": rollup("x", "lines", "COUNT", filter="day < TODAY()"),
        "actor": rollup("x", "lines", "COUNT", filter="owner = ME()"),
        "path": rollup("x", "lines", "SUM", field="amount", filter='project.name = "甲"'),
        "outer": rollup("x", "lines", "SUM", field="amount", filter="lines.amount > limit"),
    }
    for why, body in refused.items():
        answer = await works.admin.post("/api/objects/project/fields", json=body)
        assert answer.status_code == 422, why
        (error,) = answer.json()["errors"]
        assert (error["code"], error["path"]) == ("rollup.unmaintainable", "maintained"), why
    plain = {**rollup("bare", "lines", "COUNT"), "maintained": False}
    await works.field_of("project", plain)
    above = await works.admin.post(
        "/api/objects/firm/fields", json=rollup("x", "projects", "SUM", field="bare")
    )
    assert "bare" in above.json()["errors"][0]["message"]
    below = await works.change_field("project", "total", maintained=False)
    assert below.json()["errors"][0]["code"] == "rollup.dependant"


async def test_roll_ups_may_not_go_in_circles(works):
    body = {"key": "parent", "label": "上级", "type": "reference", "object": "firm",
            "inverse": {"key": "parts", "label": "下级"}}  # fmt: skip
    await works.field_of("firm", body)
    own = await works.admin.post(
        "/api/objects/firm/fields", json=rollup("x", "parts", "SUM", field="total")
    )
    assert own.json()["errors"][0]["code"] == "rollup.unmaintainable"
    back = {"key": "about", "label": "关于", "type": "reference", "object": "firm",
            "inverse": {"key": "mentions", "label": "提及"}}  # fmt: skip
    await works.field_of("line", back)
    around = {"key": "main", "label": "主要", "type": "reference", "object": "line",
              "inverse": {"key": "firms", "label": "企业"}}  # fmt: skip
    await works.field_of("firm", around)
    circle = await works.admin.post(
        "/api/objects/line/fields", json=rollup("x", "firms", "SUM", field="total")
    )
    assert circle.json()["errors"][0]["code"] == "rollup.unmaintainable"


async def test_the_nightly_comparison_repairs_and_reports(works, caplog):
    firm, project, _ = await project_with(works, "10")
    await works.work_off("rollup.fill")
    project_table = works.table("project")
    total = field(works, "total").kept
    await works.owner_rows(f"UPDATE {{schema}}.{project_table} SET {total} = 99 WHERE id = %s",
                           [project])  # fmt: skip
    found = await works.drift()
    said = [finding for finding in await examine(works.platform) if "Roll-ups" in finding.en]
    assert [finding.ok for finding in said].count(False) == 1
    assert (project_table, field(works, "total").id, 1) in [
        (d.object, d.field, d.parents) for d in found
    ]
    await works.rows("INSERT INTO {schema}.job (kind, payload, run_at, created_at)"
                     " VALUES ('rollup.reconcile', '{{}}', now(), now()) RETURNING id")  # fmt: skip
    await works.work_off("rollup.reconcile", limit=200)
    assert await works.drift() == []
    assert (await works.read("firm", firm))["total"] == "10"
    assert f"{total.partition('_numeric')[0]} of {project_table} had drifted in 1" in caplog.text
