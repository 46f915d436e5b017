"""Numbers without gaps: refusals, rollbacks, concurrent writers and changed settings leave none."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.feature("Z1")

NAME = {"key": "name", "label": "名称", "type": "text", "required": True}
CODE = {"key": "code", "label": "代码", "type": "text", "unique": True}
NUMBER = {"key": "no", "label": "编号", "type": "autonumber", "pattern": "R-{000}", "no_gaps": True}


@pytest_asyncio.fixture
async def receipts(house):
    """A fresh object whose records are numbered without gaps; returns its key."""
    key = f"receipt_{uuid4().hex[:8]}"
    await house.ok(house.admin.post("/api/objects", json={"key": key, "label": "收据"}))
    for field in (NAME, CODE, NUMBER):
        await house.ok(house.admin.post(f"/api/objects/{key}/fields", json=field))
    return key


async def numbers(house, key):
    """The numbers given so far, in order, of records in the trash too."""
    row = (await house.rows("SELECT id FROM {schema}.object WHERE key = %s", [key]))[0]
    [[column]] = await house.rows(
        "SELECT id FROM {schema}.field WHERE object = %s AND key = 'no'", [row[0]]
    )
    found = await house.rows(f"SELECT {column} FROM {{schema}}.{row[0]}")
    return sorted(int(text[0].rpartition("-")[2]) for text in found)


def whole(count):
    return list(range(1, count + 1))


async def test_a_refused_write_takes_no_number(house, receipts):
    path = f"/api/records/{receipts}"
    first = await house.ok(house.admin.post(path, json={"name": "甲", "code": "a"}))
    assert first["values"]["no"] == "R-001"
    assert (await house.admin.post(path, json={"code": "b"})).status_code == 422
    assert (await house.admin.post(path, json={"name": "丙", "code": "a"})).status_code == 422
    assert (await house.admin.post(path, json={"name": "丙", "no": "R-9"})).status_code == 422
    tried = await house.changeset(house.create(receipts, name="试"), dry_run=True)
    assert tried.status_code == 200
    second = await house.ok(house.admin.post(path, json={"name": "乙"}))
    assert second["values"]["no"] == "R-002"
    assert (await house.admin.delete(f"{path}/{second['id']}")).status_code == 204
    third = await house.ok(house.admin.post(path, json={"name": "丁"}))
    assert third["values"]["no"] == "R-003"
    back = await house.ok(house.admin.post(f"{path}/{second['id']}/restore", json={}))
    assert back["values"]["no"] == "R-002"
    history = await house.ok(house.admin.get(f"{path}/{third['id']}/history"))
    changes = {c["field"]: c["to"] for c in history["items"][0]["changes"]}
    assert changes["no"] == "R-003"


@pytest.mark.parametrize("count", [7, 60])
async def test_rows_left_out_take_none_and_order_is_kept(house, receipts, count):
    """Glued and in parts; every third row is refused."""
    changes = [
        house.create(receipts, **({"name": f"第{n}"} if n % 3 else {"code": f"c{n}"}))
        for n in range(count)
    ]
    answer = (await house.changeset(*changes, mode="each")).json()["results"]
    kept = [row["id"] for row in answer if "id" in row]
    assert len(kept) == sum(1 for n in range(count) if n % 3)
    shown = [(await house.ok(house.admin.get(f"/api/records/{receipts}/{i}"))) for i in kept[:8]]
    assert [s["values"]["no"] for s in shown] == [f"R-{n:03}" for n in whole(len(shown))]
    assert await numbers(house, receipts) == whole(len(kept))


CHANGESETS = st.lists(
    st.tuples(
        st.sampled_from(["all", "each"]),
        st.booleans(),
        st.lists(
            st.tuples(st.booleans(), st.none() | st.sampled_from(["x", "y", "z"])),
            min_size=1,
            max_size=5,
        ),
    ),
    min_size=2,
    max_size=8,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(CHANGESETS)
async def test_writers_at_the_same_time_leave_no_gap(house, receipts, batches):
    """Random changesets at once: refused ones, dry runs, codes taken by one another."""
    before = await numbers(house, receipts)
    ids = [uuid4() for _ in range(3)]  # of which several may try to create the same record

    async def send(mode, dry, rows):
        changes = []
        for named, code in rows:
            values = {"code": code} if code else {}
            change = house.create(receipts, **values, **({"name": "名"} if named else {}))
            changes.append(change | ({"id": str(ids["xyz".index(code)])} if code else {}))
        answer = await house.changeset(*changes, mode=mode, dry_run=dry)
        assert answer.status_code in (200, 409, 422), answer.text
        results = answer.json().get("results", []) if answer.status_code == 200 else []
        return 0 if dry else sum(1 for row in results if "id" in row)

    made = await asyncio.gather(*(send(*batch) for batch in batches))
    after = await numbers(house, receipts)
    assert len(after) == len(before) + sum(made)
    assert after == whole(len(after))


async def test_switching_neither_repeats_nor_skips(house, receipts):
    path, field = f"/api/records/{receipts}", f"/api/objects/{receipts}/fields/no"

    async def settle(**changed):
        await house.ok(house.admin.patch(field, json=changed))

    async def draw():
        made = await house.ok(house.admin.post(path, json={"name": "名"}))
        return made["values"]["no"]

    assert [await draw(), await draw()] == ["R-001", "R-002"]
    await settle(no_gaps=False)
    assert [await draw(), await draw()] == ["R-003", "R-004"]
    await settle(no_gaps=True)
    assert [await draw(), await draw()] == ["R-005", "R-006"]
    await settle(pattern="R-{YYYY}-{000}", reset="year")
    assert (await draw()).endswith("-007"), "the running year counts on"
    await settle(reset="never")
    assert (await draw()).endswith("-008")
    assert await numbers(house, receipts) == whole(8)


async def test_each_period_counts_anew(house, receipts):
    field = f"/api/objects/{receipts}/fields/no"
    await house.ok(
        house.admin.patch(field, json={"pattern": "{YYYY}{MM}-{00}", "reset": "month", "start": 5})
    )
    drawn = []
    try:
        for day in ("2031-01-31T23:59:00+08:00", "2031-02-01T00:00:01+08:00", "2031-01-15T08:00Z"):
            await house.ok(house.admin.post("/api/test/clock", json={"now": day}))
            for _ in range(2):
                made = house.admin.post(f"/api/records/{receipts}", json={"name": "名"})
                drawn.append((await house.ok(made))["values"]["no"])
    finally:
        await house.ok(house.admin.post("/api/test/clock", json={"now": None}))
    assert drawn == ["203101-05", "203101-06", "203102-05", "203102-06", "203101-07", "203101-08"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reset": "year", "no_gaps": False, "pattern": "{YYYY}-{000}"},
        {"reset": "year", "pattern": "{000}"},
        {"reset": "month", "pattern": "{YYYY}-{000}"},
        {"reset": "day", "pattern": "{YY}{MM}-{000}"},
    ],
)
async def test_settings_that_would_repeat_numbers_are_refused(house, receipts, wrong):
    answer = await house.admin.patch(f"/api/objects/{receipts}/fields/no", json=wrong)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("count", [2, 60])
async def test_numbers_stand_beside_a_maintained_roll_up(house, receipts, count):
    child = f"item_{uuid4().hex[:8]}"
    part = {
        "key": "receipt", "label": "收据", "type": "reference", "object": receipts,
        "inverse": {"key": "items", "label": "明细"},
    }  # fmt: skip
    await house.ok(house.admin.post("/api/objects", json={"key": child, "label": "项"}))
    await house.ok(house.admin.post(f"/api/objects/{child}/fields", json=part))
    how_many = {
        "key": "count", "label": "数", "type": "rollup", "children": "items", "function": "COUNT",
        "maintained": True,
    }  # fmt: skip
    await house.ok(house.admin.post(f"/api/objects/{receipts}/fields", json=how_many))
    made = [house.create(receipts, name=f"{at}") for at in range(count)]
    made[0]["id"] = str(uuid4())
    made.append(house.create(child, receipt=made[0]["id"]))
    await house.ok(house.changeset(*made))
    first = await house.ok(house.admin.get(f"/api/records/{receipts}/{made[0]['id']}"))
    assert (first["values"]["no"], first["values"]["count"]) == ("R-001", 1)
    assert await numbers(house, receipts) == whole(count)
