"""Changing all that a filter finds: previewed, step by step, as the caller, taken back whole."""

import pytest

from changliu.records.selection import service

PATH = "/api/records/deal/selection"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(service, "STEP", 3)


async def deals(house, title, count, **values):
    changes = [house.create("deal", title=title, amount=str(n), **values) for n in range(count)]
    made = await house.changeset(*changes)
    assert made.status_code == 200, made.text


async def amounts(house, title, client=None):
    params = {"filter": f'title = "{title}"', "sort": "created_at", "limit": "500"}
    page = await house.ok((client or house.admin).get("/api/records/deal", params=params))
    return [item["values"].get("stage") for item in page["items"]]


async def run(house, client, **body):
    """Go on step by step to the end; returns the answers."""
    answers = [await house.ok(client.post(PATH, json=body))]
    while answers[-1]["next"]:
        answers.append(
            await house.ok(client.post(PATH, json={**body, "next": answers[-1]["next"]}))
        )
    return answers


async def test_everything_found_changes_in_steps_and_goes_back_as_one(house):
    await deals(house, "批", 8)
    body = {"op": "update", "filter": 'title = "批" AND stage = "open"', "values": {"stage": "won"}}
    tried = await house.ok(house.admin.post(PATH, json={**body, "dry_run": True}))
    assert (tried["total"], tried["changed"], tried["refused"]) == (8, 3, 0)
    assert (tried["changeset"], tried["next"]) == (None, None)
    assert await amounts(house, "批") == ["open"] * 8
    # Rows leave the filter as they change; none is skipped or seen twice.
    steps = await run(house, house.admin, **body)
    assert [step["done"] for step in steps] == [3, 6, 8]
    assert [step["changed"] for step in steps] == [3, 3, 2]
    assert len({step["chain"] for step in steps}) == 1
    assert await amounts(house, "批") == ["won"] * 8
    back = await house.ok(house.admin.post(f"/api/changesets/{steps[0]['chain']}/revert", json={}))
    assert (back["records"], len(back["changesets"])) == (8, 3)
    assert await amounts(house, "批") == ["open"] * 8


async def test_refused_rows_are_told_and_the_others_change(house):
    await deals(house, "规", 5)
    rule = {"label": "r", "object": "deal", "must": 'NOT(title = "规" AND amount < 2)',
            "message": "太小"}  # fmt: skip
    await house.ok(house.admin.put("/api/definitions/rule/small", json=rule))
    body = {"op": "update", "filter": 'title = "规"', "values": {"stage": "won"}}
    steps = await run(house, house.admin, **body)
    assert [sum(step[name] for step in steps) for name in ("changed", "refused")] == [3, 2]
    told = [e["code"] for step in steps for row in step["errors"] for e in row["errors"]]
    assert told == ["rule.violated"] * 2
    assert (await amounts(house, "规")).count("won") == 3
    assert (await house.admin.delete("/api/definitions/rule/small")).status_code == 200


async def test_only_what_the_caller_finds_and_may_change_is_touched(house):
    await deals(house, "权", 2)
    await deals(house, "权", 2, owner=house.rep.member)
    body = {"op": "update", "filter": 'title = "权"', "values": {"stage": "won"}}
    (step,) = await run(house, house.rep, **body)
    assert (step["total"], step["changed"]) == (2, 2)
    assert (await amounts(house, "权")).count("won") == 2
    unread = await house.reader.post(PATH, json=body)
    assert (unread.status_code, unread.json()["code"]) == (404, "object.unknown")
    (gone,) = await run(house, house.rep, op="delete", filter='title = "权"')
    assert gone["changed"] == 2
    assert len(await amounts(house, "权")) == 2


async def test_a_step_belongs_to_its_request_and_its_caller(house):
    await deals(house, "令", 5)
    body = {"op": "update", "filter": 'title = "令"', "values": {"stage": "won"}}
    first = await house.ok(house.admin.post(PATH, json=body))
    other = {**body, "values": {"stage": "open"}, "next": first["next"]}
    for client, sent in ((house.admin, other), (house.manager, {**body, "next": first["next"]})):
        answer = await client.post(PATH, json=sent)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor.other")
    # Asked again, a step does no more.
    again = {**body, "next": first["next"]}
    once = await house.ok(house.admin.post(PATH, json=again))
    twice = await house.ok(house.admin.post(PATH, json=again))
    assert (once["done"], twice["done"], twice["refused"]) == (5, 5, 0)
    for wrong in ({**body, "values": {}}, {"op": "delete", "values": {"stage": "won"}}):
        answer = await house.admin.post(PATH, json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "selection.values")
