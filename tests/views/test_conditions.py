"""Conditions as rows and back: what fits survives both ways, what does not stays text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.feature("Z1")


async def rows_of(house, formula, client=None):
    body = {"object": "account", "formula": formula}
    return await house.ok((client or house.rep).post("/api/formulas/to-conditions", json=body))


async def text_of(house, *items, client=None, **group):
    body = {"object": "account", "conditions": {"items": list(items), **group}}
    return await (client or house.rep).post("/api/formulas/from-conditions", json=body)


FITTING = {
    'industry = "made"': {"field": "industry", "op": "=", "value": "made"},
    "amount > 10万": {"field": "amount", "op": ">", "value": "100000"},
    'industry IN ("made","bank")': {"field": "industry", "op": "in", "value": ["made", "bank"]},
    'CONTAINS(name, "科""技")': {"field": "name", "op": "CONTAINS", "value": '科"技'},
    "ISBLANK(parent)": {"field": "parent", "op": "ISBLANK"},
    "owner = ME()": {"field": "owner", "op": "=", "value": {"me": True}},
    "ISMYTEAM(owner)": {"field": "owner", "op": "ISMYTEAM"},
    "NOT(ISMYTEAM(team))": {"field": "team", "op": "ISMYTEAM", "not": True},
    'parent.owner.name = "甲"': {"field": "parent.owner.name", "op": "=", "value": "甲"},
    "created_at >= DATE(2026,1,31)": {
        "field": "created_at", "op": ">=", "value": {"date": "2026-01-31"},
    },
    "created_at < TODAY()-30": {"field": "created_at", "op": "<", "value": {"today": -30}},
    "LASTDAYS(created_at, 7)": {"field": "created_at", "op": "LASTDAYS", "value": "7"},
    "THISMONTH(created_at)": {"field": "created_at", "op": "THISMONTH"},
    "NOT(size > 5)": {"field": "size", "op": ">", "value": "5", "not": True},
}  # fmt: skip


@pytest.mark.parametrize("formula", FITTING)
async def test_what_fits_goes_both_ways(house, formula):
    told = await rows_of(house, formula)
    assert told["conditions"] == {"join": "and", "items": [FITTING[formula]]}
    back = await text_of(house, FITTING[formula])
    assert back.json()["conditions"] == told["conditions"]


async def test_groups_nest(house):
    formula = 'amount > 5 AND (industry = "made" OR NOT(size > 3 AND owner = ME()))'
    told = await rows_of(house, formula)
    group = told["conditions"]
    assert (group["join"], group["items"][1]["join"]) == ("and", "or")
    assert group["items"][1]["items"][1]["not"] is True
    back = await text_of(house, *group["items"])
    assert back.json() == told
    assert (await text_of(house)).json() == {
        "formula": "", "conditions": {"join": "and", "items": []},
    }  # fmt: skip


@pytest.mark.parametrize(
    "formula",
    ["amount > size * 2", "amount > size", "COUNT(deals) > 0", "LEN(name) > 3",
     "TODAY() - created_at > 30", 'IF(size > 3, TRUE, FALSE)'],
)  # fmt: skip
async def test_what_says_more_stays_text(house, formula):
    assert (await rows_of(house, formula))["conditions"] is None


async def test_a_wrong_row_is_told_at_its_place(house):
    async def place(row, **options):
        answer = await text_of(house, {"field": "size", "op": ">", "value": "1"}, row, **options)
        assert answer.status_code == 422, answer.text
        return [(e["code"], e["path"]) for e in answer.json()["errors"]]

    where = "conditions.items.1"
    assert await place({"field": "nothing", "op": "ISBLANK"}) == [
        ("formula.field", f"{where}.field")
    ]
    assert await place({"field": "size", "op": ">", "value": "many"}) == [
        ("condition.row", f"{where}.value")
    ]
    assert await place({"field": "size", "op": "like", "value": "1"}) == [
        ("condition.row", f"{where}.op")
    ]
    assert await place({"field": "industry", "op": "in", "value": []}) == [
        ("condition.row", f"{where}.value")
    ]
    assert await place({"field": "industry", "op": "=", "value": "nothing"}) == [
        ("formula.option", where)
    ]
    # An expression of the caller's own names only what the caller reads.
    row = {"field": "amount", "op": ">", "value": "1"}
    assert await place(row, client=house.narrow) == [("formula.field", f"{where}.field")]
    body = {"object": "account", "formula": "amount > 1"}
    hidden = await house.narrow.post("/api/formulas/to-conditions", json=body)
    assert hidden.json()["errors"][0]["code"] == "formula.field"


async def test_lists_are_asked_for_any_all_or_none(house):
    helpers = {"key": "helpers", "label": "协作人", "type": "member", "many": True}
    await house.ok(house.admin.post("/api/objects/account/fields", json=helpers))
    for name, value in (("labels", "重点"), ("helpers", str(house.team))):
        for op in ("HASANY", "HASALL", "HASNONE"):
            row = {"field": name, "op": op, "value": [value]}
            made = await text_of(house, row, client=house.admin)
            assert made.status_code == 200, made.text
            assert made.json()["conditions"]["items"] == [row]
    told = await rows_of(house, 'HAS(labels, "重点")')
    assert told["conditions"]["items"] == [{"field": "labels", "op": "HASANY", "value": ["重点"]}]
    empty = await text_of(house, {"field": "labels", "op": "HASANY", "value": []})
    assert empty.json()["errors"][0]["path"] == "conditions.items.0.value"


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
)  # fmt: skip
ROWS = st.one_of(
    st.builds(lambda v: {"field": "name", "op": "=", "value": v}, TEXTS),
    st.builds(
        lambda v, o: {"field": "amount", "op": o, "value": f"{v:f}"},
        st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["=", "<>", "<", ">="]),
    ),
    st.builds(
        lambda v: {"field": "created_at", "op": ">", "value": {"today": v}},
        st.integers(-999, 999),
    ),
)  # fmt: skip


async def test_any_rows_come_back_as_they_were(house):
    found = []

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ROWS, min_size=2, max_size=4), st.sampled_from(["and", "or"]))
    def collect(rows, join):
        found.append((rows, join))

    collect()
    for rows, join in found:
        answer = await text_of(house, *rows, join=join)
        assert answer.status_code == 200, (rows, answer.text)
        again = await rows_of(house, answer.json()["formula"])
        assert again == answer.json()
        assert [r["field"] for r in again["conditions"]["items"]] == [r["field"] for r in rows]


async def test_my_team_are_the_people_of_my_teams_and_those_below(house):
    made = {}
    for client in (house.rep, house.other, house.manager, house.far):
        body = {"name": "团队的客户"}
        made[client] = (await house.ok(client.post("/api/records/account", json=body)))["id"]

    async def found(client, formula):
        asked = {"filter": f'name = "团队的客户" AND {formula}'}
        page = await house.ok(client.get("/api/records/account", params=asked))
        return {item["id"] for item in page["items"]}

    three = {made[house.rep], made[house.other], made[house.manager]}
    assert await found(house.admin, "ISMYTEAM(owner)") == set()
    assert await found(house.manager, "ISMYTEAM(owner)") == three
    assert await found(house.reader, "ISMYTEAM(owner)") == three - {made[house.manager]}
    assert await found(house.reader, "是我的团队(team)") == three - {made[house.manager]}
    assert await found(house.far, "ISMYTEAM(owner)") == {made[house.far]}
    # Oneself belongs to one's team, also without one; a reference to a record never does.
    alone = await found(house.reader, "NOT ISMYTEAM(owner)")
    assert alone == {made[house.manager], made[house.far]}
    assert await found(house.reader, "ISMYTEAM(parent)") == set()
