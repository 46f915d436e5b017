"""Erasing a person: nothing of the clear values stays, the chain stays valid, history says so."""

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio

from changliu.kit.ids import uuid7
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.service import submit
from changliu.records.context import context_for
from changliu.records.history.sealing.service import seal
from changliu.records.history.sealing.verify import verify

pytestmark = pytest.mark.feature("Z12")

CANARY, LATER, TRASHED = "13800138001", "13900139002", "13700137003"
PERSON = [
    {"key": "name", "label": "姓名", "type": "text", "required": True, "personal": True},
    {"key": "mail", "label": "邮箱", "type": "email", "personal": True, "required": True},
    {"key": "phone", "label": "电话", "type": "phone", "personal": True},
    {"key": "size", "label": "人数", "type": "integer"},
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest_asyncio.fixture(scope="module")
async def people(house):
    await house.ok(house.admin.post("/api/objects", json={"key": "person", "label": "人"}))
    for field in PERSON:
        await house.ok(house.admin.post("/api/objects/person/fields", json=field))
    return house


async def changed(house, **values):
    made = await house.ok(house.admin.post("/api/records/account", json={"name": "甲", **values}))
    await house.ok(house.admin.patch(f"/api/records/account/{made['id']}", json={"phone": LATER}))
    return made["id"]


async def erase(client, target, record, **body):
    return await client.post(
        f"/api/records/{target}/{record}/erase", json={"reason": "本人要求", **body}
    )


async def everything(house):
    """All text of the workspace's tables."""
    tables = await house.owner_rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'"
    )
    texts = []
    for (table,) in tables:
        texts += await house.owner_rows(f'SELECT t::text FROM {{schema}}."{table}" t')
    return "\n".join(text for (text,) in texts)


async def check(house, data):
    async with house.platform.database.transaction(house.workspace, write=False) as tx:
        return await verify(tx, data)


async def test_an_erased_person_leaves_no_trace_and_the_chain_valid(house, data):
    record = await changed(house, phone=CANARY, size=7)
    async with house.transaction() as (tx, _):
        assert (await seal(tx, data)).entries > 0
    assert CANARY in await everything(house)
    answer = await erase(house.admin, "account", record)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["version"], told["fields"], told["history"]) == (3, ["phone"], 3)
    left = await everything(house)
    assert CANARY not in left
    assert LATER not in left
    async with house.transaction() as (tx, _):
        assert (await seal(tx, data)).entries == 1
    assert (await check(house, data)).ok
    shown = await house.ok(house.admin.get(f"/api/records/account/{record}"))
    assert (shown["values"]["phone"], shown["values"]["size"]) == (None, 7)
    page = await house.ok(house.admin.get(f"/api/records/account/{record}/history"))
    newest = page["items"][0]
    assert (newest["via"], newest["reason"], newest["op"]) == ("erase", "本人要求", "update")
    phones = [c for e in page["items"] for c in e["changes"] if c["field"] == "phone"]
    assert len(phones) == 3
    assert all(change["erased"] and "to" not in change for change in phones)
    kept = await house.ok(house.admin.get(f"/api/changesets/{told['changeset']}"))
    assert kept["via"] == "erase"
    again = (await erase(house.admin, "account", record)).json()
    assert (again["version"], again["history"]) == (3, 0)


async def test_a_forged_value_cannot_take_an_erased_ones_place(house, data):
    record = await changed(house, phone=CANARY)
    async with house.transaction() as (tx, _):
        await seal(tx, data)
    assert (await erase(house.admin, "account", record)).status_code == 200
    changeset = (
        await house.rows(
            "SELECT changeset FROM {schema}.history WHERE record = %s ORDER BY seq LIMIT 1",
            [record],
        )
    )[0][0]
    await house.owner_rows(
        "INSERT INTO {schema}.history_personal VALUES (%s, %s, %s, 'salt', NULL, '\"x\"')",
        (changeset, record, house.field("account", "phone")),
    )
    found = (await check(house, data)).findings
    assert [f.code for f in found] == ["audit.clear_value_altered"]
    assert str(found[0].record) == record
    await house.owner_rows("DELETE FROM {schema}.history_personal WHERE salt = 'salt'")


