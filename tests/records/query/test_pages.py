"""Cursors: stable while others write, good for one request only; leaps into a list."""

import asyncio
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.query.query_oracle import conditions, expected, sorts
from tests.records.query.test_list import LOGINS, get_list, waiter

from changliu.kit.ids import uuid7


async def test_stable_rows_are_seen_once_while_others_write(house):
    seen, cursor, wave = [], None, 0
    stable = {str(d["id"]) for d in house.deals if not d["deleted"]}
    sample = next(d for d in house.deals if not d["deleted"])
    written = []
    try:
        while True:
            page = await get_list(house, "admin", sort="-score,name", limit=20, cursor=cursor)
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
            wave += 1
            late = sample["created_at"] + timedelta(seconds=wave)
            rows = [
                {**sample, "id": uuid7(), "score": s, "created_at": late} for s in (None, 0, 3, 5)
            ]
            written += rows
            await house.insert("deal", rows)
    finally:
        house.deals += written
    assert len(seen) == len(set(seen))
    assert stable <= set(seen)


async def test_a_cursor_of_another_request_is_refused(house):
    client = house.clients["admin"]
    first = await get_list(house, "admin", sort="-score", limit=5)
    for other in ("sort=score", "sort=-score&filter=hot", "sort=-score&fields=name", "q=x"):
        answer = await client.get(f"/api/records/deal?{other}&limit=5&cursor={first['next']}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor.other")
    forged = first["next"][:-4] + ("AAAA" if first["next"][-4:] != "AAAA" else "BBBB")
    answer = await client.get(f"/api/records/deal?sort=-score&limit=5&cursor={forged}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.bad")


async def test_a_page_may_be_empty_or_exactly_full(house):
    everything = await get_list(house, "admin", limit=500)
    assert everything["next"] is None
    size = len(everything["items"])
    full = await get_list(house, "admin", limit=size)
    assert (len(full["items"]), full["next"]) == (size, None)
    none = await get_list(house, "admin", limit=0, count="true")
    assert (none["items"], none["next"], none["total"]) == ([], None, size)
    nothing = await get_list(house, "admin", filter="FALSE")
    assert (nothing["items"], nothing["next"]) == ([], None)


async def test_a_leap_lands_where_the_pages_would_lead(house):
    wait = waiter()

    @settings(max_examples=80, deadline=None)
    @given(st.sampled_from(LOGINS), st.none() | conditions(), sorts(), st.integers(1, 400))
    def check(login, condition, order, skip):
        text = condition.text if condition else None
        asked = {"filter": text, "sort": ",".join(order) or None, "fields": "", "limit": 20}
        page = wait(get_list(house, login, skip=skip, **asked))
        wanted = expected(house, login, condition, order)
        assert [item["id"] for item in page["items"]] == wanted[skip : skip + 20]
        assert (page["next"] is not None) == (len(wanted) > skip + 20)
        if page["next"]:
            behind = wait(get_list(house, login, cursor=page["next"], **asked))
            assert [item["id"] for item in behind["items"]] == wanted[skip + 20 : skip + 40]

    await asyncio.to_thread(check)


async def test_a_leap_is_a_number_and_no_cursor(house):
    first = await get_list(house, "admin", limit=5)
    client = house.clients["admin"]
    answer = await client.get(f"/api/records/deal?limit=5&skip=5&cursor={first['next']}")
    assert (answer.status_code, answer.json()["code"]) == (422, "query.skip")
    answer = await client.get("/api/records/deal?skip=-1")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.number")
    beyond = await get_list(house, "admin", skip=100_000)
    assert (beyond["items"], beyond["next"]) == ([], None)
