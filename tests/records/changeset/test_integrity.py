"""What must never be: references to nothing, silent losses, stale writes, bent values."""

import asyncio
from uuid import UUID, uuid4

import pytest

from changliu.records.changeset.locks import Strength, locks
from changliu.records.changeset.parse import Staged

pytestmark = pytest.mark.feature("Z12")


def create(target, record, **values):
    return {"op": "create", "object": target, "id": record, "values": values}


def update(target, record, **values):
    return {"op": "update", "object": target, "id": record, "values": values}


def delete(target, record, **more):
    return {"op": "delete", "object": target, "id": record, **more}


async def is_there(house, target, record):
    return (await house.admin.get(f"/api/records/{target}/{record}")).status_code == 200


async def results(house, *changes, **options):
    answer = await house.changeset(*changes, **options)
    assert answer.status_code == 200, answer.text
    return [
        [error["code"] for error in row["errors"]] if "errors" in row else row["version"]
        for row in answer.json()["results"]
    ]


@pytest.mark.parametrize("spelling", ["{}", "{{{}}}", " {} ", "hex", "upper"])
async def test_a_child_falls_with_its_parent_however_the_id_is_spelt(house, spelling):
    parent, child = str(uuid4()), str(uuid4())
    other = {"hex": UUID(parent).hex, "upper": parent.upper()}
    spelt = other.get(spelling) or spelling.format(parent)
    for target, field in (("account", "parent"), ("deal", "account")):
        values = {"name": "子"} if target == "account" else {"title": "子"}
        rows = await results(
            house,
            create("account", parent),
            create(target, child, **values, **{field: spelt}),
            mode="each",
        )
        assert rows == [["field.required"], ["change.with_group"]]
        assert not await is_there(house, target, child)


async def test_records_in_a_circle_are_made_and_deleted_together(house):
    first, second = str(uuid4()), str(uuid4())
    made = await results(
        house,
        create("account", first, name="甲", parent=second),
        create("account", second, name="乙", parent=first),
    )
    assert made == [1, 1]
    assert await results(house, delete("account", first), delete("account", second)) == [2, 2]


async def test_a_record_stays_when_what_points_to_it_stays(house):
    parent, child = str(uuid4()), str(uuid4())
    await results(
        house,
        create("account", parent, name="父"),
        create("account", child, name="子", parent=parent),
    )
    rows = await results(
        house, delete("account", parent), delete("account", child, version=9), mode="each"
    )
    assert rows == [["record.referenced"], ["record.conflict"]]
    assert await is_there(house, "account", parent)


async def test_what_does_not_come_to_rest_is_refused_not_forgotten(house):
    chain = [str(uuid4()) for _ in range(14)]
    await results(
        house,
        *(
            create("account", record, name="链", parent=above)
            for record, above in zip(chain, [None, *chain], strict=False)
        ),
    )
    deletes = [delete("account", record) for record in chain[:-1]]
    rows = await results(house, *deletes, delete("account", chain[-1], version=9), mode="each")
    assert all(isinstance(row, list) for row in rows), rows
    assert ["change.tangled"] in rows
    assert [await is_there(house, "account", record) for record in chain] == [True] * len(chain)


async def test_a_reference_and_the_deletion_of_what_it_points_to_exclude_each_other(house):
    for _ in range(10):
        account, deal = str(uuid4()), str(uuid4())
        await results(house, create("account", account, name="争"))
        gone, made = await asyncio.gather(
            house.admin.delete(f"/api/records/account/{account}"),
            house.admin.post(
                "/api/records/deal", json={"id": deal, "title": "争", "account": account}
            ),
        )
        assert (gone.status_code, made.status_code) in {(204, 422), (409, 201)}


async def test_one_statement_locks_an_object_so_that_its_order_holds(house):
    account, deal = (house.catalogue.object(key) for key in ("account", "deal"))
    low, high, pointed = uuid4(), uuid4(), uuid4()
    points = {house.column("deal", "account"): str(pointed)}
    found = locks(
        house.catalogue,
        [
            Staged("create", deal, uuid4(), None, points, [0]),
            Staged("update", account, high, None, {}, [1]),
            Staged("delete", account, low, None, {}, [2]),
        ],
    )
    assert [(lock.target.key, lock.strength, lock.ids) for lock in found] == [
        ("account", Strength.DELETE, {low, high, pointed})
    ]


async def test_a_stale_version_counts_wherever_it_stands(house):
    record = str(uuid4())
    await results(house, create("account", record, name="旧"))
    await results(house, update("account", record, name="新"))
    stale = {**update("account", record, size=1), "version": 1}
    fresh = {**update("account", record, name="再"), "version": 2}
    for changes in ([fresh, stale], [fresh, delete("account", record, version=1)]):
        answer = await house.changeset(*changes)
        assert answer.status_code == 409, answer.text


@pytest.mark.parametrize("tag", ['"99999999999999999999"', '"2147483648"', "9" * 5_000])
async def test_an_impossible_version_in_the_header_is_refused(house, tag):
    where = f"/api/records/account/{uuid4()}"
    answer = await house.admin.patch(where, json={"name": "x"}, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (400, "header.if_match")


async def test_a_number_of_any_length_goes_with_an_idempotency_key(house):
    answer = await house.admin.post(
        "/api/records/account",
        content=b'{"name": "x", "size": 123456789012345678901234567890}',
        headers={"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"},
    )
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("nobody", [{}, {"id": None}, {"title": "无"}, 0, []])
async def test_an_owner_without_an_id_is_a_mistake_not_the_pool(house, nobody):
    answer = await house.admin.post("/api/records/account", json={"name": "x", "owner": nobody})
    assert (answer.status_code, answer.json()["code"]) == (422, "field.type")


@pytest.mark.parametrize("value", [{"a": 1.5, "b": None}, 1e308, [5e-324, -0.5], {"a": 1e22}])
async def test_history_tells_json_as_it_is_stored(house, value):
    body = {"name": "x", "extra": value}
    made = (await house.admin.post("/api/records/account", json=body)).json()
    assert made["values"]["extra"] == value
    told = await house.admin.get(f"/api/records/account/{made['id']}/history")
    changes = {c["field"]: c["to"] for c in told.json()["items"][0]["changes"]}
    assert changes["extra"] == value


async def test_a_replayed_changeset_says_so(house):
    key = {"Idempotency-Key": str(uuid4())}
    body = {"changes": [house.create("account", name="x")]}
    first = await house.admin.post("/api/changesets", json=body, headers=key)
    again = await house.admin.post("/api/changesets", json=body, headers=key)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
