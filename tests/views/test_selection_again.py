"""A change of all that is found, asked for twice: done once, told the same, taken back whole."""

import asyncio
from uuid import uuid4

import pytest
from tests.views.test_selection import PATH, amounts, deals

from changliu.records.selection import service

REPLAYED = "idempotent-replayed"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(service, "STEP", 3)


def wins(title, stage="won", **more):
    """Rows leave the filter as they change: what is found is other rows the second time."""
    return {"op": "update", "filter": f'title = "{title}" AND stage = "open"',
            "values": {"stage": stage}, **more}  # fmt: skip


async def step(house, key, body, client=None, after=None):
    sent = {**body, "next": after} if after else body
    headers = {"idempotency-key": key}
    return await (client or house.admin).post(PATH, json=sent, headers=headers)


async def whole(house, intent, body, client=None):
    """All steps of one intent, each under a key of its own; answers and whether they were known."""
    told, known, after = [], [], None
    while True:
        answer = await step(house, f"{intent}.{len(told)}", body, client, after)
        assert answer.status_code == 200, answer.text
        told.append(answer.json())
        known.append(REPLAYED in answer.headers)
        after = told[-1]["next"]
        if after is None:
            return told, known


async def stages_changed(house, title):
    """How many entries of history the records of a title have beyond their making."""
    rows = await house.rows(
        "SELECT h.record FROM {schema}.history h JOIN {schema}.changeset c ON c.id = h.changeset"
        " WHERE h.op <> 'create' AND h.record IN"
        " (SELECT record FROM {schema}.history WHERE diff::text LIKE %s)",
        [f'%"{title}"%'],
    )
    return len(rows)


async def test_an_intent_sent_twice_is_done_once_and_told_the_same(house):
    await deals(house, "两遍", 8)
    intent, body = str(uuid4()), wins("两遍")
    first, known = await whole(house, intent, body)
    assert [s["changed"] for s in first] == [3, 3, 2]
    assert not any(known)
    await deals(house, "两遍", 2)
    again, known = await whole(house, intent, body)
    assert again == first
    assert all(known)
    # What came to be found since is not touched: it belongs to no step of this intent.
    assert sorted(await amounts(house, "两遍")) == ["open"] * 2 + ["won"] * 8
    assert await stages_changed(house, "两遍") == 8
    back = await house.ok(house.admin.post(f"/api/changesets/{again[0]['chain']}/revert", json={}))
    assert (back["records"], back["kept_count"]) == (8, 0)
    assert await amounts(house, "两遍") == ["open"] * 10


async def test_a_lost_first_answer_loses_no_way_back(house):
    """Everything is found by the first step and leaves the filter: the second finds nothing."""
    await deals(house, "失联", 3)
    key = str(uuid4())
    lost = (await step(house, key, wins("失联"))).json()
    answer = await step(house, key, wins("失联"))
    assert (answer.json(), REPLAYED in answer.headers) == (lost, True)
    assert (lost["changed"], lost["total"]) == (3, 3)
    back = await house.ok(house.admin.post(f"/api/changesets/{lost['chain']}/revert", json={}))
    assert back["records"] == 3


async def test_two_at_once_do_it_once(house):
    await deals(house, "同时", 3)
    for round_ in range(5):
        stage = ("won", "open")[round_ % 2]
        now = ("open", "won")[round_ % 2]
        body = {**wins("同时", stage), "filter": f'title = "同时" AND stage = "{now}"'}
        key = str(uuid4())
        both = await asyncio.gather(*(step(house, key, body) for _ in range(3)))
        assert [a.status_code for a in both] == [200] * 3
        assert all(a.json() == both[0].json() for a in both)
        assert both[0].json()["changed"] == 3
        assert [REPLAYED in a.headers for a in both].count(False) == 1
    assert await stages_changed(house, "同时") == 15


async def test_deletions_are_told_again_too(house):
    await deals(house, "删两遍", 4)
    intent, body = str(uuid4()), {"op": "delete", "filter": 'title = "删两遍"'}
    first, _ = await whole(house, intent, body)
    again, known = await whole(house, intent, body)
    assert (again, all(known)) == (first, True)
    assert sum(s["changed"] for s in again) == 4
    await house.ok(house.admin.post(f"/api/changesets/{first[0]['chain']}/revert", json={}))
    assert len(await amounts(house, "删两遍")) == 4


async def test_refused_rows_are_told_again_by_their_ids(house):
    await deals(house, "规二", 3)
    rule = {"label": "r", "object": "deal", "must": 'NOT(title = "规二" AND amount < 2)',
            "message": "太小"}  # fmt: skip
    await house.ok(house.admin.put("/api/definitions/rule/small", json=rule))
    key = str(uuid4())
    first = (await step(house, key, wins("规二"))).json()
    again = (await step(house, key, wins("规二"))).json()
    assert (await house.admin.delete("/api/definitions/rule/small")).status_code == 200
    assert (first["changed"], first["refused"]) == (1, 2)
    assert again == first
    assert len({row["id"] for row in again["errors"]}) == 2


async def test_a_key_belongs_to_what_was_asked_and_to_who_asked(house):
    await deals(house, "谁的", 2, owner=house.rep.member)
    key = str(uuid4())
    first = (await step(house, key, wins("谁的"))).json()
    other = await step(house, key, wins("谁的", "open"))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.mismatch")
    bad = await step(house, "k" * 201, wins("谁的"))
    assert (bad.status_code, bad.json()["code"]) == (422, "header.idempotency_key")
    assert await amounts(house, "谁的") == ["won"] * 2
    # A colleague's key is another key: an answer, a chain and a way back of their own.
    theirs = (await step(house, key, wins("谁的"), house.rep)).json()
    assert (theirs["changed"], theirs["chain"] != first["chain"]) == (0, True)
    mine = {**wins("谁的", "open"), "filter": 'title = "谁的" AND stage = "won"'}
    changed = (await step(house, str(uuid4()), mine, house.rep)).json()
    assert changed["changed"] == 2
    foreign = await house.rep.post(f"/api/changesets/{first['chain']}/revert", json={})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "changeset.missing")


async def test_trying_first_leaves_the_key_free(house):
    await deals(house, "先试", 2)
    key = str(uuid4())
    tried = (await step(house, key, wins("先试", dry_run=True))).json()
    assert (tried["changed"], tried["changeset"]) == (2, None)
    done = await step(house, key, wins("先试"))
    assert (done.json()["changed"], REPLAYED in done.headers) == (2, False)
