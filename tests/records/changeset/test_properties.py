"""Random small worlds and random changesets: what must hold whatever is written.

Every variant of a changeset runs in a savepoint of one transaction over the same world, so that ids
and the business instant are equal and the whole database can be compared.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changliu.kit.errors import Problem
from changliu.records.changeset import service
from changliu.records.changeset.model import Change, Changeset
from changliu.records.context import context_for

pytestmark = pytest.mark.feature("Z12")

IDS = {
    "account": [UUID(int=100 + n) for n in range(6)],
    "deal": [UUID(int=200 + n) for n in range(6)],
}
# Of each six, the world before the changeset has four.
OLD = 4
TABLES = ("history", "history_personal", "changeset", "job")

NOTHING = st.none()
TEXTS = st.sampled_from(["甲", "Ａ", "a\u0301", "😀", "__proto__", "0", " "])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
AMOUNTS = st.decimals(-(10**9), 10**9, places=2).map(str) | st.just("-0")
CODES = st.sampled_from(["c1", "C1", "ｃ1", "c2", "c3", "c4", "c5"])


class Undo(Exception):  # noqa: N818 -- control flow
    """Roll a variant back."""


def references(target):
    return NOTHING | st.sampled_from([str(record) for record in IDS[target]])


def values_of(target, people):
    """Some of a record's values; a required one may be blank, a reference may lead nowhere."""
    title = "name" if target == "account" else "title"
    fields = {
        title: TEXTS | st.just("名"),
        "amount": NOTHING | AMOUNTS,
        "owner": st.sampled_from(people),
    }
    if target == "account":
        fields |= {
            "size": NOTHING | st.integers(-9, 9),
            "code": NOTHING | CODES,
            "phone": NOTHING | st.sampled_from(["13800138000", "021-55556666"]),
            "extra": JSON,
            "labels": NOTHING | st.lists(st.sampled_from(["x", "y", "z"]), max_size=3),
            "industry": st.sampled_from([None, "made", "bank"]),
            "parent": references("account"),
        }
    else:
        fields |= {"account": references("account"), "number": NOTHING | CODES}
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def changes(draw, people):
    """At most one change per record, so that no order is meant."""
    made = []
    for target, ids in IDS.items():
        title = "name" if target == "account" else "title"
        for at, record in enumerate(ids):
            op = draw(
                st.sampled_from(["create", ""] if at >= OLD else ["update", "delete", "", ""])
            )
            if not op:
                continue
            values = draw(values_of(target, people)) if op != "delete" else {}
            if op == "create":
                values = {title: "新", **values}
            version = draw(st.sampled_from([None, None, None, 1, 2])) if op != "create" else None
            made.append(Change(op, target, record, version, values))
    return made


@dataclass(frozen=True)
class Outcome:
    """What a variant left: rows by record, differences by record, the refused, the whole dump."""

    rows: dict[str, Any]
    diffs: list[Any]
    refused: frozenset[tuple[str, UUID]]
    dump: str