async def test_required_fields_get_a_placeholder_or_what_was_given(people):
    values = {"name": "张三", "mail": "zhang@example.cn", "phone": CANARY}
    made = await people.ok(people.admin.post("/api/records/person", json=values))
    refused = await erase(people.admin, "person", made["id"])
    assert refused.status_code == 422
    assert [(e["code"], e["path"]) for e in refused.json()["errors"]] == [
        ("erase.required", "mail")
    ]
    assert CANARY in await everything(people)
    odd = await erase(people.admin, "person", made["id"], values={"size": 1})
    assert odd.json()["code"] == "erase.not_personal"
    bad = await erase(people.admin, "person", made["id"], values={"mail": "not a mail"})
    assert bad.status_code == 422
    await people.ok(erase(people.admin, "person", made["id"], values={"mail": "erased@example.cn"}))
    shown = await people.ok(people.admin.get(f"/api/records/person/{made['id']}"))
    assert shown["values"]["name"] == "（已抹除）"
    assert shown["values"]["mail"] == "erased@example.cn"
    left = await everything(people)
    assert "张三" not in left
    assert "zhang@example" not in left


async def test_a_record_in_the_trash_is_erased_too(people, data):
    values = {"name": "李四", "mail": "li@example.cn", "phone": TRASHED, "size": 3}
    made = await people.ok(people.admin.post("/api/records/person", json=values))
    gone = await people.admin.delete(f"/api/records/person/{made['id']}")
    assert gone.status_code == 204
    told = await people.ok(erase(people.admin, "person", made["id"]))
    assert (told["version"], told["history"]) == (3, 3)
    left = await everything(people)
    assert TRASHED not in left
    assert "李四" not in left
    async with people.transaction() as (tx, _):
        await seal(tx, data)
    assert (await check(people, data)).ok
    [(op, diff)] = await people.rows(
        "SELECT op, diff FROM {schema}.history WHERE record = %s AND via = 'erase'", [made["id"]]
    )
    assert op == "update"
    assert {side for change in diff.values() for side in change} == {"o"}
    assert len(diff) == 3


async def test_only_holders_of_the_right_erase_and_only_what_they_may_change(house):
    record = await changed(house, phone=CANARY)
    assert (await erase(house.anonymous, "account", record)).status_code == 401
    for client in (house.rep, house.manager, house.reader):
        answer = await erase(client, "account", record)
        assert (answer.status_code, answer.json()["code"]) == (403, "right.missing")
    body = {
        "label": "eraser", "fields": "all", "rights": ["personal.erase"],
        "grants": [{"object": "account", "verbs": ["read", "update"], "scope": "own"}],
    }  # fmt: skip
    await house.ok(house.admin.put("/api/definitions/role/eraser", json=body))
    eraser = await house.hire("eraser", "eraser", house.team)
    before = await house.count()
    assert (await erase(eraser, "account", record)).status_code == 404
    assert await house.count() == before
    assert CANARY in await everything(house)
    gone = await changed(house, phone=TRASHED)
    await house.admin.delete(f"/api/records/account/{gone}")
    assert (await erase(eraser, "account", gone)).status_code == 404
    assert TRASHED in await everything(house)
    await house.ok(erase(house.admin, "account", gone))
    await house.ok(erase(house.admin, "account", record))


async def test_bad_requests_name_the_place(house):
    missing = await erase(house.admin, "account", uuid4())
    assert (missing.status_code, missing.json()["code"]) == (404, "record.missing")
    assert (await erase(house.admin, "account", "x")).status_code == 404
    assert (await erase(house.admin, "nothing", uuid7())).status_code == 404
    for body in ({}, {"reason": ""}, {"reason": "x", "more": 1}, {"reason": "x", "values": []}):
        answer = await house.admin.post(f"/api/records/account/{uuid7()}/erase", json=body)
        assert answer.status_code == 422, body


