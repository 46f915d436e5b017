"""Exports with a row for each line, and their way back in."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.records.conftest import Client, House
from tests.transfer.export.conftest import Desk, rows_of_xlsx

from changliu.fields.registry import FIELD_TYPES
from changliu.records.query import detail
from changliu.transfer.export import service
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

pytestmark = pytest.mark.feature("Z19")

LISTED = "code,title,goods.sku,goods.quantity,goods.kind"
KEPT = {
    "S1": [("甲", "2", "big"), ("=乙", "1.5", None)],
    "S2": [],
    "S3": [("丙", "3", "small"), ("丙", "3", "small")],
}


@pytest_asyncio.fixture(scope="module")
async def orders(house: House) -> House:
    """Two objects alike with lines: what leaves the one goes into the other."""
    for key in ("left", "right"):
        await house.ok(house.admin.post("/api/objects", json={"key": key, "label": key}))
        for field in (
            {"key": "code", "label": "单号", "type": "text", "unique": True},
            {"key": "title", "label": "标题", "type": "text"},
            {"key": "goods", "label": "货物", "type": "lines", "object": f"{key}_good"},
        ):
            if field["type"] == "lines":
                line = {"key": f"{key}_good", "label": "货", "lines_of": key}
                await house.ok(house.admin.post("/api/objects", json=line))
            await house.ok(house.admin.post(f"/api/objects/{key}/fields", json=field))
        kinds = [{"key": "big", "label": "大"}, {"key": "small", "label": "小"}]
        for field in (
            {"key": "sku", "label": "品名", "type": "text"},
            {"key": "quantity", "label": "数量", "type": "number"},
            {"key": "kind", "label": "种类", "type": "select", "options": kinds},
            {"key": "twice", "label": "两倍", "type": "formula", "formula": "quantity*2"},
        ):
            await house.ok(house.admin.post(f"/api/objects/{key}_good/fields", json=field))
    made = [
        house.create("left", code=code, title=f"单{code}", goods=[
            {"sku": s, "quantity": q, "kind": k} for s, q, k in lines])
        for code, lines in KEPT.items()
    ]  # fmt: skip
    await house.ok(house.changeset(*made))
    return house


async def test_a_row_for_each_line_with_the_records_columns(orders: House, desk: Desk) -> None:
    table = await desk.table(orders.admin, "left", fields=f"{LISTED},goods.twice", sort="code")
    assert table == [
        ["单号", "标题", "货物.品名", "货物.数量", "货物.种类", "货物.两倍"],
        ["S1", "单S1", "甲", "2", "大", "4"],
        ["S1", "单S1", "'=乙", "1.5", "", "3"],
        ["S2", "单S2", "", "", "", ""],
        ["S3", "单S3", "丙", "3", "小", "6"],
        ["S3", "单S3", "丙", "3", "小", "6"],
    ]
    every = await desk.table(orders.admin, "left", fields="货物,code", headers="key", sort="code")
    assert every[0] == ["goods.sku", "goods.quantity", "goods.kind", "goods.twice", "code"]
    assert every[1] == ["甲", "2", "big" if every[1][2] == "big" else "大", "4", "S1"]
    by_label = await desk.table(orders.admin, "left", fields="code,货物.品名", filter='code="S3"')
    assert by_label[1:] == [["S3", "丙"], ["S3", "丙"]]
    answer = await desk.get(orders.admin, "left", fields=LISTED, sort="-code", format="xlsx")
    rows = rows_of_xlsx(answer.content)
    assert rows[1][:5] == ["S3", "单S3", "丙", 3.0, "小"]
    log = (await orders.ok(orders.admin.get("/api/audit/exports?limit=1")))["items"][0]
    assert log["rows"] == 5


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("headers", ["key", "label"])
async def test_what_was_taken_comes_back(
    orders: House, tmp_path: Path, form: str, headers: str
) -> None:
    old = (await orders.ok(orders.admin.get("/api/records/right")))["items"]
    if old:
        gone = [{"op": "delete", "object": "right", "id": item["id"]} for item in old]
        await orders.ok(orders.changeset(*gone))
    asked = {"fields": LISTED, "format": form, "headers": headers, "sort": "code"}
    answer = await orders.admin.get("/api/exports/left", params=asked)
    file = tmp_path / f"taken.{form}"
    file.write_bytes(answer.content)
    importer = Importer(orders.platform.database, orders.workspace, FIELD_TYPES, ())
    request = ImportRequest(file, object="right", match=("code",), restart=True)
    summary = await importer.run(request)
    assert (summary.counts.created, summary.faults) == (3, ())
    answer = await orders.ok(orders.admin.get("/api/records/right?sort=code&fields=code,goods"))
    found = {
        item["values"]["code"]: [
            (line["sku"], line["quantity"], line["kind"]) for line in item["values"]["goods"]
        ]
        for item in answer["items"]
    }
    assert found == KEPT


async def test_lines_leave_only_where_they_may_be_exported(orders: House, desk: Desk) -> None:
    both = {"object": "left", "verbs": ["read", "export"], "scope": "all"}
    only = {"object": "left_good", "verbs": ["read", "export"], "read": ["sku"]}
    grants = {**both, "fields": "all"}, {**only, "scope": "all"}
    await desk.role("sku_only", *grants, fields="listed")
    some = await orders.hire("sku", "sku_only", orders.team)
    shown = await desk.table(some, "left", fields="goods", headers="key")
    assert shown[0] == ["goods.sku"]
    refused = await desk.get(some, "left", fields="code,goods.quantity")
    assert (refused.status_code, refused.json()["code"]) == (422, "query.fields")

    show = {"object": "left_good", "verbs": ["export"], "scope": "all", "read": ["sku"]}
    sees = {"object": "left_good", "verbs": ["read"], "scope": "all", "fields": "all"}
    await desk.role("sku_away", {**both, "fields": "all"}, sees, show, fields="listed")
    away = await orders.hire("away", "sku_away", orders.team)
    refused = await desk.get(away, "left", fields="code,goods.quantity")
    assert (refused.status_code, refused.json()["code"]) == (403, "export.field")
    shown = await desk.table(away, "left", fields="goods", headers="key")
    assert shown[0] == ["goods.sku"]

    read = {"object": "left", "verbs": ["read"], "scope": "all"}
    fields = {"object": "left", "verbs": ["export"], "scope": "all", "read": ["code"]}
    await desk.role("no_lines", {**read, "fields": "all"}, fields, fields="listed")
    none = await orders.hire("none", "no_lines", orders.team)
    refused = await desk.get(none, "left", fields="code,goods.sku")
    assert (refused.status_code, refused.json()["code"]) == (403, "export.field")
    refused = await desk.get(none, "left", fields="code,goods")
    assert (refused.status_code, refused.json()["code"]) == (403, "export.field")

    own = [{**read, "fields": "all"}, {"object": "left", "verbs": ["export"], "scope": "own"}]
    await desk.role("own_lines", *own)
    owner: Client = await orders.hire("owner", "own_lines", orders.team)
    mine = orders.create("left", code="S9", owner=owner.member, goods=[{"sku": "我的"}])
    await orders.ok(orders.changeset(mine))
    taken = await desk.table(owner, "left", fields="code,goods.sku")
    assert taken[1:] == [["S9", "我的"]]
    gone = (await orders.ok(orders.admin.get('/api/records/left?filter=code="S9"')))["items"]
    change = {"op": "delete", "object": "left", "id": gone[0]["id"]}
    await orders.ok(orders.changeset(change))


async def test_long_lists_are_read_in_parts(
    orders: House, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detail, "MAX_PAGE_LINES", 2)
    table = await desk.table(orders.admin, "left", fields="code,goods.sku", sort="code")
    assert [row[0] for row in table[1:]] == ["S1", "S1", "S2", "S3", "S3"]


async def test_lines_count_towards_what_a_file_holds(
    orders: House, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_ROWS", 3)
    refused = await desk.get(orders.admin, "left", fields="code,goods.sku", format="csv")
    assert (refused.status_code, refused.json()["code"]) == (409, "export.too_large")
    assert (await desk.get(orders.admin, "left", fields="code")).status_code == 200


async def test_two_lists_of_lines_do_not_fit_into_one_file(orders: House, desk: Desk) -> None:
    line = {"key": "left_fee", "label": "费", "lines_of": "left"}
    await orders.ok(orders.admin.post("/api/objects", json=line))
    field: Any = {"key": "fees", "label": "费用", "type": "lines", "object": "left_fee"}
    await orders.ok(orders.admin.post("/api/objects/left/fields", json=field))
    await orders.ok(orders.admin.post("/api/objects/left_fee/fields", json={
        "key": "sum", "label": "金额", "type": "number"}))  # fmt: skip
    refused = await desk.get(orders.admin, "left", fields="code,goods.sku,fees.sum")
    assert (refused.status_code, refused.json()["code"]) == (422, "export.lines")
