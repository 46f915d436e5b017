"""Roll-ups that every write keeps true: on each path, in each size, at each level."""

import pytest


async def project_with(works, *amounts):
    firm = await works.new("firm", name="企业")
    project = await works.new("project", name="项目", firm=firm)
    lines = [
        await works.new("line", project=project, amount=amount, kind="a") for amount in amounts
    ]
    return firm, project, lines


async def test_create_update_and_delete_move_every_level(works):
    firm, project, lines = await project_with(works, "10", "2.50")
    assert await works.kept("project", "total", project) == 12.5
    values = await works.read("project", project)
    assert (values["count"], values["total"], values["top"], values["any"]) == (
        2, "12.5", "10", False,
    )  # fmt: skip
    assert (await works.read("firm", firm))["total"] == "12.5"
    assert (await works.edit("line", lines[0], amount="100.25")).status_code == 200
    assert (await works.read("firm", firm))["total"] == "102.75"
    assert (await works.admin.delete(f"/api/records/line/{lines[0]}")).status_code == 204
    values = await works.read("project", project)
    assert (values["count"], values["total"], values["top"]) == (1, "2.5", "2.5")
    assert await works.drift() == []


async def test_a_parent_gets_neither_version_nor_history(works):
    _, project, _ = await project_with(works, "10")
    answer = await works.ok(works.admin.get(f"/api/records/project/{project}"))
    assert answer["version"] == 1
    history = await works.rows("SELECT op FROM {schema}.history WHERE record = %s", [project])
    assert history == [("create",)]


async def test_moving_a_line_moves_both_parents_and_theirs(works):
    one, first, lines = await project_with(works, "7")
    two, second, _ = await project_with(works, "1")
    assert (await works.edit("line", lines[0], project=second)).status_code == 200
    assert (await works.read("project", first))["total"] == "0"
    assert (await works.read("project", second))["total"] == "8"
    assert (await works.read("firm", one))["total"] == "0"
    assert (await works.read("firm", two))["total"] == "8"
    assert (await works.edit("project", second, firm=one)).status_code == 200
    assert [(await works.read("firm", f))["total"] for f in (one, two)] == ["8", "0"]
    assert await works.drift() == []


@pytest.mark.parametrize("size", [3, 120])
async def test_parents_and_children_made_together(works, size):
    changes = [{"op": "create", "object": "line", "values": {"amount": "1"}} for _ in range(size)]
    firm, project = (f"018f0000-0000-7000-8000-00000000{kind}{size:03x}" for kind in "fe")
    for change in changes:
        change["values"]["project"] = project
    changes.append({"op": "create", "object": "project", "id": project, "values": {"firm": firm}})
    changes.append({"op": "create", "object": "firm", "id": firm, "values": {"name": "新"}})
    answer = await works.ok(works.changeset(*changes))
    assert (await works.read("firm", firm))["total"] == str(size)
    assert (await works.read("project", project))["count"] == size
    await works.ok(works.admin.post(f"/api/changesets/{answer['id']}/revert", json={}))
    assert await works.drift() == []


async def test_restore_and_dry_run(works):
    _, project, lines = await project_with(works, "5")
    dry = await works.changeset({"op": "delete", "object": "line", "id": lines[0]}, dry_run=True)
    assert dry.status_code == 200
    assert (await works.read("project", project))["total"] == "5"
    await works.ok(works.changeset({"op": "delete", "object": "line", "id": lines[0]}))
    await works.ok(works.changeset({"op": "restore", "object": "line", "id": lines[0]}))
    assert (await works.read("project", project))["total"] == "5"
    assert await works.drift() == []


async def test_lists_sort_filter_and_measure_by_the_column(works):
    await project_with(works, "9000")
    await project_with(works, "9500")
    listed = await works.ok(
        works.admin.get("/api/records/project?filter=total>8000&sort=-total&fields=total,count")
    )
    assert [r["values"]["total"] for r in listed["items"]][:2] == ["9500", "9000"]
    asked = {"object": "project", "group_by": [{"field": "count"}],
             "measures": [{"key": "sum", "formula": "SUM(total, total > 8000)"}]}  # fmt: skip
    rows = (await works.ok(works.admin.post("/api/query", json=asked)))["rows"]
    assert {"count": 1, "sum": "18500"} in rows
