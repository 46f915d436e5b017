"""One field of every type: written through the door, read back, sorted, grouped and filtered."""

from typing import Any

import orjson
import pytest
from tests.conftest import ADMIN_PASSWORD, sign_in
from tests.conftest import open_client as served

from changliu.fields.registry import FIELD_TYPES
from changliu.identity import provision
from changliu.schema.service import install_objects

OPTIONS = [{"key": "won", "label": "赢"}, {"key": "lost", "label": "输"}]
SETTINGS: dict[str, dict[str, Any]] = {
    "select": {"options": OPTIONS},
    "multi_select": {"options": [{"key": "web", "label": "W"}, {"key": "phone", "label": "P"}]},
    "cascade": {
        "options": [
            {"key": "manufacturing", "label": "制造", "options": [{"key": "cars", "label": "车"}]}
        ]
    },
    "reference": {"object": "thing"},
    "formula": {"formula": "x_number / 3"},
    "rollup": {"children": "thing", "function": "COUNT"},
    "lookup": {"path": "x_reference.x_text"},
    "lines": {"object": "thing_line"},
}
LINES = {"key": "thing_line", "label": "Line", "lines_of": "thing"}
FILES = {"file", "image", "photo", "audio", "signature"}
BY_DOOR = {
    "lines",
    "member",
    "team",
    "reference",
    "autonumber",
    "formula",
    "rollup",
    "lookup",
    *FILES,
}
LISTS = {"lines", "multi_select", "tags", "json", "location", *FILES}


def body() -> dict[str, Any]:
    fields = [
        {"key": f"x_{name}", "label": f"X {name}", "type": name, **SETTINGS.get(name, {})}
        for name in FIELD_TYPES
    ]
    return {"key": "thing", "label": "Thing", "title_field": "x_text", "fields": fields}


@pytest.fixture(scope="module")
async def admin(platform, workspace):
    async with platform.database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(platform.database, workspace, actor, [body(), LINES])
    async with served(platform) as client:
        await sign_in(client, "admin", ADMIN_PASSWORD)
        yield client


async def get(client: Any, path: str, **params: str) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.feature("Z1")
async def test_every_type_is_written_read_sorted_grouped_and_filtered(admin):
    me = (await get(admin, "/api/auth/session"))["member"]["id"]
    values = {
        f"x_{name}": orjson.loads(str(getattr(kind, "example")))  # noqa: B009 -- not in the protocol
        for name, kind in FIELD_TYPES.items()
        if name not in BY_DOOR
    } | {"x_member": me}
    first = await admin.post("/api/records/thing", json=values)
    assert first.status_code == 201, first.text
    second = await admin.post(
        "/api/records/thing", json={"x_reference": first.json()["id"], "x_number": "1"}
    )
    assert second.status_code == 201, second.text
    items = (await get(admin, "/api/records/thing", sort="created_at"))["items"]
    assert [i["id"] for i in items] == [first.json()["id"], second.json()["id"]]
    shown, other = items[0]["values"], items[1]["values"]
    for key, value in values.items():
        if key == "x_datetime":
            assert shown[key] == "2026-01-31T01:30:00+00:00"
        elif key == "x_member":
            assert shown[key]["id"] == me
        elif key == "x_location":
            assert shown[key] == shown[key] | value
        else:
            assert shown[key] == value, key
    assert other["x_reference"] == {"id": first.json()["id"], "title": values["x_text"]}
    assert other["x_lookup"] == values["x_text"]
    assert other["x_formula"] == "0.33333333333333333333"
    assert shown["x_rollup"] in (1, "1")
    assert shown["x_autonumber"]


@pytest.mark.parametrize("name", sorted(FIELD_TYPES))
async def test_every_type_answers_or_refuses_plainly(admin, name):
    key = f"x_{name}"
    listed = name in LISTS
    answer = await admin.get("/api/records/thing", params={"sort": f"-{key}", "limit": "1"})
    assert answer.status_code == (422 if listed else 200), answer.text
    while not listed and (cursor := answer.json()["next"]):
        answer = await admin.get(
            "/api/records/thing", params={"sort": f"-{key}", "limit": "1", "cursor": cursor}
        )
        assert answer.status_code == 200, answer.text
    answer = await admin.post(
        "/api/query",
        json={
            "object": "thing",
            "group_by": [{"field": key}],
            "measures": [{"key": "n", "formula": f"COUNT(NOT ISBLANK({key}))"}],
            "filter": f"ISBLANK({key}) OR NOT ISBLANK({key})",
        },
    )
    assert answer.status_code == (422 if listed else 200), answer.text
    if not listed:
        values = [row[key] for row in answer.json()["rows"]]
        items = (await get(admin, "/api/records/thing"))["items"]
        assert {str(v) for v in values} == {str(i["values"][key]) for i in items}
