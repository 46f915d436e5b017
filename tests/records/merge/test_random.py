"""Random graphs of records, merged at random: nothing points at what went, and all comes back."""

import asyncio
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from changliu.records.changeset import service
from changliu.schema.catalogue import catalogue

pytestmark = pytest.mark.feature("Z1")

NODES = 5


def refers(key, target, **more):
    return {"key": key, "label": key, "type": "reference", "object": target, **more}


NODE = [
    {"key": "name", "label": "名称", "type": "text"},
    {"key": "code", "label": "编号", "type": "text", "unique": True},
    {"key": "marks", "label": "标记", "type": "multi_select",
     "options": [{"key": k, "label": k} for k in "xyz"]},
    refers("up", "node", on_delete="restrict"),
    refers("near", "node", many=True, on_delete="clear"),
]  # fmt: skip
LEAF = [{"key": "name", "label": "名称", "type": "text"}, refers("node", "node")]
PLACE = st.one_of(st.none(), st.integers(0, NODES - 1))
GRAPH = st.fixed_dictionaries(
    {
        "up": st.lists(PLACE, min_size=NODES, max_size=NODES),
        "near": st.lists(
            st.lists(st.integers(0, NODES - 1), max_size=3, unique=True),
            min_size=NODES,
            max_size=NODES,
        ),
        "code": st.lists(st.booleans(), min_size=NODES, max_size=NODES),
        "marks": st.lists(
            st.lists(st.sampled_from("xyz"), max_size=2, unique=True),
            min_size=NODES,
            max_size=NODES,
        ),
        "leaves": st.lists(st.integers(0, NODES - 1), max_size=4),
        "lines": st.lists(st.integers(0, 2), min_size=NODES, max_size=NODES),
    }
)
MERGES = st.permutations(range(NODES)).flatmap(
    lambda order: st.tuples(
        st.just(order), st.integers(1, 2), st.sampled_from([None, "combined", "source"])
    )
)


@pytest_asyncio.fixture(scope="module")
async def site(house):
    ok, admin = house.ok, house.admin
    await ok(admin.post("/api/objects", json={"key": "node", "label": "点"}))
    for field in NODE:
        await ok(admin.post("/api/objects/node/fields", json=field))
    await ok(admin.post("/api/objects", json={"key": "leaf", "label": "叶", "fields": LEAF}))
    fields = [{"key": "item", "label": "项", "type": "text"}, refers("about", "node")]
    line = {"key": "node_line", "label": "行", "lines_of": "node", "fields": fields}
    await ok(admin.post("/api/objects", json=line))
    holder = {"key": "lines", "label": "明细", "type": "lines", "object": "node_line"}
    await ok(admin.post("/api/objects/node/fields", json=holder))
    async with house.transaction(write=False) as (tx, _):
        house.known = await catalogue(tx)
    return house


async def grown(site, graph):
    """Make the graph; return the ids of its nodes."""
    ids = [str(uuid4()) for _ in range(NODES)]
    changes = [site.create("node", name=f"n{at}") | {"id": id_} for at, id_ in enumerate(ids)]
    changes += [site.create("leaf", name="l", node=ids[at]) for at in graph["leaves"]]
    answer = await site.changeset(*changes)
    assert answer.status_code == 200, answer.text
    for at, id_ in enumerate(ids):
        up = graph["up"][at]
        about = ids[(at + 1) % NODES]
        values = {
            "up": None if up is None else ids[up],
            "near": [ids[n] for n in graph["near"][at]],
            "code": f"c-{id_}" if graph["code"][at] else None,
            "marks": graph["marks"][at],
            "lines": [{"item": f"{at}.{n}", "about": about} for n in range(graph["lines"][at])],
        }
        sent = await site.admin.patch(f"/api/records/node/{id_}", json=values)
        assert sent.status_code == 200, sent.text
    return ids


async def rows_of(site):
    found = {}
    for key in ("node", "leaf", "node_line"):
        table = site.known.object(key).table
        moves = "- 'version' - 'updated_at' - 'updated_by'"
        query = f"SELECT t.id, to_jsonb(t) {moves} FROM {{schema}}.{table} t"
        found |= dict(await site.rows(query))
    return found


def held(row, gone):
    """The ids of records that went which a row names in one of its own columns."""
    values = [v for k, v in row.items() if k.startswith(("f_", "p_"))]
    flat = [each for v in values for each in (v if isinstance(v, list) else [v])]
    return {each for each in flat if isinstance(each, str)} & gone


async def story(site, graph, merge, stepped, monkeypatch):
    with monkeypatch.context() as patched:
        if stepped:
            patched.setattr(service, "BUCKETS", ())
            site.forget_plans()
        await one_merge(site, graph, merge)
    site.forget_plans()


async def one_merge(site, graph, merge):
    order, count, choice = merge
    ids = await grown(site, graph)
    survivor, losers = ids[order[0]], [ids[at] for at in order[1 : 1 + count]]
    before = await rows_of(site)
    values = {None: {}, "combined": {"marks": "combined", "near": "combined"},
              "source": {"up": losers[0], "code": losers[-1]}}[choice]  # fmt: skip
    change = {"op": "merge", "object": "node", "id": survivor, "from": losers, "values": values}
    answer = await site.changeset(change)
    assert answer.status_code == 200, answer.text
    after = await rows_of(site)
    gone = set(losers)
    alive = {id_: row for id_, row in after.items() if row["deleted_at"] is None}
    assert {id_ for id_ in before if id_ not in alive} == {UUID(each) for each in losers} | {
        id_ for id_, row in before.items() if row["deleted_at"] is not None
    }
    assert all(not held(row, gone) for row in alive.values())
    kept = await site.admin.get(f"/api/records/node/{survivor}")
    lines = [line["item"] for line in kept.json()["values"]["lines"]]
    merged = [order[0], *order[1 : 1 + count]]
    assert lines == [f"{at}.{n}" for at in merged for n in range(graph["lines"][at])]
    told = await site.admin.post(f"/api/changesets/{answer.json()['id']}/revert", json={})
    assert (told.status_code, told.json()["kept"]) == (200, []), told.text
    assert await rows_of(site) == before


async def test_random_merges_leave_nothing_behind_and_can_be_undone(site, monkeypatch):
    loop = asyncio.get_running_loop()

    @settings(max_examples=25, deadline=None)
    @given(GRAPH, MERGES, st.booleans())
    def stories(graph, merge, stepped):
        work = story(site, graph, merge, stepped, monkeypatch)
        asyncio.run_coroutine_threadsafe(work, loop).result(120)

    await asyncio.to_thread(stories)
