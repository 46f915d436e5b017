"""What was exported imports back unchanged: random values of every type that a cell carries."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.fields.field_samples import OPTIONS, TREE, field_of
from tests.fields.test_field_properties import GOOD
from tests.records.conftest import House
from tests.records.query.test_list import waiter

from changliu.fields.registry import FIELD_TYPES
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

pytestmark = pytest.mark.feature("Z19")
# Files go by name only; what people and records are called is a test of its own.
APART = {"file", "image", "photo", "audio", "signature", "member", "team", "reference"}
TYPES = [name for name in GOOD if name not in APART]
WORDS = {"select": {"options": OPTIONS}, "multi_select": {"options": OPTIONS}}
SETTINGS: dict[str, dict[str, Any]] = {**WORDS, "cascade": {"options": TREE}}
# Texts as the worst of them: formulas, separators, quotes, line ends, apostrophes.
WILD = st.text(st.sampled_from("=+-@'\"“,;\t\r\n ＝甲1.%\u200b\u3000"), max_size=12)
PLAIN = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{kind: GOOD[kind] for kind in TYPES},
    **dict.fromkeys(("text", "long_text", "code"), WILD),
    "phone": st.integers(13000000000, 19999999999).map(str) | st.just("+8613800000000"),
    "tags": st.lists(PLAIN, max_size=4),
    "json": st.dictionaries(PLAIN, st.lists(PLAIN | st.integers(-9, 9), max_size=2), max_size=3),
    "location": st.fixed_dictionaries({"lng": st.floats(-180, 180), "lat": st.floats(-90, 90)}),
}
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={f"f_{kind}": VALUES[kind] for kind in TYPES}),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def twins(house: House) -> House:
    """Two objects with a field of every type: what leaves the one goes into the other."""
    for target in ("left", "right"):
        await house.ok(house.admin.post("/api/objects", json={"key": target, "label": target}))
        for key, kind in (("no", "integer"), *((f"f_{kind}", kind) for kind in TYPES)):
            field = {"key": key, "label": key, "type": kind, **SETTINGS.get(kind, {})}
            place = f"/api/objects/{target}/fields"
            await house.ok(house.admin.post(place, json=field))
    return house


async def values_of(house: House, target: str) -> list[dict[str, Any]]:
    answer = await house.ok(house.admin.get(f"/api/records/{target}?limit=500&sort=no"))
    return [item["values"] for item in answer["items"]]


def fits(key: str, value: Any) -> bool:
    """Whether a field takes a value: what is refused at every door needs no way back."""
    kind = key.removeprefix("f_")
    return FIELD_TYPES[kind].parse([value], field_of(kind)).faults == [None]


async def there_and_back(house: House, rows: list[dict[str, Any]], folder: Path, form: str) -> None:
    for target in ("left", "right"):
        found = (await house.ok(house.admin.get(f"/api/records/{target}?limit=500")))["items"]
        gone = [{"op": "delete", "object": target, "id": item["id"]} for item in found]
        if gone:
            await house.ok(house.changeset(*gone))
    kept = [{key: value for key, value in row.items() if fits(key, value)} for row in rows]
    changes = [house.create("left", no=i, **row) for i, row in enumerate(kept)]
    await house.ok(house.changeset(*changes))
    answer = await house.admin.get(f"/api/exports/left?format={form}&headers=key&sort=no")
    assert answer.status_code == 200, answer.text
    file = folder / f"taken.{form}"
    file.write_bytes(answer.content)
    importer = Importer(house.platform.database, house.workspace, FIELD_TYPES, ())
    summary = await importer.run(ImportRequest(file, object="right", restart=True))
    assert (summary.counts.created, summary.faults) == (len(rows), ())
    left, right = await values_of(house, "left"), await values_of(house, "right")
    assert left == right


async def test_every_type_comes_back(twins: House, tmp_path: Path) -> None:
    wait = waiter()

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate], database=None,
    )  # fmt: skip
    @given(ROWS)
    def check(rows: list[dict[str, Any]]) -> None:
        wait(there_and_back(twins, rows, tmp_path, "csv"))

    await asyncio.to_thread(check)


async def test_typed_cells_of_a_workbook_come_back(twins: House, tmp_path: Path) -> None:
    row = {
        "f_text": "=1+1", "f_number": "-1234.5678", "f_money": "99.90", "f_percent": "0.125",
        "f_integer": 2**62 + 1, "f_date": "2024-02-29", "f_datetime": "2026-01-31T09:30:00+08:00",
        "f_boolean": False, "f_select": "fair", "f_multi_select": ["web", "both"],
        "f_phone": "13800000000", "f_duration": 5400, "f_cascade": "made/cars", "f_code": "0012",
    }  # fmt: skip
    other = {**row, "f_number": "12345678901234567890.5", "f_date": "1899-12-31", "f_text": "'=x"}
    await there_and_back(twins, [row, other], tmp_path, "xlsx")


async def test_references_and_owners_come_back_by_name(house: House, tmp_path: Path) -> None:
    await house.ok(house.admin.post("/api/records/account", json={"name": "=母公司"}))
    parent = (await house.admin.get("/api/records/account")).json()["items"][0]
    child = {"name": "子公司", "parent": parent["id"], "owner": house.rep.member}
    await house.ok(house.changeset(house.create("account", **child)))
    asked = {"format": "csv", "filter": 'name = "子公司"', "fields": "name,parent,owner"}
    answer = await house.admin.get("/api/exports/account", params=asked)
    file = tmp_path / "taken.csv"
    file.write_bytes(answer.content)
    importer = Importer(house.platform.database, house.workspace, FIELD_TYPES, ())
    summary = await importer.run(ImportRequest(file, object="account"))
    assert (summary.counts.created, summary.faults) == (1, ())
    found = await house.admin.get("/api/records/account?sort=-created_at&limit=1")
    item = found.json()["items"][0]
    assert item["values"]["parent"]["id"] == parent["id"]
    assert item["owner"]["id"] == house.rep.member
