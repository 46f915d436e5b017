"""Rules over maintained roll-ups: a child's save answers to its parent's rules."""

import asyncio

import pytest
from tests.records.rollups.test_maintained import project_with

from changliu.formula import Mode, compile_text
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import Clause, Enqueue, Placement
from changliu.records.changeset.service import submit
from changliu.records.context import context_for


async def publish(works, key, **body):
    given = {"label": key, "object": "project", "message": "合计{total}超过上限{limit}", **body}
    return await works.admin.put(f"/api/definitions/rule/{key}", json=given)


async def retire(works, key):
    answer = await works.admin.delete(f"/api/definitions/rule/{key}")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("size", [1, 60])
async def test_a_rule_of_the_parent_refuses_the_childs_save(works, size):
    await works.ok(publish(works, "ceiling", must="limit = BLANK() OR total <= limit"))
    _, project, lines = await project_with(works, "10")
    await works.ok(works.edit("project", project, limit="50"))
    before = await works.count_all()
    values = {"project": project, "amount": "45"}
    one = {"op": "create", "object": "line", "values": values}
    small = {"op": "create", "object": "line", "values": {"amount": "1"}}
    answer = await works.changeset(one, *[small] * (size - 1))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["code"], error["path"], error["row"]) == ("rule.violated", "project", 0)
    assert (error["object"], error["record"]) == ("project", project)
    assert "55" in error["message"]
    assert "50" in error["message"]
    assert await works.count_all() == before
    refused = await works.edit("project", project, limit="5")
    assert refused.status_code == 422, "its own save answers to the same rule"
    assert (await works.edit("line", lines[0], amount="50")).status_code == 200
    assert await works.drift() == []
    await retire(works, "ceiling")


async def test_mode_each_leaves_out_only_what_breaks_the_rule(works):
    await works.ok(publish(works, "ceiling", must="total <= 50"))
    _, full, _ = await project_with(works, "50")
    _, free, _ = await project_with(works, "1")
    lines = [
        {"op": "create", "object": "line", "values": {"project": project, "amount": "2"}}
        for project in (full, free)
    ]
    answer = await works.ok(works.changeset(*lines, mode="each"))
    assert ["errors" in result for result in answer["results"]] == [True, False]
    assert (await works.read("project", full))["total"] == "50"
    assert (await works.read("project", free))["total"] == "3"
    assert await works.drift() == []
    await retire(works, "ceiling")


async def test_a_parent_and_its_children_are_judged_together(works):
    await works.ok(publish(works, "some", message="至少一条明细", must="count >= 1"))
    project = "018f0000-0000-7000-8000-0000000000aa"
    alone = {"op": "create", "object": "project", "id": project, "values": {"name": "空"}}
    assert (await works.changeset(alone)).status_code == 422
    line = {"op": "create", "object": "line", "values": {"project": project, "amount": "1"}}
    assert (await works.changeset(alone, line)).status_code == 200
    await retire(works, "some")


async def test_a_change_of_a_roll_up_is_seen_and_only_of_a_maintained_one(works):
    refused = await publish(works, "grew", message="不能变多", must="NOT CHANGED(plain)")
    assert refused.status_code == 422, "there is no such field"
    body = {"key": "plain", "label": "plain", "type": "rollup", "children": "lines",
            "function": "COUNT"}  # fmt: skip
    await works.field_of("project", body)
    refused = await publish(works, "grew", message="不能变多", must="NOT CHANGED(plain)")
    assert refused.json()["errors"][0]["code"] == "formula.oldpath"
    assert "保持更新" in refused.text
    await works.ok(
        publish(works, "grew", message="不能变多", must="count <= OLD(count) OR count < 3")
    )
    _, project, _ = await project_with(works, "1", "2")
    line = {"op": "create", "object": "line", "values": {"project": project}}
    assert (await works.changeset(line)).status_code == 422
    kept = await works.change_field("project", "count", maintained=False)
    assert kept.status_code == 422
    assert kept.json()["errors"][0]["code"] == "rollup.needed"
    await retire(works, "grew")


class Reacts:
    """A reaction of projects to their roll-up."""

    async def clauses(self, tx, target, catalogue):
        assert tx.workspace
        if target.key != "project":
            return ()
        tree = compile_text("BECAME(total > 100)", catalogue.world, target.id, Mode.TRIGGER).node
        return (Clause("big", Placement.REACT, tree, Enqueue("test.big")),)


async def test_a_parent_reacts_once_when_its_roll_up_crosses(works):
    _, project, _ = await project_with(works, "90")
    works.forget_plans()

    async def save(*changes):
        async with works.transaction() as (tx, actor):
            context = await context_for(tx, actor, (Reacts(),))
            await submit(context, Changeset(changes))
        query = "SELECT payload->'records' FROM {schema}.job WHERE kind = 'test.big'"
        return [row[0] for row in await works.rows(query)]

    line = Change("create", "line", None, None, {"project": project, "amount": "5"})
    assert await save(line) == []
    assert await save(line, line, line) == [[project]]
    assert await save(line) == [[project]], "it has been big before"
    works.forget_plans()


async def test_writers_of_one_parent_wait_for_each_other(works):
    firm, project, _ = await project_with(works)
    other = await works.new("project", firm=firm)

    async def write(at):
        pair = (project, other) if at % 2 else (other, project)
        lines = [
            {"op": "create", "object": "line", "values": {"project": p, "amount": "1.5"}}
            for p in pair
        ]
        touch = {"op": "update", "object": "project", "id": pair[0], "values": {"name": str(at)}}
        return (await works.changeset(*lines, touch)).status_code

    assert set(await asyncio.gather(*(write(at) for at in range(12)))) == {200}
    assert (await works.read("firm", firm))["total"] == "36"
    assert (await works.read("project", project))["top"] == "1.5"
    assert await works.drift() == []
