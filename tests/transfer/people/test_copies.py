"""Needles: a person's name, phone and mail are put wherever they can rest, found, erased; then
every column of every table and the data folder are looked through."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.doors import open_client
from tests.records.conftest import Client, House, house

from changliu import main
from changliu.jobs.model import Registry
from changliu.jobs.service import enqueue
from changliu.jobs.worker import Worker
from changliu.kit.platform import Platform
from changliu.records.history.erasure.copies import replacing
from changliu.records.history.erasure.model import PLACEHOLDER as INSTEAD
from changliu.records.history.erasure.model import loose

__all__ = ["house"]

pytestmark = [pytest.mark.feature("Z5"), pytest.mark.feature("Z12")]

NAME, PHONE, MAIL = "欧阳建国", "13712345678", "ouyang.jg@example.cn"
FORMER, SPACED, SPELLED = "13700001111", "137 1234-5678", "ouyangjianguo"
NEEDLES = (NAME, PHONE, MAIL, FORMER)
OTHER = "13898765432"

GUEST = {"key": "guest", "label": "来客", "title_field": "nick", "fields": [
    {"key": "nick", "label": "称呼", "type": "text", "required": True},
    {"key": "name", "label": "姓名", "type": "text", "personal": True},
    {"key": "phone", "label": "手机", "type": "phone", "personal": True},
    {"key": "mail", "label": "邮箱", "type": "email", "personal": True},
    {"key": "scan", "label": "证件", "type": "file", "personal": True},
    {"key": "plan", "label": "方案", "type": "file"},
    {"key": "size", "label": "人数", "type": "integer"},
]}  # fmt: skip
WITH = {"key": "companion", "label": "同行", "lines_of": "guest", "fields": [
    {"key": "called", "label": "姓名", "type": "text", "personal": True, "required": True},
    {"key": "reach", "label": "电话", "type": "phone", "personal": True},
    {"key": "seat", "label": "座位", "type": "integer"},
]}  # fmt: skip
HOLDER = {"key": "with", "label": "同行人", "type": "lines", "object": "companion"}
WARNS = {
    "label": "提醒", "object": "guest", "when": "size > 5", "level": "warn",
    "message": "{称呼} 的 {姓名} {手机}",
}  # fmt: skip

# What erasing leaves, by table and column, and where that was decided.
LEFT = {
    ("changeset", "reason"): "0112: typed by whoever wrote; sealed with the entry",
    ("view", "body"): "0214: a shared view equals its published definition",
    ("definition", "body"): "0214: published; versions are never altered",
}


@dataclass
class Inn:
    """A workspace with a folder of its own, its needles, and who was asked to be erased."""

    house: House
    platform: Platform
    door: Client
    data: Path
    placed: list[dict[str, Any]] = field(default_factory=list)

    async def ok(self, method: str, path: str, **options: Any) -> Any:
        answer = await self.door.request(method, f"/api{path}", **options)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    async def upload(self, content: bytes, name: str) -> str:
        made = await self.ok("POST", "/files", files={"file": (name, content, "text/plain")})
        return str(made["id"])

    async def work(self) -> None:
        await Worker(self.platform.database, self.platform.registry(Registry)).drain()

    async def where(self, *needles: str) -> set[tuple[str, str]]:
        """Table and column of everything in the workspace that holds a needle, however spaced."""
        columns = await self.house.owner_rows(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " WHERE c.table_schema = '{schema}'"
        )
        found = set()
        for table, column in columns:
            rows = await self.house.owner_rows(
                f'SELECT DISTINCT "{column}"::text FROM {{schema}}."{table}"'
                f' WHERE "{column}" IS NOT NULL'
            )
            text = loose(" ".join(row[0] for row in rows))
            if any(loose(needle) in text for needle in needles):
                found.add((table, column))
        return found


@pytest_asyncio.fixture(scope="module")
async def inn(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inn]:
    """Guests with companions, a rule that tells their names."""
    data = tmp_path_factory.mktemp("data")
    settings = house.platform.settings.model_copy(update={"data": data})
    platform = replace(house.platform, settings=settings, registries=main.registries(settings))
    async with open_client(platform) as http:
        made = Inn(house, platform, Client(http, house.admin.token, house.admin.member), data)
        await made.ok("POST", "/objects", json=GUEST)
        await made.ok("POST", "/objects", json=WITH)
        await made.ok("POST", "/objects/guest/fields", json=HOLDER)
        await made.ok("PUT", "/definitions/rule/tells", json=WARNS)
        yield made


async def in_records(inn: Inn) -> str:
    """A record with a past, a scan, lines (one taken away), a kept answer that told the name."""
    scan = await inn.upload(f"证件 {NAME}".encode(), f"{NAME}.txt")
    plan = await inn.upload(b"a plan", f"给{NAME}的方案.txt")
    companions = [{"called": NAME, "reach": PHONE, "seat": 1}, {"called": NAME, "seat": 2}]
    body = {
        "nick": "甲", "name": NAME, "phone": FORMER, "size": 9, "scan": [scan], "plan": [plan],
        "with": companions,
    }  # fmt: skip
    key = {"idempotency-key": "guest-1"}
    made = await inn.ok("POST", "/records/guest", json=body, headers=key)
    kept = [{"id": made["values"]["with"][0]["id"]}]
    where = f"/records/guest/{made['id']}"
    await inn.ok("PATCH", where, json={"mail": MAIL, "phone": SPACED, "with": kept, "size": 1})
    return str(made["id"])


async def in_the_trash(inn: Inn) -> None:
    """A record deleted, and one merged into another."""
    trashed, loser, winner = [
        (await inn.ok("POST", "/records/guest", json={"nick": nick, "name": NAME, "phone": phone}))
        for nick, phone in (("乙", PHONE), ("丙", FORMER), ("丁", PHONE))
    ]
    await inn.ok("DELETE", f"/records/guest/{trashed['id']}")
    change = {"op": "merge", "object": "guest", "id": winner["id"], "from": [loser["id"]]}
    body = {"changes": [change], "reason": f"{NAME}来电"}
    await inn.ok("POST", "/changesets", json=body)


async def in_talk(inn: Inn, record: str) -> None:
    """A comment that mentions a colleague, edited since, with a file."""
    talk = f"/records/guest/{record}/comments"
    paper = await inn.upload(b"a note", f"{NAME} 名片.txt")
    text = f"@[{inn.house.rep.member}] 打给{NAME} {SPACED}"
    said = await inn.ok("POST", talk, json={"text": text, "files": [paper]})
    await inn.ok("PATCH", f"{talk}/{said['id']}", json={"text": f"{text} 已打"})


async def in_imports(inn: Inn) -> None:
    """One import done, with refused rows and a value mapped; one left open."""
    rows = f"nick,name,phone,size\n{NAME},{NAME},{SPACED},x\n戊,别人,{OTHER},y\n"
    for number, name in enumerate((f"{NAME}.csv", f"给{PHONE}.csv")):
        sent = {"file": (name, rows.encode())}
        made = await inn.ok("POST", "/imports", files=sent, data={"object": "guest"})
        mapping = {**made["mapping"], "columns": {
            **made["mapping"]["columns"],
            "nick": [{"field": "nick", "values": {NAME: "己"}}],
        }}  # fmt: skip
        await inn.ok("PUT", f"/imports/{made['id']}/mapping", json=mapping)
        if number == 0:
            await inn.ok("POST", f"/imports/{made['id']}/commit", json={})
            await inn.work()


async def in_questions(inn: Inn) -> None:
    """Searched for, filtered by, exported: own views, settings, the log of exports."""
    view = {"label": "我的", "object": "guest", "filter": f'phone = "{PHONE}"'}
    await inn.ok("POST", "/views", json=view)
    await inn.ok("PUT", "/definitions/view/shared", json=view)
    await inn.ok("PUT", "/me/settings/searches", json=[NAME, {"q": SPACED}])
    asked = {"filter": f'phone = "{PHONE}"', "q": NAME, "format": "csv"}
    answer = await inn.door.get("/api/exports/guest", params=asked)
    assert answer.status_code == 200, answer.text


async def in_failures(inn: Inn) -> None:
    """A job set aside whose error tells a value."""
    async with inn.house.transaction() as (tx, _):
        await enqueue(tx, "nobody.handles", {})
    await inn.house.rows(
        "UPDATE {schema}.job SET dead_at = run_at, error = %s WHERE kind = 'nobody.handles'"
        " RETURNING id",
        [f"ValueError: {MAIL} {PHONE}"],
    )


async def test_nothing_of_a_person_is_left_but_what_decisions_name(inn: Inn) -> None:
    record = await in_records(inn)
    await in_the_trash(inn)
    await in_talk(inn, record)
    await in_imports(inn)
    await in_questions(inn)
    await in_failures(inn)
    await inn.work()
    for text in (SPELLED, PHONE[-5:]):
        assert (await inn.ok("GET", "/search", params={"q": text}))["groups"], text
    held = await inn.where(*NEEDLES)
    assert {
        "changeset", "comment", "comment_version", "export_log", "file", "history_personal",
        "import_fault", "import_job", "import_mapping", "job", "member_setting",
        "view",
    } <= {table for table, _ in held}, sorted(held)  # fmt: skip

    places = []
    for text in (NAME, PHONE, FORMER, MAIL):
        found = await inn.ok("POST", "/people/find", json={"text": text})
        places += [(o["object"], r["id"], r["deleted"]) for o in found["objects"]
                   for r in o["records"]]  # fmt: skip
    assert {deleted for _, _, deleted in places} == {True, False}
    records = [{"object": key, "id": id_} for key, id_ in {place[:2] for place in places}]
    assert {record} < {each["id"] for each in records}
    told = await inn.door.request("POST", "/api/people/export", json={"records": records})
    assert told.status_code == 200, told.text
    receipt = await inn.ok("POST", "/people/erase", json={"records": records, "reason": "本人要求"})
    assert (len(receipt["erased"]), receipt["refused"]) == (len(records), [])
    assert "with.called" in {name for each in receipt["erased"] for name in each["fields"]}
    await inn.work()

    assert await inn.where(*NEEDLES) == set(LEFT)
    for text in (SPELLED, PHONE[-5:]):
        assert not (await inn.ok("GET", "/search", params={"q": text}))["groups"], text
    for path in inn.data.rglob("*"):
        assert not any(needle in path.name for needle in NEEDLES)
        if path.is_file():
            assert not any(needle.encode() in path.read_bytes() for needle in NEEDLES), path
    assert OTHER in str(await inn.house.owner_rows("SELECT cells FROM {schema}.import_fault"))
    await still_works(inn, record)


async def still_works(inn: Inn, record: str) -> None:
    """Only texts went: lines, views, settings and imports are there and can be used."""
    shown = (await inn.ok("GET", f"/records/guest/{record}"))["values"]
    assert [(line["called"], line["seat"]) for line in shown["with"]] == [(INSTEAD, 1)]
    assert shown["plan"][0]["name"] == f"给{INSTEAD}的方案.txt"
    views = (await inn.ok("GET", "/views"))["items"]
    assert [v["filter"] for v in views if v["own"]] == [f'手机 = "{INSTEAD}"']
    kept = (await inn.ok("GET", "/me/settings"))["settings"]
    assert kept["searches"] == [INSTEAD, {"q": INSTEAD}]
    listed = (await inn.ok("GET", "/imports"))["items"]
    assert {each["file"]["name"] for each in listed} == {f"{INSTEAD}.csv", f"给{INSTEAD}.csv"}
    past = await inn.ok("GET", f"/records/guest/{record}/history")
    assert {e["via"] for e in past["items"]} == {"api", "erase"}


# Columns of text and JSON that hold nothing of a person, or have a way of their own.
OF_THE_PROGRAM = re.compile(
    r"migration|object|field|definition.*|bundle.*|purge|role.*|rule|duplicate_.*|retype|filling|"
    r"asked_index|work_.*|job_.*|timer|number_counter|search_shape|rollup_drift|hint|follow.*|"
    r"seal|state|team.*|share|notification_setting"
)
OWN_WAY = {
    "changeset": "answer: told_answers; reason, via, key: LEFT",
    "history": "personal fields are digests",
    "history_personal": "delete_clear_values",
    "search_key": "kept equal to the record",
    "comment": "comments.forget", "comment_version": "comments.forget",
    "import_fault": "transfer.erasing", "import_member": "transfer.erasing",
    "export_log": "transfer.erasing",
    "export_job": "transfer.erasing",
    "notification": "ids and counts",
    "member": "people who work here are not records", "identity_audit": "of members",
}  # fmt: skip
KEYS = re.compile(
    r"id|key|kind|object|state|lock_key|dedupe|digest|sha256|type|settings|header|group_key|why|"
    r"payload|counts"  # ids and numbers
)


async def test_every_column_that_may_hold_a_text_is_looked_after(inn: Inn) -> None:
    rows = await inn.house.owner_rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = '{schema}' AND table_name !~ '^o_[0-9]+$'"
        " AND data_type IN ('text', 'jsonb', 'ARRAY', 'tsvector') ORDER BY 1, 2"
    )
    listed = {(c.table, column) for c in main.ERASERS.copies for column in c.columns}
    assert listed <= set(rows), "a column that is gone"
    forgotten = [
        (table, column)
        for table, column in rows
        if (table, column) not in listed
        and table not in OWN_WAY
        and not OF_THE_PROGRAM.fullmatch(table)
        and not KEYS.fullmatch(column)
    ]
    assert not forgotten, "list it in COPIES, or say why it needs none"


def test_only_the_text_goes_and_only_where_it_stands() -> None:
    replace_ = replacing([loose(PHONE), "1234", NAME])
    assert replace_(f"打 137-1234 5678 或{NAME}") == f"打 {INSTEAD} 或{INSTEAD}"
    assert replace_({"a": ["x1234", "1234", 1234], NAME: None}) == {
        "a": ["x1234", INSTEAD, 1234], INSTEAD: None,
    }  # fmt: skip
    id_ = "01234567-1234-7234-8234-123456781234"
    assert replace_(id_) == id_