async def test_the_program_cannot_erase_without_the_eraser(house):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await house.rows("DELETE FROM {schema}.history_personal")
    async with house.platform.database.erasing(house.workspace) as tx:
        await tx.execute("SELECT set_config('role', 'none', true)")
        for text in ("history", "history_personal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with tx.savepoint():
                    await tx.rows(f"SELECT * FROM {house.workspace.schema}.job, changliu.session")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with tx.savepoint():
                    await tx.execute(f"UPDATE {house.workspace.schema}.{text} SET record = record")


async def test_a_value_saved_meanwhile_is_not_left_behind(house):
    record = await changed(house, phone=CANARY)
    patch = house.admin.patch(f"/api/records/account/{record}", json={"phone": TRASHED})
    answers = await asyncio.gather(erase(house.admin, "account", record), patch)
    assert [answer.status_code for answer in answers] == [200, 200]
    [(kept, last)] = await house.rows(
        "SELECT (SELECT count(*) FROM {schema}.history_personal WHERE record = %s),"
        " (SELECT via FROM {schema}.history WHERE record = %s ORDER BY seq DESC LIMIT 1)",
        [record, record],
    )
    # Whichever came last: what was there when it was erased is gone.
    assert (kept, last) in {(0, "erase"), (1, "api")}
    assert CANARY not in await everything(house)


async def test_nothing_brings_an_erased_value_back(people):
    values = {"name": "王五", "mail": "wang@example.cn", "phone": "13600136004"}
    made = await people.ok(people.admin.post("/api/records/person", json=values))
    place = f"/api/records/person/{made['id']}"
    await people.ok(people.admin.patch(place, json={"phone": "13600136005"}))
    mail = {"mail": "erased@example.cn"}
    told = await people.ok(erase(people.admin, "person", made["id"], values=mail))
    entries = (await people.ok(people.admin.get(f"{place}/history")))["items"]
    assert len(entries) == 3
    for entry in entries[:2]:
        answer = await people.admin.post(f"/api/changesets/{entry['changeset']}/revert", json={})
        assert "1360013600" not in answer.text
    assert entries[0]["changeset"] == told["changeset"]
    shown = await people.ok(people.admin.get(place))
    assert shown["values"]["phone"] is None
    assert shown["values"]["name"] == "（已抹除）"


async def test_a_person_whose_changes_were_taken_back_is_erased_too(people):
    values = {"name": "孙七", "mail": "sun@example.cn", "phone": "13400134006"}
    made = await people.ok(people.admin.post("/api/records/person", json=values))
    place = f"/api/records/person/{made['id']}"
    await people.ok(people.admin.patch(place, json={"phone": "13400134007"}))
    latest = (await people.ok(people.admin.get(f"{place}/history")))["items"][0]["changeset"]
    revert = f"/api/changesets/{latest}/revert"
    told = await people.ok(people.admin.post(revert, json={}))
    mail = {"mail": "erased@example.cn"}
    await people.ok(erase(people.admin, "person", made["id"], values=mail))
    assert await people.ok(people.admin.post(revert, json={})) == told
    assert "1340013400" not in await everything(people)


async def test_a_record_erased_in_the_trash_comes_back_without_its_person(people):
    values = {"name": "赵六", "mail": "zhao@example.cn", "phone": "13500135005", "size": 4}
    made = await people.ok(people.admin.post("/api/records/person", json=values))
    assert (await people.admin.delete(f"/api/records/person/{made['id']}")).status_code == 204
    await people.ok(erase(people.admin, "person", made["id"]))
    restore = {"op": "restore", "object": "person", "id": made["id"]}
    assert (await people.changeset(restore)).status_code == 200
    shown = await people.ok(people.admin.get(f"/api/records/person/{made['id']}"))
    assert [shown["values"][key] for key in ("name", "mail", "phone", "size")] == [
        "（已抹除）", None, None, 4,
    ]  # fmt: skip
    assert "赵六" not in await everything(people)


async def test_a_rule_over_a_maintained_total_does_not_hold_an_erasure_up(house):
    """A rule is asked late of the record above, too; a person's right comes first."""
    ok, admin = house.ok, house.admin
    fields = [
        {"key": "pay", "label": "收入", "type": "number", "personal": True},
        {"key": "home", "label": "家庭", "type": "reference", "object": "home",
         "inverse": {"key": "people"}},
    ]  # fmt: skip
    total = {"key": "total", "label": "合计", "type": "rollup", "children": "people",
             "function": "SUM", "field": "pay", "maintained": True}  # fmt: skip
    await ok(admin.post("/api/objects", json={"key": "home", "label": "家庭"}))
    await ok(admin.post("/api/objects", json={"key": "earner", "label": "挣钱人",
                                              "fields": fields}))  # fmt: skip
    await ok(admin.post("/api/objects/home/fields", json=total))
    rule = {"label": "够", "object": "home", "must": "total >= 5", "message": "不够"}
    await ok(admin.put("/api/definitions/rule/enough", json=rule))
    home, earner = str(uuid7()), str(uuid7())
    await ok(house.changeset(
        {**house.create("home"), "id": home},
        {**house.create("earner", pay="9", home=home), "id": earner},
    ))  # fmt: skip
    plain = await admin.patch(f"/api/records/earner/{earner}", json={"pay": None})
    assert (plain.status_code, plain.json()["code"]) == (422, "rule.violated")
    gone = await erase(admin, "earner", earner)
    assert gone.status_code == 200, gone.text
    shown = await ok(admin.get(f"/api/records/home/{home}"))
    assert shown["values"]["total"] == "0", "roll-ups move all the same"


GUEST = [
    {"key": "who", "label": "客人", "type": "text", "required": True, "personal": True},
    {"key": "phone", "label": "电话", "type": "phone", "personal": True},
    {"key": "seat", "label": "座位", "type": "integer"},
]


@pytest_asyncio.fixture(scope="module")
async def trips(house):
    name = {"key": "name", "label": "名称", "type": "text"}
    await house.ok(house.admin.post("/api/objects", json={"key": "trip", "label": "行程"}))
    await house.ok(house.admin.post("/api/objects/trip/fields", json=name))
    line = {"key": "guest", "label": "客人", "lines_of": "trip", "fields": GUEST}
    await house.ok(house.admin.post("/api/objects", json=line))
    holder = {"key": "guests", "label": "客人们", "type": "lines", "object": "guest"}
    await house.ok(house.admin.post("/api/objects/trip/fields", json=holder))
    return house


async def travelled(trips, *names):
    """A trip whose first guest was changed and whose last was taken off; returns its id."""
    guests = [
        {"who": name, "phone": f"1360013600{at}", "seat": at} for at, name in enumerate(names)
    ]
    made = await trips.ok(
        trips.admin.post("/api/records/trip", json={"name": "游", "guests": guests})
    )
    kept = [{"id": line["id"]} for line in made["values"]["guests"][:-1]]
    kept[0]["phone"] = "13600136009"
    place = f"/api/records/trip/{made['id']}"
    await trips.ok(trips.admin.patch(place, json={"guests": kept}))
    return made["id"]


async def test_lines_of_a_record_in_the_trash_come_back_without_their_people(trips):
    names = ("李一一", "李二二")
    record = await travelled(trips, *names)
    place = f"/api/records/trip/{record}"
    assert (await trips.admin.delete(place)).status_code == 204
    await trips.ok(erase(trips.admin, "trip", record))
    left = await everything(trips)
    assert [text for text in (*names, "1360013600") if text in left] == []
    back = await trips.ok(trips.admin.post(f"{place}/restore", json={}))
    assert [(line["who"], line["seat"]) for line in back["values"]["guests"]] == [
        ("（已抹除）", 0)
    ]  # fmt: skip


async def test_a_line_saved_meanwhile_stays_and_is_erased_too(trips):
    record = await travelled(trips, "周一一", "周二二")
    async with trips.transaction() as (tx, actor):
        context = await context_for(tx, actor)
        line = {"who": "周三三", "phone": "13300133003", "seat": 7}
        shown = await trips.ok(trips.admin.get(f"/api/records/trip/{record}"))
        lines = [{"id": shown["values"]["guests"][0]["id"]}, line]
        await submit(context, update("trip", record, guests=lines))
        erasing = asyncio.create_task(erase(trips.admin, "trip", record))
        await asyncio.sleep(0.3)
    await trips.ok(erasing)
    shown = await trips.ok(trips.admin.get(f"/api/records/trip/{record}"))
    assert [(g["who"], g["seat"]) for g in shown["values"]["guests"]] == [
        ("（已抹除）", 0), ("（已抹除）", 7),
    ]  # fmt: skip
    assert "周三三" not in await everything(trips)


def update(target, record, **values):
    return Changeset((Change("update", target, UUID(record), None, values),))
