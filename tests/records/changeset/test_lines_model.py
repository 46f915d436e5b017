"""Random edits of lines against a list in memory; what is taken back is as it was, to the byte."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from changliu.records.changeset import service

pytestmark = pytest.mark.feature("Z1")

FIELDS = [{"key": "name", "label": "名称", "type": "text"}]
LINE = [
    {"key": "item", "label": "产品", "type": "text"},
    {"key": "price", "label": "单价", "type": "money"},
    {"key": "serial", "label": "序列号", "type": "text", "personal": True},
]
# Steps of one history, and what a line may be sent.
STEPS = 8
SENT = st.fixed_dictionaries(
    {},
    optional={
        "item": st.sampled_from(["甲", "乙", None]),
        "price": st.sampled_from(["1", "1.00", "2.5", None]),
        "serial": st.sampled_from(["s1", "s2", None]),
    },
)


@pytest_asyncio.fixture(scope="module")
async def site(house):
    ok, admin = house.ok, house.admin
    await ok(admin.post("/api/objects", json={"key": "bill", "label": "单", "fields": FIELDS}))
    line = {"key": "bill_line", "label": "行", "lines_of": "bill", "fields": LINE}
    await ok(admin.post("/api/objects", json=line))
    holder = {"key": "lines", "label": "明细", "type": "lines", "object": "bill_line"}
    await ok(admin.post("/api/objects/bill/fields", json=holder))
    house.line_table = (await admin.get("/api/objects/bill_line")).json()["id"]
    return house


@dataclass
class Bill:
    """A record in memory: its lines in order, and every state before with its changeset."""

    id: str
    lines: list = field(default_factory=list)
    version: int = 1
    there: bool = True
    before: list = field(default_factory=list)


def edited(draw_lines, bill):
    """What is sent, and the lines that must follow from it; new ones have no id yet."""
    sent, wanted = [], []
    rest = list(bill.lines)
    for pick, values in draw_lines:
        known = rest.pop(pick % len(rest)) if rest and pick < 6 else None
        if known is not None:
            sent.append({"id": known["id"], **values})
            wanted.append({**known, **canonical(values)})
        else:
            sent.append(values)
            blank = {"id": None, "item": None, "price": None, "serial": None}
            wanted.append({**blank, **canonical(values)})
    return sent, wanted


def canonical(values):
    return {k: "1" if v == "1.00" else v for k, v in values.items()}


async def dump(site, bill):
    parent = site.line_table.replace("o_", "p_")
    rows = await site.rows(
        f"SELECT to_jsonb(t) - 'version' - 'updated_at' - 'updated_by' FROM {{schema}}."
        f"{site.line_table} t WHERE t.{parent} = %s AND deleted_at IS NULL ORDER BY t.id",
        [bill.id],
    )
    return [row for (row,) in rows]


async def changeset_of(site, bill):
    rows = await site.rows(
        "SELECT changeset FROM {schema}.history WHERE record = %s ORDER BY seq DESC LIMIT 1",
        [bill.id],
    )
    return str(rows[0][0])


async def keep(site, bill):
    bill.before.append((list(bill.lines), bill.there, await dump(site, bill)))


async def check(site, bill):
    answer = await site.admin.get(f"/api/records/bill/{bill.id}")
    assert (answer.status_code == 200) is bill.there
    if bill.there:
        shown = answer.json()
        assert shown["values"]["lines"] == bill.lines
        assert shown["version"] == bill.version
    else:
        assert await dump(site, bill) == []


async def put(site, bill, drawn):
    sent, wanted = edited(drawn, bill)
    same = [w for w in wanted if w["id"]] == bill.lines and len(wanted) == len(bill.lines)
    await keep(site, bill)
    answer = await site.admin.patch(f"/api/records/bill/{bill.id}", json={"lines": sent})
    assert answer.status_code == 200, answer.text
    found = answer.json()["values"]["lines"]
    assert len({line["id"] for line in found}) == len(wanted)
    bill.lines = [{**w, "id": w["id"] or f["id"]} for w, f in zip(wanted, found, strict=True)]
    if same:
        bill.before.pop()
    else:
        bill.version += 1


async def move(site, bill):
    await keep(site, bill)
    path = f"/api/records/bill/{bill.id}"
    answer = await (site.admin.delete(path) if bill.there else site.admin.post(f"{path}/restore"))
    assert answer.status_code in (200, 204), answer.text
    bill.there, bill.version = not bill.there, bill.version + 1


async def take_back(site, bill):
    """Take the last changeset back: lines and their bytes are those before it."""
    if not bill.before:
        return
    changeset = await changeset_of(site, bill)
    answer = await site.admin.post(f"/api/changesets/{changeset}/revert", json={})
    assert (answer.status_code, answer.json()["kept"]) == (200, []), answer.text
    lines, bill.there, bytes_before = bill.before.pop()
    bill.lines, bill.version = lines, bill.version + 1
    bill.before.clear()  # the next revert would take this one back
    assert await dump(site, bill) == bytes_before


async def story(site, steps, stepped, monkeypatch):
    with monkeypatch.context() as patched:
        if stepped:
            patched.setattr(service, "BUCKETS", ())
            site.forget_plans()
        made = await site.admin.post("/api/records/bill", json={"id": str(uuid4()), "name": "单"})
        bill = Bill(made.json()["id"])
        for kind, drawn in steps:
            if kind == "revert":
                await take_back(site, bill)
            elif kind == "move" or not bill.there:
                await move(site, bill)
            else:
                await put(site, bill, drawn)
            await check(site, bill)
    site.forget_plans()


async def test_random_edits_of_lines_are_those_of_a_list(site, monkeypatch):
    loop = asyncio.get_running_loop()
    lists = st.lists(st.tuples(st.integers(0, 8), SENT), max_size=5)
    kinds = st.sampled_from(["put", "put", "put", "move", "revert"])

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(kinds, lists), min_size=1, max_size=STEPS), st.booleans())
    def stories(steps, stepped):
        work = story(site, steps, stepped, monkeypatch)
        asyncio.run_coroutine_threadsafe(work, loop).result(120)

    await asyncio.to_thread(stories)
