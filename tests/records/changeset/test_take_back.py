"""Trash and restore, conflicts by field, and taking a whole changeset back."""

from uuid import uuid4

import pytest

pytestmark = pytest.mark.feature("Z12")


async def make(house, **values):
    made = await house.admin.post("/api/records/account", json={"name": "撤", **values})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def where(record):
    return f"/api/records/account/{record}"


async def dump(house, target):
    """Every row outside the trash without what a write always moves."""
    rows = await house.rows(
        f"SELECT to_jsonb(t) - 'version' - 'updated_at' - 'updated_by' FROM {{schema}}."
        f"{house.table(target)} t WHERE deleted_at IS NULL ORDER BY id"
    )
    return [row for (row,) in rows]


async def test_a_record_comes_back_from_the_trash_as_it_was(house):
    code = f"R{uuid4().hex[:8]}"
    record = await make(house, code=code, amount="7.50", phone="13800138000")
    before = (await house.admin.get(where(record))).json()
    assert (await house.admin.delete(where(record))).status_code == 204
    back = await house.admin.post(f"{where(record)}/restore")
    assert back.status_code == 200, back.text
    assert back.json()["values"] == before["values"]
    assert back.json()["version"] == 3
    again = await house.admin.post(f"{where(record)}/restore")
    assert (again.status_code, again.json()["code"]) == (404, "record.missing")


async def test_a_restore_meets_the_unique_value_taken_meanwhile(house):
    code = f"R{uuid4().hex[:8]}"
    record = await make(house, code=code)
    await house.admin.delete(where(record))
    await make(house, code=code)
    refused = await house.admin.post(f"{where(record)}/restore")
    assert (refused.status_code, refused.json()["code"]) == (422, "field.not_unique")


async def test_who_may_not_delete_may_not_restore(house):
    mine = (await house.rep.post("/api/records/account", json={"name": "我"})).json()["id"]
    await house.rep.delete(where(mine))
    assert (await house.other.post(f"{where(mine)}/restore")).status_code == 404
    assert (await house.reader.post(f"{where(mine)}/restore")).status_code == 403
    assert (await house.rep.post(f"{where(mine)}/restore")).status_code == 200


async def test_changes_of_different_fields_do_not_collide(house):
    record = await make(house, size=1, amount="1")
    await house.admin.patch(where(record), json={"size": 2, "version": 1})
    other = await house.admin.patch(where(record), json={"amount": "5", "version": 1})
    assert other.status_code == 200, other.text
    assert (other.json()["values"]["size"], other.json()["values"]["amount"]) == (2, "5")


async def test_a_conflict_tells_original_theirs_and_mine_by_field(house):
    record = await make(house, size=1, amount="1.50", industry="made")
    await house.admin.patch(where(record), json={"size": 2, "amount": "2"})
    await house.admin.patch(where(record), json={"amount": "3"})
    late = await house.admin.patch(
        where(record), json={"amount": "9.25", "industry": "bank", "version": 1}
    )
    assert (late.status_code, late.json()["code"]) == (409, "record.conflict")
    [fault] = late.json()["errors"]
    [told] = fault["conflicts"]
    assert (told["field"], told["original"], told["theirs"], told["mine"]) == (
        "amount", "1.5", "3", "9.25",
    )  # fmt: skip
    assert told["by"] == house.admin.member
    future = await house.admin.patch(where(record), json={"name": "x", "version": 99})
    assert future.status_code == 409


@pytest.mark.parametrize("size", [3, 200])
async def test_a_changeset_is_taken_back_but_for_what_changed_since(house, size):
    old = [await make(house, amount=f"{i}.10", labels=["甲"], extra={"n": 1.25}) for i in range(6)]
    gone = [await make(house) for _ in range(2)]
    before = await dump(house, "account")
    changes = [house.create("account", name=f"新{i}", phone="13900139000") for i in range(size)]
    changes += [
        {"op": "update", "object": "account", "id": r,
         "values": {"amount": "99", "labels": None, "phone": "13700137000", "extra": None}}
        for r in old
    ]  # fmt: skip
    changes += [{"op": "delete", "object": "account", "id": r} for r in gone]
    made = (await house.changeset(*changes)).json()
    edited = [made["results"][0]["id"], old[0]]
    for record in edited:
        await house.admin.patch(where(record), json={"size": 42})
    answer = await house.admin.post(f"/api/changesets/{made['id']}/revert", json={"reason": "错了"})
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["records"], done["kept_count"]) == (len(changes) - 2, 2)
    assert {k["id"] for k in done["kept"]} == set(edited)
    assert {k["code"] for k in done["kept"]} == {"revert.changed_since"}
    after = {row["id"]: row for row in await dump(house, "account")}
    untouched = [row for row in before if row["id"] not in edited]
    assert [after[row["id"]] for row in untouched] == untouched
    assert set(after) - {row["id"] for row in before} == {edited[0]}
    told = (await house.admin.get(f"/api/changesets/{done['changesets'][0]['id']}")).json()
    assert (told["via"], told["reverts"], told["reason"]) == ("revert", made["id"], "错了")
    before = await house.count()
    twice = await house.admin.post(f"/api/changesets/{made['id']}/revert", json={})
    assert twice.json() == done, "whoever lost the answer asks again"
    assert await house.count() == before