class Lab:
    """One transaction with a world in it."""

    def __init__(self, house, context):
        self.house, self.context = house, context

    async def submit(self, changes, mode="all"):
        return await service.submit(self.context, Changeset(tuple(changes), mode=mode))

    async def furnish(self):
        accounts, deals = (IDS[key][:OLD] for key in ("account", "deal"))
        made = [
            Change("create", "account", record, None, {"name": f"旧{at}", "code": f"c{at}"})
            for at, record in enumerate(accounts)
        ]
        made += [
            Change("create", "deal", record, None, {"title": "旧", "account": str(accounts[at])})
            for at, record in enumerate(deals[:2])
        ]
        made += [Change("create", "deal", record, None, {"title": "旧"}) for record in deals[2:]]
        await self.submit(made)

    async def one_by_one(self, changes):
        """Submit each alone, again as long as another one has helped; the rest stays refused."""
        waiting = list(changes)
        while True:
            left = []
            for change in waiting:
                try:
                    async with self.context.tx.savepoint():
                        await self.submit([change])
                except Problem:
                    left.append(change)
            if not left or len(left) == len(waiting):
                return left
            waiting = left

    async def variant(self, changes, mode="all", single=False):
        """Run a variant, look at everything, and undo it."""
        refused: list[Change] = []
        seen: list[Outcome] = []
        try:
            async with self.context.tx.savepoint():
                if single:
                    refused = await self.one_by_one(changes)
                else:
                    rows = (await self.submit(changes, mode)).rows
                    refused = [c for c, row in zip(changes, rows, strict=True) if row.refused]
                seen.append(await self.look(refused))
                await self.check_replay()
                raise Undo
        except Undo:
            return seen[0]
        except Problem:
            return None

    async def look(self, refused=()):
        rows, diffs = {}, []
        for target, ids in IDS.items():
            found = await self.rows(target, ids)
            rows |= {row["id"]: row for row in found}
            no = self.house.field("deal", "no")
            for record, version, op, diff in await self.context.tx.rows(
                f"SELECT record::text, version, op, diff FROM {self.context.tx.schema}.history"
                " WHERE record = ANY(%s) ORDER BY record, version",
                [ids],
            ):
                phone = self.house.field("account", "phone")
                kept = {key: value for key, value in diff.items() if key not in (no, phone)}
                diffs.append((record, version, op, kept, phone in diff))
        keys = frozenset((c.object, c.id) for c in refused)
        return Outcome(rows, diffs, keys, await self.dump())

    async def rows(self, target, ids):
        """Rows as JSON without the number drawn from a sequence, which no roll-back gives back."""
        tx, table = self.context.tx, self.house.table(target)
        number = self.house.column("deal", "no") if target == "deal" else ""
        query = f"SELECT to_jsonb(t) - %s::text FROM {tx.schema}.{table} t WHERE id = ANY(%s)"
        return [row for (row,) in await tx.rows(query, [number, ids])]

    async def dump(self):
        tx = self.context.tx
        names = [*TABLES, self.house.table("account"), self.house.table("deal")]
        texts = [
            (
                await tx.row(
                    f"SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM {tx.schema}.{name} t"
                )
            )
            for name in names
        ]
        return repr(texts)

    async def check_replay(self):
        """Replaying a record's differences from its creation gives the row."""
        tx = self.context.tx
        for target, ids in IDS.items():
            stored = self.house.catalogue.object(target).stored
            for row in await self.rows(target, ids):
                state: dict[str, Any] = {}
                for op, diff, clear in await tx.rows(
                    "SELECT h.op, h.diff, (SELECT jsonb_object_agg(p.field,"
                    " jsonb_build_object('o', p.old, 'n', p.new))"
                    f" FROM {tx.schema}.history_personal p"
                    " WHERE p.record = h.record AND p.changeset = h.changeset)"
                    f" FROM {tx.schema}.history h WHERE h.record = %s ORDER BY h.seq",
                    [row["id"]],
                ):
                    assert (op == "delete") == (not diff)
                    for key, change in (diff | (clear or {})).items():
                        assert state.get(key) == change.get("o"), (key, state, change)
                        state[key] = change.get("n")
                for field in stored:
                    if field.key != "no":
                        assert state.get(field.id) == row[field.column], (field.key, state, row)
                assert (state.get("owner"), state.get("team")) == (row["owner"], row["team"])


async def check(house, drawn, order, monkeypatch):
    async with house.transaction() as (tx, actor):
        lab = Lab(house, await context_for(tx, actor))
        try:
            async with tx.savepoint():
                await lab.furnish()
                await properties(lab, drawn, order, monkeypatch)
                raise Undo
        except Undo:
            pass


async def properties(lab, drawn, order, monkeypatch):
    before = await lab.dump()
    whole = await lab.variant(drawn)
    assert await lab.dump() == before
    shuffled = [drawn[at] for at in order if at < len(drawn)]
    again = await lab.variant(shuffled)
    assert (whole is None) == (again is None)
    each = await lab.variant(drawn, mode="each")
    other = await lab.variant(shuffled, mode="each")
    assert (each.rows, each.diffs, each.refused) == (other.rows, other.diffs, other.refused)
    with monkeypatch.context() as patched:
        patched.setattr(service, "BUCKETS", ())
        stepped = await lab.variant(drawn, mode="each")
    assert (each.rows, each.diffs, each.refused) == (stepped.rows, stepped.diffs, stepped.refused)
    kept = [c for c in drawn if (c.object, c.id) not in each.refused]
    if kept:
        alone = await lab.variant(kept)
        assert alone is not None
        assert (alone.rows, alone.diffs) == (each.rows, each.diffs)
    if whole is not None:
        assert (whole.rows, whole.diffs) == (again.rows, again.diffs) == (each.rows, each.diffs)
        single = await lab.variant(drawn, single=True)
        assert single.refused == frozenset()
        assert (single.rows, single.diffs) == (whole.rows, whole.diffs)
    assert await lab.dump() == before


async def test_whatever_is_written(house, monkeypatch):
    loop = asyncio.get_running_loop()
    people = [None, house.admin.member, house.rep.member, {"id": house.far.member}]

    @settings(max_examples=60, deadline=None)
    @given(changes(people), st.permutations(range(12)))
    def worlds(drawn, order):
        if drawn:
            work = check(house, drawn, order, monkeypatch)
            asyncio.run_coroutine_threadsafe(work, loop).result(120)

    await asyncio.to_thread(worlds)
