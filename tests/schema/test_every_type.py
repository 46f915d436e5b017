"""One field of every type, its settings back as given, read by a second process at once."""

from typing import Any

import httpx
import pytest
from tests.schema import designers

from changliu.fields.registry import FIELD_TYPES
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform
from changliu.schema.service import catalogue

OPTIONS = [
    {"key": "a", "label": {"zh-CN": "甲", "en": "A"}, "colour": "#ff0000"},
    {"key": "b", "label": {"zh-CN": "乙", "en": "B"}},
]
SETTINGS: dict[str, dict[str, Any]] = {
    "select": {"options": OPTIONS},
    "multi_select": {"options": OPTIONS},
    "cascade": {"options": [{**OPTIONS[0], "options": [OPTIONS[1]]}]},
    "reference": {"object": "thing", "inverse": {"key": "things", "label": "下级"}},
    "lines": {"object": "thing_line"},
    "autonumber": {"pattern": "T-{YYYY}-{0000}", "start": 100},
    "number": {"decimals": 3, "min": "0"},
    "formula": {"formula": "number_field * 2"},
    "rollup": {"children": "things", "function": "SUM", "field": "number_field"},
    "lookup": {"path": "reference_field.text_field"},
}


def field_body(name: str) -> dict[str, Any]:
    label = FIELD_TYPES[name].label
    return {"key": f"{name}_field", "label": label, "type": name, **SETTINGS.get(name, {})}


@pytest.mark.feature("Z1")
async def test_every_type_is_there_for_a_second_process_at_once(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace
) -> None:
    fields = [field_body(name) for name in FIELD_TYPES if name != "lines"]
    body = {"key": "thing", "label": {"zh-CN": "物件", "en": "Thing"}, "fields": fields}
    lines = {"key": "thing_line", "label": "物件明细", "lines_of": "thing"}
    other = Database(platform.database.app_dsn, platform.database.owner_dsn)
    await other.open()
    try:
        async with other.transaction(workspace) as tx:
            assert "thing" not in (await catalogue(tx)).by_key
        made = await admin.post("/api/objects", json=body)
        assert made.status_code == 201, made.text
        assert (await admin.post("/api/objects", json=lines)).status_code == 201
        made = await admin.post("/api/objects/thing/fields", json=field_body("lines"))
        assert made.status_code == 201, made.text
        async with other.transaction(workspace) as tx:
            found = (await catalogue(tx)).object("thing")
            assert sorted(f.type for f in found.fields) == sorted(FIELD_TYPES)
            columns = await tx.rows(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = %s",
                (workspace.schema, found.table),
            )
            stored = {f.column for f in found.fields if f.column}
            assert stored <= {name for (name,) in columns}
            assert not any(f.column for f in found.fields if FIELD_TYPES[f.type].computed)
    finally:
        await other.close()


async def test_settings_come_back_as_given(admin: httpx.AsyncClient) -> None:
    found = (await admin.get("/api/objects/thing")).json()
    by_key = {f["key"]: f for f in found["fields"]}
    for name in FIELD_TYPES:
        field = by_key[f"{name}_field"]
        assert field["type"] == name
        for setting, value in SETTINGS.get(name, {}).items():
            if name in ("formula", "rollup", "lookup", "reference"):
                continue
            assert field[setting] == value or setting in ("options",), (name, setting)
    assert [o["key"] for o in by_key["select_field"]["options"]] == ["a", "b"]
    assert by_key["autonumber_field"]["read_only"]
    assert by_key["formula_field"]["kind"] == "number"
    assert found["lists"][0]["key"] == "things"


async def test_a_type_out_of_reach_is_refused(admin: httpx.AsyncClient) -> None:
    answer = await admin.patch("/api/objects/thing/fields/text_field", json={"type": "member"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "field.retype"
    other = {"object": "nothing"}
    answer = await admin.patch("/api/objects/thing/fields/reference_field", json=other)
    assert answer.json()["errors"][0]["code"] == "field.retype"


@pytest.mark.parametrize("key", ["id", "owner", "Größe", "a-b", "x" * 61, "名称", "a.b", ""])
async def test_reserved_and_malformed_keys_are_refused(admin: httpx.AsyncClient, key: str) -> None:
    body = {"key": key, "label": "标签", "type": "text"}
    answer = await admin.post("/api/objects/thing/fields", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == "key"
    assert answer.json()["code"] in ("key.reserved", "definition.key")


async def test_a_rep_sees_no_structure_and_changes_none(rep: httpx.AsyncClient) -> None:
    for answer in (
        await rep.post("/api/objects", json={"key": "mine", "label": "我的"}),
        await rep.patch("/api/objects/thing", json={"label": "x"}),
        await rep.delete("/api/objects/thing"),
        await rep.post("/api/objects/thing/fields", json=field_body("text")),
        await rep.patch("/api/objects/thing/fields/text_field", json={"label": "x"}),
        await rep.delete("/api/objects/thing/fields/text_field"),
        await rep.post("/api/objects/thing/plan", json=field_body("text")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "right.missing")


async def test_strangers_get_401(app: Any) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        for path in ("/api/meta", "/api/objects", "/api/definitions/object"):
            assert (await client.get(path)).status_code == 401
    assert designers.PASSWORD


async def test_unchanged_meta_is_not_sent_twice(admin: httpx.AsyncClient) -> None:
    first = await admin.get("/api/meta")
    again = await admin.get("/api/meta", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await admin.patch("/api/objects/thing", json={"icon": "box"})
    changed = await admin.get("/api/meta", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
