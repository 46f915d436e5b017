"""Erasing a person reaches every copy: answers, refused rows of imports, files, and no rule stops
it. Looked for in every column of every table, and in the data folder."""

import hashlib
from dataclasses import replace

import pytest
import pytest_asyncio
from tests.doors import open_client, sign_in
from tests.records.conftest import ADMIN_PASSWORD
from tests.records.history.test_erase import everything

from changliu.fields.registry import FIELD_TYPES
from changliu.files import handlers
from changliu.jobs.batch import Crew, run_batch
from changliu.jobs.model import Registry
from changliu.kit.ids import uuid7
from changliu.main import PARTICIPANTS
from changliu.records.history.erasure.model import loose, telling
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

pytestmark = pytest.mark.feature("Z12")

NAME, PHONE, MAIL = "欧阳建国", "13712345678", "ouyang@example.cn"
REFUSED, OTHER = "else@example.cn", "13898765432"
GUEST = [
    {"key": "nick", "label": "称呼", "type": "text", "required": True},
    {"key": "name", "label": "姓名", "type": "text", "personal": True},
    {"key": "phone", "label": "手机", "type": "phone", "personal": True},
    {"key": "mail", "label": "邮箱", "type": "email", "personal": True},
    {"key": "scan", "label": "证件", "type": "file", "personal": True},
    {"key": "plan", "label": "方案", "type": "file"},
    {"key": "size", "label": "人数", "type": "integer"},
]
WARNS = {
    "label": "提醒", "object": "guest", "when": "size > 5", "level": "warn",
    "message": "{称呼} 的 {姓名} {手机}",
}  # fmt: skip
BLOCKS = {"label": "必有", "object": "guest", "must": "NOTBLANK(phone)", "message": "手机必填"}


@pytest_asyncio.fixture(scope="module")
async def inn(house, tmp_path_factory):
    """Guests, a rule that tells their names, one that demands a phone; a folder of its own."""
    data = tmp_path_factory.mktemp("data")
    settings = house.platform.settings.model_copy(update={"data": data})
    house.platform = replace(house.platform, settings=settings)
    async with open_client(house.platform) as client:
        await sign_in(client, "admin", ADMIN_PASSWORD)
        house.door, house.data = client, data
        await house.ok(client.post("/api/objects", json={"key": "guest", "label": "来客"}))
        for field in GUEST:
            await house.ok(client.post("/api/objects/guest/fields", json=field))
        for key, body in (("tells", WARNS), ("demands", BLOCKS)):
            await house.ok(client.put(f"/api/definitions/rule/{key}", json=body))
        yield house


async def upload(inn, content, name):
    answer = await inn.door.post("/api/files", files={"file": (name, content, "text/plain")})
    return (await_ok(answer))["id"]


def await_ok(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def work(inn):
    """Run the jobs of files, as a worker does."""
    crew = Crew(uuid7(), Registry(handlers.handlers(inn.data)))
    while (await run_batch(inn.platform.database, inn.workspace, crew)).claimed:
        pass


def on_disk(inn):
    return {path.name for path in inn.data.rglob("*") if path.is_file()}


async def bring(inn, tmp_path, text):
    path = tmp_path / "guests.csv"
    path.write_text(text, encoding="utf-8")
    importer = Importer(inn.platform.database, inn.workspace, FIELD_TYPES, PARTICIPANTS)
    return await importer.run(ImportRequest(path, object="guest"))


async def erase(inn, record):
    return await inn.door.post(f"/api/records/guest/{record}/erase", json={"reason": "本人要求"})


async def test_nothing_of_a_person_is_left_anywhere(inn, tmp_path):
    scan, plan = f"证件 {NAME}".encode(), b"a plan"
    files = [await upload(inn, scan, f"{NAME}.txt"), await upload(inn, plan, "方案.txt")]
    values = {"nick": "甲", "name": NAME, "phone": PHONE, "size": 9}
    body = {**values, "scan": files[:1], "plan": files[1:]}
    key = {"idempotency-key": "guest-1"}
    made = await_ok(await inn.door.post("/api/records/guest", json=body, headers=key))
    assert NAME in made["warnings"][0]["message"]
    where = f"/api/records/guest/{made['id']}"
    await_ok(await inn.door.patch(where, json={"mail": MAIL, "size": 10}))
    each = {
        "mode": "each",
        "changes": [
            inn.create("guest", nick="乙", phone=OTHER, size=8),
            {"op": "update", "object": "guest", "id": made["id"], "version": 1,
             "values": {"mail": REFUSED}},
        ],
    }  # fmt: skip
    kept = {"idempotency-key": "guest-2"}
    first = await_ok(await inn.door.post("/api/changesets", json=each, headers=kept))
    assert REFUSED in str(first), "a conflict tells what was wanted"
    spaced = f"{PHONE[:3]} {PHONE[3:7]}-{PHONE[7:]}"
    rows = f"nick,name,phone,size\n丙,{NAME},{spaced},x\n丁,别人,{OTHER},y\n"
    assert (await bring(inn, tmp_path, rows)).counts.refused == 2
    before = await everything(inn)
    for value in (NAME, PHONE, MAIL, REFUSED, spaced):
        assert value in before
    assert hashlib.sha256(scan).hexdigest() in on_disk(inn)

    told = await_ok(await erase(inn, made["id"]))
    await work(inn)

    left = await everything(inn)
    for value in (NAME, PHONE, MAIL, REFUSED, spaced, files[0]):
        assert value not in left, value
    assert OTHER in left, "nobody else is erased"
    assert "别人" in left
    assert hashlib.sha256(plan).hexdigest() in on_disk(inn)
    for path in inn.data.rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes()
    shown = await_ok(await inn.door.get(where))["values"]
    assert {shown[k] for k in ("name", "phone", "mail", "scan")} == {None}
    assert shown["plan"][0]["id"] == files[1]
    assert set(told["fields"]) == {"name", "phone", "mail", "scan"}
    again = await inn.door.post("/api/records/guest", json=body, headers=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["warnings"][0]["code"] == "rule.violated"
    replay = await_ok(await inn.door.post("/api/changesets", json=each, headers=kept))
    assert [set(r) for r in replay["results"]] == [set(r) for r in first["results"]]
    assert REFUSED not in str(replay)


async def test_a_record_in_the_trash_is_erased_everywhere_too(inn, tmp_path):
    scan = b"trashed scan"
    file = await upload(inn, scan, f"{NAME}.txt")
    values = {"nick": "戊", "name": NAME, "phone": PHONE, "size": 7, "scan": [file]}
    key = {"idempotency-key": "guest-3"}
    made = await_ok(await inn.door.post("/api/records/guest", json=values, headers=key))
    await bring(inn, tmp_path, f"nick,name,phone,size\n己,{NAME},{PHONE},z\n")
    assert (await inn.door.delete(f"/api/records/guest/{made['id']}")).status_code == 204
    await_ok(await erase(inn, made["id"]))
    await work(inn)
    left = await everything(inn)
    for value in (NAME, PHONE, file):
        assert value not in left
    assert hashlib.sha256(scan).hexdigest() not in on_disk(inn)


def test_only_texts_that_may_name_somebody_are_looked_for():
    values = ["张三", "李", "abc", "1234", 7, True, None, ["王五", {"x": " 13800138000 "}], 12.5]
    assert telling(values) == ("12.5", "1234", "13800138000", "张三", "王五")
    assert loose("+86 (138) 0013-8000") == "8613800138000"
