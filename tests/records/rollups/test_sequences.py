"""Whatever is written, in whatever order and mode: every roll-up is what its children make, and no
record ends in a state that a rule over a roll-up forbids."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changliu.formula import Mode, compile_text
from changliu.kit.errors import Problem
from changliu.records.changeset import follow_up, service
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import Clause, Placement, Violation
from changliu.records.changeset.revert import revert
from changliu.records.context import context_for
from changliu.records.rollups.service import drift

pytestmark = pytest.mark.feature("Z12")

FIRMS, PROJECTS, LINES = (
    [UUID(int=base + n) for n in range(count)] for base, count in ((100, 2), (200, 3), (300, 5))
)
IDS = {"firm": FIRMS, "project": PROJECTS, "line": LINES}
MOST = 60
AMOUNTS = st.none() | st.sampled_from(["0", "-3", "0.10", "7", "20.005", "41"])


def of(ids):
    return st.none() | st.sampled_from([str(i) for i in ids])


VALUES = {
    "firm": st.fixed_dictionaries({}, optional={"name": st.sampled_from(["甲", "乙"])}),
    "project": st.fixed_dictionaries({}, optional={"firm": of(FIRMS)}),
    "line": st.fixed_dictionaries(
        {},
        optional={
            "project": of(PROJECTS),
            "amount": AMOUNTS,
            "kind": st.sampled_from([None, "a", "b"]),
            "day": st.sampled_from([None, "2026-01-01", "2026-02-01"]),
        },
    ),
}


@st.composite
def change(draw):
    target = draw(st.sampled_from(["firm", "project", "project", "line", "line", "line"]))
    op = draw(st.sampled_from(["create", "create", "update", "update", "delete", "restore"]))
    values = draw(VALUES[target]) if op in ("create", "update") else {}
    return Change(op, target, draw(st.sampled_from(IDS[target])), None, values)


# What is there before: two firms, a project of each, three lines.
WORLD = (
    *(Change("create", "firm", record) for record in FIRMS),
    *(
        Change("create", "project", record, None, {"firm": str(firm)})
        for record, firm in zip(PROJECTS, FIRMS, strict=False)
    ),
    *(
        Change("create", "line", record, None, {"project": str(project), "amount": amount})
        for record, project, amount in zip(LINES, PROJECTS * 2, ("10", "5.5", "3"), strict=False)
        if project != PROJECTS[2]
    ),
)
TURN = st.tuples(
    st.lists(change(), min_size=1, max_size=6),
    st.sampled_from(["each", "each", "all"]),
    st.booleans(),
    st.none() | st.integers(0, 5),
)


class Ceiling:
    """A rule over a maintained roll-up."""

    async def clauses(self, tx, target, catalogue):
        assert tx.workspace
        if target.key != "project":
            return ()
        tree = compile_text(f"total > {MOST}", catalogue.world, target.id, Mode.TRIGGER).node
        says = Violation("t.ceiling", "超过上限", "Over the ceiling", "total")
        return (Clause("t", Placement.RECHECK, tree, says, ("create", "update", "restore")),)


class Undo(Exception):  # noqa: N818 -- control flow
    """Roll a sequence back."""


async def play(works, turns, monkeypatch):
    async with works.transaction() as (tx, actor):
        context = await context_for(tx, actor, (Ceiling(),))
        try:
            async with tx.savepoint():
                made = [(await service.submit(context, Changeset(WORLD))).id]
                for changes, mode, small, back in turns:
                    with monkeypatch.context() as patched:
                        if not small:
                            patched.setattr(service, "BUCKETS", ())
                        await turn(context, changes, mode, made, back)
                    await check(works, tx)
                raise Undo
        except Undo:
            pass


async def turn(context, changes, mode, made, back):
    try:
        async with context.tx.savepoint():
            if back is not None and back < len(made):
                await revert(context, made[back], None)
            else:
                made.append((await service.submit(context, Changeset(tuple(changes), mode))).id)
    except Problem:
        pass


async def check(works, tx):
    assert await drift(tx) == []
    project = works.catalogue.object("project")
    total = project.by_key["total"].kept
    over = await tx.rows(
        f"SELECT id, {total} FROM {tx.schema}.{project.table}"
        f" WHERE deleted_at IS NULL AND {total} > {MOST}"
    )
    assert over == []


async def test_roll_ups_are_true_after_every_changeset(works, monkeypatch):
    loop = asyncio.get_running_loop()
    works.forget_plans()

    @settings(max_examples=80, deadline=None)
    @given(st.lists(TURN, min_size=1, max_size=6))
    def sequences(turns):
        work = play(works, turns, monkeypatch)
        asyncio.run_coroutine_threadsafe(work, loop).result(120)

    await asyncio.to_thread(sequences)
    works.forget_plans()
    assert follow_up._late == {}
