"""A new object with a field of every type is at work in a second process in the next request."""

from typing import Any

import httpx
import pytest
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, new_server, new_site

from changliu.fields.registry import FIELD_TYPES

LABELS = {"zh-CN": "全类型", "en": "Everything"}
CHOICES = [
    {"key": "a", "label": {"zh-CN": "甲", "en": "First"}},
    {"key": "b", "label": {"zh-CN": "乙", "en": "Second"}},
]
TREE = [{"key": "x", "label": "机械", "options": [{"key": "y", "label": "机床"}]}]
# Settings where a type needs them, and a value to write where it takes one.
SETTINGS: dict[str, dict[str, Any]] = {
    "select": {"options": CHOICES},
    "multi_select": {"options": CHOICES},
    "cascade": {"options": TREE},
    "reference": {
        "object": "thing",
        "inverse": {"key": "parts", "label": {"zh-CN": "部件", "en": "Parts"}},
    },
    "autonumber": {"pattern": "T-{YYYY}-{0000}"},
    "formula": {"formula": "f_money * 2 + IF(f_boolean, 1, 0)"},
    "rollup": {"children": "parts", "function": "SUM", "field": "f_money"},
    "lookup": {"path": "f_reference.f_text"},
    "lines": {"object": "thing_line"},
}
VALUES: dict[str, Any] = {
    "text": "苏州宏达",
    "long_text": "第一行\n第二行",
    "rich_text": "<p>你好</p>",
    "number": "12.25",
    "money": "1200.50",
    "percent": "0.125",
    "integer": 7,
    "duration": 5400,
    "date": "2026-03-01",
    "datetime": "2026-03-01T10:00:00+08:00",
    "boolean": True,
    "select": "a",
    "multi_select": ["a", "b"],
    "cascade": "x/y",
    "phone": "13800138000",
    "email": "zhang@example.com",
    "url": "https://example.com/a",
    "region": "3205",
    "location": {"lng": 120.6, "lat": 31.3},
    "code": "6901234567892",
    "tags": ["重点"],
    "json": {"n": 5, "城市": "苏州"},
}
FILTERS = (
    'f_text = "苏州宏达"',
    "f_number > 12 AND f_number < 13",
    "f_money >= 1200.5",
    "f_percent = 12.5%",
    "f_integer = 7",
    "f_date = DATE(2026,3,1)",
    "f_datetime < DATE(2026,3,2)",
    "f_boolean",
    'f_select = "甲"',
    'HAS(f_multi_select, "b")',
    'HAS(f_tags, "重点")',
    'GETNUM(f_json, "n") = 5',
    "f_member = ME()",
    "f_formula = 2402",
    'CONTAINS(f_phone, "138")',
)


@pytest.mark.feature("Z1")
async def test_every_type_works_in_a_second_process_in_the_next_request() -> None:
    async with new_site(workspace=False) as site:
        first, second = new_server(site), new_server(site)
        await first.restart()
        await second.restart()
        async with _client(first.url) as here, _client(second.url) as there:
            assert (await there.get("/api/meta")).json()["objects"] == []
            await _define(here)
            meta = (await there.get("/api/meta")).json()
            thing = next(o for o in meta["objects"] if o["key"] == "thing")
            assert {f["type"] for f in thing["fields"]} == set(FIELD_TYPES)
            record = await _write(there)
            await _read(there, record)
            await _change_live(here, there, record)


def _client(url: str) -> httpx.AsyncClient:
    return _SignedIn(base_url=url, timeout=30)


class _SignedIn(httpx.AsyncClient):
    async def __aenter__(self) -> "_SignedIn":
        await super().__aenter__()
        await sign_in(self, "admin", PASSWORD)
        return self


async def _ok(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def _define(client: httpx.AsyncClient) -> None:
    """Create the object, then a field of every type; computed ones after what they read."""
    await _ok(await client.post("/api/objects", json={"key": "thing", "label": LABELS}))
    computed = ("formula", "rollup", "lookup")
    line = {"key": "thing_line", "label": LABELS, "lines_of": "thing"}
    await _ok(await client.post("/api/objects", json=line))
    for name in sorted(FIELD_TYPES, key=lambda n: n in computed):
        field = {"key": f"f_{name}", "label": name, "type": name, **SETTINGS.get(name, {})}
        await _ok(await client.post("/api/objects/thing/fields", json=field))
    await _ok(await client.patch("/api/objects/thing", json={"title_field": "f_text"}))


async def _write(client: httpx.AsyncClient) -> dict[str, Any]:
    me = (await client.get("/api/auth/session")).json()["member"]["id"]
    team = await _ok(await client.post("/api/teams", json={"name": "一组"}))
    values = {f"f_{name}": value for name, value in VALUES.items()}
    values |= {"f_member": me, "f_team": team["id"]}
    parent = await _ok(await client.post("/api/records/thing", json=values))
    child = {"f_text": "部件", "f_money": "10", "f_reference": parent["id"]}
    made = await _ok(await client.post("/api/records/thing", json=child))
    assert made["values"]["f_reference"] == {"id": parent["id"], "title": "苏州宏达"}
    assert made["values"]["f_lookup"] == "苏州宏达"
    answer: dict[str, Any] = parent
    return answer


async def _read(client: httpx.AsyncClient, record: dict[str, Any]) -> None:
    got = await _ok(await client.get(f"/api/records/thing/{record['id']}"))
    values = got["values"]
    assert values["f_autonumber"].startswith("T-")
    assert values["f_formula"] == "2402"
    assert values["f_rollup"] == "10"
    assert values["f_money"] == "1200.5"
    for text in FILTERS:
        found = await client.get("/api/records/thing", params={"filter": text, "sort": "-f_money"})
        ids = [item["id"] for item in (await _ok(found))["items"]]
        assert ids == [record["id"]], text
    body = {
        "object": "thing",
        "group_by": [{"field": "f_select"}, {"field": "f_date", "grain": "month"}],
        "measures": [
            {"key": "total", "formula": "SUM(f_money)"},
            {"key": "most", "formula": "MAX(f_formula)"},
            {"key": "named", "formula": 'COUNT(f_reference.f_text = "苏州宏达")'},
        ],
        "sort": "-total",
    }
    rows = (await _ok(await client.post("/api/query", json=body)))["rows"]
    assert [row["f_select"] for row in rows] == ["a", None]
    assert (rows[0]["total"], rows[0]["most"], rows[1]["named"]) == ("1200.5", "2402", 1)


async def _change_live(
    here: httpx.AsyncClient, there: httpx.AsyncClient, record: dict[str, Any]
) -> None:
    """A rename, a changed formula and a removed field are seen by the other process at once."""
    where = "/api/objects/thing/fields"
    await _ok(
        await here.patch(f"{where}/f_money", json={"label": {"zh-CN": "总价", "en": "Total"}})
    )
    await _ok(await here.patch(f"{where}/f_formula", json={"formula": "总价 * 3"}))
    got = await _ok(await there.get(f"/api/records/thing/{record['id']}"))
    assert got["values"]["f_formula"] == "3601.5"
    used = await here.delete(f"{where}/f_money")
    assert (used.status_code, used.json()["code"]) == (409, "definition.in_use")
    assert (await here.delete(f"{where}/f_email")).status_code in (200, 204)
    refused = await there.post("/api/records/thing", json={"f_text": "x", "f_email": "a@b.cn"})
    assert (refused.status_code, refused.json()["code"]) == (422, "field.unknown")