async def test_what_came_back_by_a_revert_of_the_revert_is_not_called_taken_back(house):
    made = (await house.changeset(house.create("account", name="来回"))).json()
    path = f"/api/changesets/{made['id']}/revert"
    undone = (await house.admin.post(path, json={})).json()["changesets"][0]["id"]
    redone = (await house.admin.post(f"/api/changesets/{undone}/revert", json={})).json()
    assert (redone["records"], redone["kept_count"]) == (1, 0)
    again = (await house.admin.post(path, json={})).json()
    assert (again["records"], again["kept_count"]) == (1, 0)
    assert (await house.admin.get(where(made["results"][0]["id"]))).status_code == 404


async def test_only_the_author_or_a_holder_of_the_right_takes_back(house):
    made = (await house.rep.post("/api/changesets", json={
        "changes": [house.create("account", name="代")]})).json()  # fmt: skip
    path = f"/api/changesets/{made['id']}/revert"
    assert (await house.other.post(path, json={})).status_code == 404
    assert (await house.rep.post(path, json={})).json()["records"] == 1
    assert (await house.admin.post(f"/api/changesets/{uuid4()}/revert", json={})).status_code == 404
    wrong = await house.rep.post(path, json={"reasons": 1})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "reasons")


async def test_taking_back_obeys_rights_of_today(house):
    made = (await house.rep.post("/api/changesets", json={
        "changes": [house.create("account", name="移")]})).json()  # fmt: skip
    record = made["results"][0]["id"]
    moved = {"op": "update", "object": "account", "id": record,
             "values": {"owner": house.other.member}}  # fmt: skip
    assert (await house.changeset(moved)).status_code == 200
    done = (await house.rep.post(f"/api/changesets/{made['id']}/revert", json={})).json()
    assert (done["records"], done["kept_count"]) == (0, 1)
    assert (await house.admin.get(where(record))).status_code == 200


async def changed(house, record, **values):
    """Change a record in a changeset of its own; returns the changeset's id."""
    change = {"op": "update", "object": "account", "id": record, "values": values}
    answer = await house.admin.post("/api/changesets", json={"changes": [change]})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def taken_back(house, changeset):
    answer = await house.admin.post(f"/api/changesets/{changeset}/revert", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_later_change_that_was_itself_taken_back_is_in_nobodys_way(house):
    record = await make(house, size=1)
    first = await changed(house, record, size=2)
    second = await changed(house, record, size=3)
    undone = await taken_back(house, second)
    assert undone["kept"] == []
    done = await taken_back(house, first)
    assert (done["kept"], done["records"]) == ([], 1)
    assert (await house.admin.get(where(record))).json()["values"]["size"] == 1


async def test_a_change_that_came_back_since_is_a_change(house):
    record = await make(house, size=1)
    first = await changed(house, record, size=2)
    second = await changed(house, record, size=3)
    undone = (await taken_back(house, second))["changesets"][0]["id"]
    await taken_back(house, undone)  # size is 3 again
    done = await taken_back(house, first)
    assert [kept["code"] for kept in done["kept"]] == ["revert.changed_since"]
    assert (await house.admin.get(where(record))).json()["values"]["size"] == 3


async def test_a_change_that_its_revert_kept_is_a_change(house):
    mine, other = await make(house, size=1), await make(house, size=1)
    first = await changed(house, mine, size=2)
    both = [
        {"op": "update", "object": "account", "id": one, "values": {"size": 3}}
        for one in (mine, other)
    ]
    second = (await house.admin.post("/api/changesets", json={"changes": both})).json()["id"]
    third = await changed(house, mine, size=4)
    kept = (await taken_back(house, second))["kept"]
    assert [k["id"] for k in kept] == [mine]
    await taken_back(house, third)
    done = await taken_back(house, first)
    assert [k["code"] for k in done["kept"]] == ["revert.changed_since"]
    assert (await house.admin.get(where(mine))).json()["values"]["size"] == 3
