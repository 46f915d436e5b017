"""One record and many, through the door: values, versions, ids, keys, faults, history."""

import asyncio
from uuid import uuid4

import pytest

pytestmark = pytest.mark.feature("Z12")


async def test_a_record_is_made_read_changed_and_deleted(house):
    made = await house.admin.post(
        "/api/records/account", json={"name": "宏达机械", "amount": "12.50"}
    )
    assert made.status_code == 201, made.text
    record = made.json()
    assert record["version"] == 1
    assert record["values"]["name"] == "宏达机械"
    assert record["values"]["amount"] == "12.5"
    assert record["owner"]["id"] == house.admin.member
    where = f"/api/records/account/{record['id']}"
    changed = await house.admin.patch(where, json={"amount": "13"})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["values"]["name"] == "宏达机械"
    assert (await house.admin.delete(where)).status_code == 204
    assert (await house.admin.get(where)).status_code == 404
    assert (await house.admin.patch(where, json={"amount": "1"})).status_code == 404


async def test_history_tells_every_change_by_field(house):
    made = (await house.admin.post("/api/records/account", json={"name": "甲", "size": 3})).json()
    await house.admin.patch(f"/api/records/account/{made['id']}", json={"name": "乙", "size": None})
    rows = await house.rows(
        "SELECT op, version, via, diff, changeset FROM {schema}.history"
        " WHERE record = %s ORDER BY seq",
        [made["id"]],
    )
    name, size = house.field("account", "name"), house.field("account", "size")
    assert [(r[0], r[1], r[2]) for r in rows] == [("create", 1, "api"), ("update", 2, "api")]
    assert rows[0][3][name] == {"n": "甲"}
    assert rows[0][3][size] == {"n": 3}
    assert rows[0][3]["owner"] == {"n": house.admin.member}
    assert rows[1][3] == {name: {"o": "甲", "n": "乙"}, size: {"o": 3}}
    told = (await house.admin.get(f"/api/changesets/{rows[1][4]}")).json()
    assert told["records"] == [
        {"object": "account", "record": made["id"], "version": 2, "op": "update"}
    ]


async def test_saying_nothing_new_changes_nothing(house):
    made = (await house.admin.post("/api/records/account", json={"name": "同"})).json()
    again = await house.admin.patch(f"/api/records/account/{made['id']}", json={"name": "同"})
    assert again.json()["version"] == 1
    rows = await house.rows("SELECT 1 FROM {schema}.history WHERE record = %s", [made["id"]])
    assert len(rows) == 1


async def test_personal_values_stay_out_of_the_diff(house):
    secret = "13800138000"
    made = (
        await house.admin.post("/api/records/account", json={"name": "丙", "phone": secret})
    ).json()
    field = house.field("account", "phone")
    [[diff]] = await house.rows("SELECT diff FROM {schema}.history WHERE record = %s", [made["id"]])
    assert set(diff[field]) == {"n"}
    assert secret not in str(diff)
    [[digest]] = await house.owner_rows(
        "SELECT encode(sha256(convert_to(salt || new::text, 'UTF8')), 'hex')"
        " FROM {schema}.history_personal WHERE record = %s AND field = %s",
        [made["id"], field],
    )
    assert diff[field]["n"] == {"h": digest}


async def test_history_takes_no_update_and_no_delete(house):
    for statement in ("UPDATE {schema}.history SET op = 'x'", "DELETE FROM {schema}.history"):
        with pytest.raises(Exception, match="permission denied"):
            await house.rows(statement, [])


async def test_a_version_that_moved_on_is_a_conflict(house):
    made = (await house.admin.post("/api/records/account", json={"name": "丁"})).json()
    where = f"/api/records/account/{made['id']}"
    await house.admin.patch(where, json={"name": "丁二"}, headers={"If-Match": '"1"'})
    late = await house.admin.patch(where, json={"name": "丁三", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "record.conflict")
    assert (await house.admin.get(where)).json()["values"]["name"] == "丁二"


async def test_two_writers_with_one_version_one_wins(house):
    made = (await house.admin.post("/api/records/account", json={"name": "争"})).json()
    where = f"/api/records/account/{made['id']}"
    answers = await asyncio.gather(
        *(house.admin.patch(where, json={"name": f"争{i}", "version": 1}) for i in range(6))
    )
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409, 409, 409]
    assert (await house.admin.get(where)).json()["version"] == 2


async def test_a_taken_id_is_said_so(house):
    identity = str(uuid4())
    first = await house.admin.post("/api/records/account", json={"id": identity, "name": "戊"})
    second = await house.admin.post("/api/records/account", json={"id": identity, "name": "己"})
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "record.exists"
    got = (await house.admin.get(f"/api/records/account/{identity}")).json()
    assert got["values"]["name"] == "戊"


