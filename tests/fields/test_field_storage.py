"""What types parse is what PostgreSQL takes, keeps and gives back, by the public door too."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.fields.field_samples import NEEDED, field_of
from tests.fields.test_field_properties import GOOD, STORED

from changliu.fields.registry import FIELD_TYPES


@pytest.fixture(scope="module")
def postgres(pg_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(pg_dsn, autocommit=True, options="-c TimeZone=UTC") as opened:
        yield opened


@pytest.mark.feature("Z1")
@pytest.mark.parametrize("name", STORED)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_parsed_values_come_back_from_the_database_as_they_went_in(
    postgres: psycopg.Connection[Any], name: str, data: st.DataObject
) -> None:
    kind, field = FIELD_TYPES[name], field_of(name)
    cells = kind.parse(data.draw(st.lists(GOOD[name], max_size=30)), field)
    storage = kind.storage(field.settings)
    assert storage is not None
    query = "SELECT v FROM jsonb_to_recordset(%s) AS r(n integer, v {}) ORDER BY n"
    text = sql.SQL(query).format(sql.SQL(storage.sql_type))  # type: ignore[arg-type]
    rows = orjson.dumps([{"n": n, "v": value} for n, value in enumerate(cells.values)]).decode()
    found = [row[0] for row in postgres.execute(text, [rows]).fetchall()]
    assert kind.render(found, field) == kind.render(cells.values, field)


SENT: dict[str, Any] = {
    "text": "明远科技", "long_text": "a\nb", "rich_text": "<p>好</p>", "number": "1234.5",
    "money": "500000.5", "percent": "0.12", "integer": 42, "duration": 5400, "date": "2026-01-31",
    "datetime": "2026-01-31T01:30:00+00:00", "boolean": True, "select": "fair",
    "multi_select": ["web", "fair"], "cascade": "made/cars", "phone": "021-62345678-8001",
    "email": "li@example.com", "url": "https://example.com", "region": "4403",
    "code": "6901234567892", "tags": ["重点"], "json": {"a": [1, None]},
    "location": {"lng": 121.4737, "lat": 31.2304, "address": "上海"},
}  # fmt: skip
FILTERS = {
    "text": 'x_text="明远科技"', "number": "x_number>1234", "money": "x_money=500000.5",
    "percent": "x_percent=12%", "integer": "x_integer=42", "duration": "x_duration>=5400",
    "date": "x_date=DATE(2026,1,31)", "boolean": "x_boolean", "select": 'x_select="展会"',
    "multi_select": 'HAS(x_multi_select,"web")', "cascade": 'x_cascade="制造业/汽车"',
    "phone": 'x_phone="021-62345678-8001"', "region": 'LEFT(x_region,2)="44"',
    "tags": 'HAS(x_tags,"重点")',
}  # fmt: skip


@pytest.mark.feature("Z1")
async def test_one_record_with_a_field_of_every_type(admin: httpx.AsyncClient) -> None:
    fields = []
    for name in FIELD_TYPES:
        if name == "lines":
            continue  # stored as rows of an object of their own
        body = {"key": f"x_{name}", "label": {"zh-CN": f"{name} 字段", "en": name}, "type": name}
        needed = {**NEEDED.get(name, {})}
        if name == "reference":
            needed = {"object": "everything", "inverse": {"key": "others", "label": "其他"}}
        if name == "formula":
            needed = {"formula": "x_number*2"}
        if name == "rollup":
            needed = {"children": "others", "function": "COUNT"}
        if name == "lookup":
            needed = {"path": "x_reference.x_text"}
        fields.append({**body, **needed})
    made = await admin.post(
        "/api/objects", json={"key": "everything", "label": "全部类型", "fields": fields}
    )
    assert made.status_code == 201, made.text
    sent = {f"x_{name}": value for name, value in SENT.items()}
    answer = await admin.post("/api/records/everything", json=sent)
    assert answer.status_code == 201, answer.text
    values = answer.json()["values"]
    assert {key: values[key] for key in sent} == sent
    assert values["x_autonumber"] == "0001"
    again = await admin.get(f"/api/records/everything/{answer.json()['id']}")
    assert {key: again.json()["values"][key] for key in sent} == sent
    assert again.json()["values"]["x_formula"] == "2469"
    for name, formula in FILTERS.items():
        found = await admin.get("/api/records/everything", params={"filter": formula})
        assert found.status_code == 200, (name, found.text)
        assert len(found.json()["items"]) == 1, name
    broken = await admin.post("/api/records/everything", json={**sent, "x_integer": "x"})
    assert broken.status_code == 422
    assert "x_integer" in {error.get("path") for error in broken.json()["errors"]}
