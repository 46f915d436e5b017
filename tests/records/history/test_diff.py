"""What a history row holds of a change, to the byte: seals hash it, so its form may never drift."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changliu.fields.registry import FIELD_TYPES

OPTIONS = [{"key": "a", "label": "甲"}, {"key": "b", "label": "乙"}]
NESTED = [{"key": "a", "label": "甲", "options": [{"key": "b", "label": "乙"}]}]
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('"\\\n\t'), max_size=9
)
MONEY = st.decimals(-(10**9), 10**9, places=2).map(str)
VALUES = {
    "text": TEXT.map(lambda t: f"x{t}".strip().replace("\n", "").replace("\t", "")),
    "long_text": TEXT,
    "number": MONEY | st.just("0.10") | st.just("123456789012345678.000001"),
    "money": MONEY,
    "integer": st.integers(-(2**31), 2**31),
    "date": st.dates().map(str),
    "datetime": st.sampled_from(["2026-01-31T01:30:00+00:00", "1999-12-31T23:59:59.123456+08:00"]),
    "boolean": st.booleans(),
    "select": st.sampled_from("ab"),
    "multi_select": st.lists(st.sampled_from("ab"), unique=True),
    "cascade": st.just(["a", "b"]),
    "tags": st.lists(st.sampled_from(["新", 'a"b', "c\\d"]), unique=True),
    "json": st.lists(st.none() | st.booleans() | TEXT, max_size=2) | st.just({"a": None}),
}  # fmt: skip
ROWS = st.fixed_dictionaries({}, optional={k: st.none() | v for k, v in VALUES.items()})
EXPECTED = """
SELECT coalesce(jsonb_object_agg(f.id, CASE WHEN f.type = 'json'
         THEN jsonb_build_object('o', o.value, 'n', n.value)
         ELSE jsonb_strip_nulls(jsonb_build_object('o', o.value, 'n', n.value)) END), '{{}}')::text
  FROM (SELECT id, body->>'type' AS type FROM {schema}.field WHERE object = %(object)s
        UNION ALL VALUES ('owner', ''), ('team', '')) f
  LEFT JOIN jsonb_each(%(old)s::text::jsonb) o ON o.key = f.id
  LEFT JOIN jsonb_each(%(new)s::text::jsonb) n ON n.key = f.id
 WHERE nullif(o.value, 'null') IS DISTINCT FROM nullif(n.value, 'null')
"""


@pytest.fixture(scope="module")
async def every(house):
    """The id of an object with a field of each of these types."""
    await house.ok(house.admin.post("/api/objects", json={"key": "every", "label": "全部"}))
    for name in VALUES:
        assert name in FIELD_TYPES
        options = NESTED if name == "cascade" else OPTIONS
        extra = {"options": options} if name in ("select", "multi_select", "cascade") else {}
        body = {"key": name, "label": name, "type": name, **extra}
        await house.ok(house.admin.post("/api/objects/every/fields", json=body))
    return (await house.rows("SELECT id FROM {schema}.object WHERE key = 'every'"))[0][0]


async def kept(house, every, record):
    """The row as exact JSON text."""
    query = f"SELECT to_jsonb(t)::text FROM {{schema}}.{every} t WHERE id = %s"
    return (await house.rows(query, [record]))[0][0]


async def expected_diff(house, every, old, new):
    return (await house.rows(EXPECTED, {"object": every, "old": old, "new": new}))[0][0]


async def last_diff(house, record):
    query = "SELECT diff::text FROM {schema}.history WHERE record = %s ORDER BY seq DESC LIMIT 1"
    return (await house.rows(query, [record]))[0][0]


@pytest.mark.parametrize("others", [0, 60], ids=["small", "large"])
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=ROWS, second=ROWS)
async def test_a_diff_holds_old_and_new_of_what_changed(house, every, others, first, second):
    filler = [house.create("every", text=str(n)) for n in range(others)]
    made = await house.changeset(house.create("every", **first), *filler)
    assert made.status_code in (200, 201), made.text
    record = made.json()["results"][0]["id"]
    created = await kept(house, every, record)
    assert await last_diff(house, record) == await expected_diff(house, every, "{}", created)
    change = {"op": "update", "object": "every", "id": record, "values": second}
    done = await house.changeset(change, *filler)
    assert done.status_code in (200, 201), done.text
    if done.json()["results"][0]["version"] == 2:
        changed = await kept(house, every, record)
        assert await last_diff(house, record) == await expected_diff(house, every, created, changed)
