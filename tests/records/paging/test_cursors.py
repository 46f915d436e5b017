"""Pages under concurrent writes: what nobody touches is seen once, in order, whatever happens."""

import asyncio
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

INDUSTRIES = ("made", "bank", None)
SORTS = ("name", "-name", "amount", "-amount", "size", "-size", "industry", "-industry",
         "created_at", "-created_at", "owner", "-double", "parent.name")  # fmt: skip
values = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["甲", "乙", "A", "a", "b"]),
        "amount": st.none() | st.sampled_from(["-1", "0", "10.5", "99999999999999.99"]),
        "size": st.none() | st.integers(-2, 2),
        "industry": st.sampled_from(INDUSTRIES),
    }
)
order = st.lists(st.sampled_from(SORTS), max_size=3, unique_by=lambda s: s.lstrip("-"))
acts = st.lists(
    st.tuples(st.sampled_from(["create", "update", "delete"]), values), min_size=1, max_size=4
)


async def changed(client, *changes):
    answer = await client.post("/api/changesets", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["results"]]


class Others:
    """Writes beside the reader: new rows, changes and deletions of rows that may move."""

    def __init__(self, house, movable):
        self.house, self.movable = house, list(movable)

    async def act(self, doings):
        changes = []
        for op, given_ in doings:
            if op == "create":
                changes.append(self.house.create("account", code=None, **given_))
            elif self.movable:
                change = {"op": op, "object": "account", "id": self.movable.pop()}
                changes.append(change | ({"values": given_} if op == "update" else {}))
        if changes:
            await changed(self.house.rep, *changes)


async def one_page(client, sort, limit, cursor):
    query = {"limit": str(limit), "sort": sort} | ({"cursor": cursor} if cursor else {})
    answer = await client.get("/api/records/account", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    still=st.lists(values, min_size=1, max_size=12),
    moving=st.lists(values, max_size=6),
    sort=order,
    limit=st.integers(1, 5),
    doings=st.lists(acts, min_size=1, max_size=4),
    who=st.sampled_from(["rep", "manager", "admin"]),
)
async def test_rows_at_rest_are_seen_once_and_in_order(
    house, still, moving, sort, limit, doings, who
):
    client = getattr(house, who)
    await emptied(house)
    resting = await changed(house.rep, *(house.create("account", **v) for v in still))
    movable = []
    if moving:
        movable = await changed(house.rep, *(house.create("account", **v) for v in moving))
    text = ",".join(sort)
    before = await one_page(client, text, 500, None)
    expected = [item["id"] for item in before["items"] if item["id"] in set(resting)]
    assert sorted(expected) == sorted(resting)
    others, seen, cursor, turn = Others(house, movable), [], None, 0
    while True:
        doing = doings[turn % len(doings)] if turn < 8 else []
        page, _ = await asyncio.gather(one_page(client, text, limit, cursor), others.act(doing))
        assert len(page["items"]) <= limit
        seen += [item["id"] for item in page["items"] if item["id"] in set(resting)]
        cursor, turn = page["next"], turn + 1
        if cursor is None:
            break
    assert seen == expected


async def emptied(house):
    page = await one_page(house.admin, "", 500, None)
    gone = [{"op": "delete", "object": "account", "id": item["id"]} for item in page["items"]]
    if gone:
        await changed(house.admin, *gone)


async def test_numbers_and_blanks_page_in_the_order_of_their_values(house):
    await emptied(house)
    amounts = ["10", "9.5", None, "-3", "10", None, "1000000000000"]
    await changed(house.rep, *(house.create("account", name="n", amount=a) for a in amounts))
    for sort, backwards in (("amount", False), ("-amount", True)):
        seen, cursor = [], None
        while True:
            page = await one_page(house.rep, sort, 2, cursor)
            seen += [item["values"]["amount"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        filled = sorted((Decimal(a) for a in amounts if a), reverse=backwards)
        assert [Decimal(a) for a in seen if a is not None] == filled
        assert seen[-2:] == [None, None]