async def test_the_same_key_and_body_is_done_once(house):
    body, headers = {"name": "庚"}, {"Idempotency-Key": f"k-{uuid4()}"}
    answers = await asyncio.gather(
        *(house.admin.post("/api/records/account", json=body, headers=headers) for _ in range(5))
    )
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    other = await house.admin.post("/api/records/account", json={"name": "辛"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.mismatch")


async def test_a_changeset_with_a_key_answers_again_from_what_is_stored(house):
    body = {
        "mode": "each",
        "changes": [house.create("account", name="壬"), house.create("account", amount="x")],
    }
    headers = {"Idempotency-Key": f"k-{uuid4()}"}
    first = (await house.admin.post("/api/changesets", json=body, headers=headers)).json()
    again = (await house.admin.post("/api/changesets", json=body, headers=headers)).json()
    assert again == first
    assert first["results"][0]["version"] == 1
    assert first["results"][1]["errors"][0]["path"] == "amount"


@pytest.mark.parametrize(
    ("values", "path", "code"),
    [
        ({"name": None}, "name", "field.required"),
        ({"name": "x", "amount": "abc"}, "amount", "field.type"),
        ({"name": "x", "amount": "9" * 60}, "amount", "field.range"),
        ({"name": "x", "size": 2**70}, "size", "field.range"),
        ({"name": "x", "industry": "太空"}, "industry", "field.option"),
        ({"name": "x", "naem": "y"}, "naem", "field.unknown"),
        ({"name": "x", "double": "3"}, "double", "field.read_only"),
        ({"name": "x", "parent": str(uuid4())}, "parent", "reference.missing"),
        ({"name": "x", "owner": str(uuid4())}, "owner", "owner.unknown"),
        ({"name": "x", "team": str(uuid4())}, "team", "team.unknown"),
        ({"name": "x", "owner": "me"}, "owner", "field.type"),
    ],
)
async def test_a_bad_value_names_its_field_in_both_languages_and_writes_nothing(
    house, values, path, code
):
    before, said = await house.count(), set()
    for language in ("zh-CN", "en"):
        refused = await house.admin.post(
            "/api/records/account", json=values, headers={"Accept-Language": language}
        )
        assert refused.status_code == 422, refused.text
        [fault] = refused.json()["errors"]
        assert (fault["path"], fault["code"]) == (path, code)
        said.add(fault["message"])
    assert len(said) == 2
    assert await house.count() == before


async def test_a_unique_value_is_kept_against_rows_batches_and_rivals(house):
    code = f"U{uuid4().hex[:8]}"
    answers = await asyncio.gather(
        *(
            house.admin.post("/api/records/account", json={"name": "u", "code": code})
            for _ in range(6)
        )
    )
    assert sorted(a.status_code for a in answers) == [201, 422, 422, 422, 422, 422]
    refused = next(a for a in answers if a.status_code == 422).json()
    assert (refused["code"], refused["errors"][0]["path"]) == ("field.not_unique", "code")
    twice = await house.changeset(
        house.create("account", name="a", code=f"{code}x"),
        house.create("account", name="b", code=f"{code}x"),
    )
    assert twice.status_code == 422
    assert {e["row"] for e in twice.json()["errors"]} == {0, 1}


async def test_a_freed_unique_value_may_be_taken_in_the_same_changeset(house):
    code = f"F{uuid4().hex[:8]}"
    old = (await house.admin.post("/api/records/account", json={"name": "旧", "code": code})).json()
    both = await house.changeset(
        house.create("account", name="新", code=code),
        {"op": "update", "object": "account", "id": old["id"], "values": {"code": f"{code}-old"}},
    )
    assert both.status_code == 200, both.text


async def test_all_or_none(house):
    before = await house.count()
    refused = await house.changeset(
        house.create("account", name="好"), house.create("account", name=None)
    )
    assert refused.status_code == 422
    assert [(e["row"], e["path"]) for e in refused.json()["errors"]] == [(1, "name")]
    assert await house.count() == before


async def test_each_writes_the_good_rows_and_reports_the_bad(house):
    answer = await house.changeset(
        house.create("account", name="好一"),
        house.create("account", name=None),
        {"op": "update", "object": "account", "id": str(uuid4()), "values": {"name": "无"}},
        house.create("account", name="好二"),
        mode="each",
    )
    results = answer.json()["results"]
    assert ["errors" in r for r in results] == [False, True, True, False]
    assert results[2]["errors"][0]["code"] == "record.missing"


async def test_what_belongs_together_falls_together(house):
    account, bad = str(uuid4()), str(uuid4())
    answer = await house.changeset(
        {"op": "create", "object": "account", "id": account, "values": {"name": "父"}},
        house.create("deal", title="子", account=account, amount="oops"),
        {"op": "create", "object": "account", "id": bad, "values": {"name": None}},
        house.create("deal", title="孤", account=bad),
        house.create("deal", title="单"),
        mode="each",
    )
    results = answer.json()["results"]
    assert ["errors" in r for r in results] == [True, True, True, True, False]
    assert (await house.admin.get(f"/api/records/account/{account}")).status_code == 404


async def test_a_late_fault_takes_back_what_its_group_had_written(house):
    account = str(uuid4())
    taken = f"T{uuid4().hex[:8]}"
    await house.admin.post("/api/records/deal", json={"title": "占", "number": taken})
    answer = await house.changeset(
        {"op": "create", "object": "account", "id": account, "values": {"name": "父"}},
        house.create("deal", title="子", account=account, number=taken),
        house.create("account", name="旁"),
        mode="each",
    )
    results = answer.json()["results"]
    assert ["errors" in r for r in results] == [True, True, False]
    assert results[0]["errors"][0]["code"] == "change.with_group"
    assert (await house.admin.get(f"/api/records/account/{account}")).status_code == 404


async def test_parent_and_child_in_one_changeset_in_any_order(house):
    account = str(uuid4())
    answer = await house.changeset(
        house.create("deal", title="先写的子", account=account),
        {"op": "create", "object": "account", "id": account, "values": {"name": "后写的父"}},
    )
    assert answer.status_code == 200, answer.text
    deal = answer.json()["results"][0]["id"]
    got = (await house.admin.get(f"/api/records/deal/{deal}")).json()
    assert got["values"]["account"] == {"id": account, "title": "后写的父"}


async def test_a_dry_run_says_what_would_be_and_leaves_no_trace(house):
    before = await house.count()
    answer = await house.changeset(
        house.create("account", name="试"), house.create("account", name=None), dry_run=True
    )
    assert answer.status_code == 200
    assert answer.json()["id"] is None
    assert ["errors" in r for r in answer.json()["results"]] == [False, True]
    assert await house.count() == before


async def test_a_referenced_record_cannot_go_before_what_points_to_it(house):
    account = (await house.admin.post("/api/records/account", json={"name": "根"})).json()["id"]
    deal = house.create("deal", title="枝", account=account)
    made = (await house.changeset(deal)).json()["results"][0]["id"]
    refused = await house.admin.delete(f"/api/records/account/{account}")
    assert (refused.status_code, refused.json()["code"]) == (409, "record.referenced")
    both = await house.changeset(
        {"op": "delete", "object": "account", "id": account},
        {"op": "delete", "object": "deal", "id": made},
    )
    assert both.status_code == 200, both.text


async def test_defaults_fill_what_was_not_sent(house):
    made = (await house.admin.post("/api/records/deal", json={"title": "默"})).json()["values"]
    assert made["stage"] == "open"
    assert made["opened"] == house.today
    assert made["double"] is None
    assert made["no"].startswith("D-")
    kept = await house.admin.post("/api/records/deal", json={"title": "默", "stage": None})
    assert kept.json()["values"]["stage"] is None
    assert kept.json()["values"]["no"] != made["no"]


async def test_more_than_ten_thousand_changes_are_refused(house):
    change = house.create("account", name="多")
    answer = await house.changeset(*[change] * 10_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "changeset.too_large")
    empty = await house.changeset()
    assert (empty.status_code, empty.json()["code"]) == (422, "changeset.empty")


@pytest.mark.parametrize("size", [1, 30, 300])
async def test_a_large_changeset_does_what_a_small_one_does(house, size):
    """The three size buckets write the same rows, history and versions."""
    changes = [
        house.create("account", name=f"批{i}", amount=str(i), phone="021-55556666")
        for i in range(size)
    ]
    made = (await house.changeset(*changes)).json()["results"]
    assert {r["version"] for r in made} == {1}
    updates = [
        {"op": "update", "object": "account", "id": r["id"], "values": {"amount": f"{i}.5"}}
        for i, r in enumerate(made)
    ]
    assert {r["version"] for r in (await house.changeset(*updates)).json()["results"]} == {2}
    ids = [r["id"] for r in made]
    [[count, total]] = await house.rows(
        "SELECT count(*), sum((diff->%s->>'n')::numeric) FROM {schema}.history"
        " WHERE record = ANY(%s::uuid[]) AND op = 'update'",
        [house.field("account", "amount"), ids],
    )
    assert (count, total) == (size, sum(i + 0.5 for i in range(size)))
    deletes = [{"op": "delete", "object": "account", "id": i} for i in ids]
    assert (await house.changeset(*deletes)).status_code == 200
    [[left]] = await house.rows(
        "SELECT count(*) FROM {schema}.history_personal WHERE record = ANY(%s::uuid[])", [ids]
    )
    assert left == size


async def test_the_planner_learns_of_rows_while_they_arrive(house):
    """A table analysed while empty would count as empty for every later batch."""
    await house.owner_rows("ANALYZE {schema}." + house.table("deal"))
    for part in range(3):
        deals = [house.create("deal", title=f"多{part}-{i}") for i in range(1_000)]
        assert (await house.changeset(*deals)).status_code == 200
    [[known]] = await house.rows(
        "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)",
        [f"{house.workspace.schema}.{house.table('deal')}"],
    )
    assert known >= 1_000


async def test_two_versions_that_differ_are_told_not_chosen_from(house):
    made = await house.ok(house.admin.post("/api/records/account", json={"name": "甲"}))
    where = f"/api/records/account/{made['id']}"
    for tag, said in (('"1"', 2), ('"2"', 1)):
        body = {"name": "乙", "version": said}
        answer = await house.admin.patch(where, json=body, headers={"If-Match": tag})
        assert (answer.status_code, answer.json()["code"]) == (400, "version.differs")
    body = {"name": "乙", "version": 1}
    answer = await house.admin.patch(where, json=body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
