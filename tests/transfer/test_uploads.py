"""Importing over HTTP: preview, mapping, commit, refused rows, revert."""

import asyncio
import io
from typing import Any

import pytest
import python_calamine
from tests.transfer.conftest import Desk, csv_of, xlsx_of

pytestmark = pytest.mark.feature("Z19")


def fills(made: Any) -> dict[str, str]:
    """Return the field of every column that fills one."""
    return {c["column"]: c["fields"][0] for c in made["columns"] if c["fields"]}


async def test_a_file_is_previewed_then_written_then_taken_back(desk: Desk) -> None:
    rows = [
        ["产品名称", "目录价", "在售", "备用"],
        ["预一", "￥1", "否", "x"],
        ["预二", "1.2万", "是", ""],
        ["", "3", "是", ""],
    ]
    made = await desk.bring(csv_of(rows), "product")
    assert fills(made) == {"产品名称": "name", "目录价": "list_price", "在售": "active"}
    preview = made["preview"]
    assert (preview["state"], made["state"], made["rows"]) == ("done", "draft", 3)
    assert (preview["counts"]["create"], preview["counts"]["error"]) == (2, 1)
    assert preview["errors"][0]["errors"][0]["column"] == "产品名称"
    assert preview["errors"][0]["line"] == 4
    assert preview["rows"][1]["values"]["list_price"] == "12000"
    assert await desk.records("product", 'LEFT(name,1)="预"') == []

    done = await desk.commit(made)
    assert (done["state"], done["counts"]) == ("done", preview["counts"])
    assert len(await desk.records("product", 'LEFT(name,1)="预"')) == 2
    errors = await desk.ask("GET", f"/{made['id']}/errors")
    assert [e["row"] for e in errors["items"]] == [3]
    assert errors["items"][0]["cells"]["目录价"] == "3"
    listed = (await desk.ask("GET", ""))["items"]
    assert listed[0]["id"] == made["id"]

    answer = await desk.client.post(f"/api/changesets/{made['id']}/revert", json={})
    assert answer.json()["records"] == 2
    assert await desk.records("product", 'LEFT(name,1)="预"') == []


async def test_a_workbook_with_titles_and_merged_headers_is_understood(desk: Desk) -> None:
    rows = [
        ["2026年产品清单", "", "", "", ""],
        ["序号", "产品", "", "价格", ""],
        ["", "产品名称", "产品编码", "目录价", "备用"],
        [1, "合一", "HB1", 1200.5, ""],
        [2, "合二", "HB2", "３.５万", ""],
    ]
    merged = [(0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)]
    made = await desk.bring(xlsx_of(rows, merged), "product")
    assert (made["header_row"], made["header_rows"], made["sheet"]) == (2, 2, "客户")
    assert [c["column"] for c in made["columns"]] == [
        "序号",
        "产品名称",
        "产品编码",
        "目录价",
        "备用",
    ]
    assert made["mapping"]["columns"]["产品编码"][0]["field"] == "code"
    done = await desk.commit(made)
    assert done["counts"]["create"] == 2, done
    found = await desk.records("product", 'LEFT(name,1)="合"')
    assert {r["values"]["code"]: r["values"]["list_price"] for r in found} == {
        "HB1": "1200.5", "HB2": "35000",
    }  # fmt: skip


async def test_the_same_file_again_changes_nothing_and_remembers_its_mapping(desk: Desk) -> None:
    data = csv_of([["代号", "叫什么"], ["SM1", "同一"], ["SM2", "同二"]])
    made = await desk.bring(data, "product")
    assert fills(made) == {}
    assert made["preview"] is None
    refused = await desk.ask("POST", f"/{made['id']}/commit", 422, {})
    assert refused["code"] == "import.no_columns"
    mapping = {"columns": {"代号": "code", "叫什么": "name"}, "match": ["code"], "mode": "both"}
    made = await desk.ask("PUT", f"/{made['id']}/mapping", 200, mapping)
    assert made["preview"]["counts"]["create"] == 2
    await desk.commit(made)
    before = await desk.records("product", 'LEFT(code,2)="SM"')
    again = await desk.bring(data, "product")
    assert {c["guess"]["by"] for c in again["columns"]} == {"remembered"}
    assert again["preview"]["counts"]["unchanged"] == 2
    assert (await desk.commit(again))["counts"]["unchanged"] == 2
    assert await desk.records("product", 'LEFT(code,2)="SM"') == before


async def test_refused_rows_come_back_as_a_workbook_that_is_imported_again(desk: Desk) -> None:
    rows = [["产品名称", "目录价"], ["回一", "很贵"], ["回二", "3"]]
    made = await desk.commit(await desk.bring(csv_of(rows), "product"))
    assert made["counts"]["error"] == 1
    answer = await desk.client.get(f"/api/imports/{made['id']}/errors", params={"format": "xlsx"})
    assert answer.status_code == 200, answer.text
    sheet = python_calamine.load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
    table = sheet.to_python()
    assert table[0] == ["产品名称", "目录价", "行号 line", "错误 error"]
    assert table[1][:3] == ["回一", "很贵", 2.0]
    assert "目录价" in table[1][3]
    again = await desk.bring(xlsx_of([table[0], ["回一", "9", 2, "x"]]), "product")
    assert (await desk.commit(again))["counts"]["create"] == 1


async def test_a_preview_tells_which_record_and_what_changes_there(desk: Desk) -> None:
    first = [["产品名称", "产品编码", "目录价"], ["前一", "QH1", "5"], ["前二", "QH2", "6"]]
    done = await desk.commit(await desk.bring(csv_of(first), "product"))
    assert done["taken_back"] is False
    rows = [
        ["产品名称", "产品编码", "目录价"],
        ["前一", "QH1", "8"],
        ["前二", "QH2", "6"],
        ["前三", "QH3", "很贵"],
        ["前四", "QH4", "很贵"],
        ["前五", "QH5", "1"],
    ]
    made = await desk.bring(csv_of(rows), "product")
    made = await desk.remap(made, match=["code"], mode="both")
    told = {row["outcome"]: row for row in made["preview"]["rows"]}
    known = {r["title"]: r["id"] for r in await desk.records("product", 'LEFT(code,2)="QH"')}
    changed = told["updated"]
    assert (changed["title"], changed["record"]) == ("前一", known["前一"])
    (change,) = changed["changes"]
    assert (change["field"], change["from"], change["to"]) == ("list_price", "5", "8")
    assert told["unchanged"]["title"] == "前二"
    assert told["unchanged"]["changes"] == []
    fresh = {c["field"]: c["to"] for c in told["created"]["changes"]}
    assert (fresh["name"], fresh["list_price"]) == ("前五", "1")
    # What the trial saw is undone.
    assert {r["title"] for r in await desk.records("product", 'LEFT(code,2)="QH"')} == set(known)
    (reason,) = made["preview"]["reasons"]
    assert (reason["column"], reason["value"], reason["rows"]) == ("目录价", "很贵", 2)
    assert {row["outcome"] for row in made["preview"]["errors"]} == {"error"}
    skipped = await desk.remap(made, match=["code"], mode="create")
    first_skipped = next(r for r in skipped["preview"]["rows"] if r["outcome"] == "skipped")
    assert first_skipped["title"] == "前一"
    await desk.client.post(f"/api/changesets/{done['id']}/revert", json={})
    assert (await desk.ask("GET", f"/{done['id']}"))["taken_back"] is True
    listed = {m["id"]: m["taken_back"] for m in (await desk.ask("GET", ""))["items"]}
    assert (listed[done["id"]], listed[made["id"]]) == (True, False)


async def test_another_header_is_chosen_and_the_columns_are_guessed_anew(desk: Desk) -> None:
    rows = [
        ["编码", "名称", "价"],
        ["产品名称", "产品编码", "目录价"],
        ["布一", "BJ1", "5"],
    ]
    made = await desk.bring(csv_of(rows), "product")
    assert made["top"] == rows
    assert made["header_row"] == 2
    path = f"/{made['id']}/layout"
    moved = await desk.ask("PUT", path, 200, {"header_row": 1})
    assert [c["column"] for c in moved["columns"]] == rows[0]
    assert moved["rows"] == 2
    back = await desk.ask("PUT", path, 200, {"header_row": 2})
    assert fills(back) == fills(made)
    assert back["preview"]["counts"]["create"] == 1
    await desk.ask("PUT", path, 422, {"sheets": "x"})
    await desk.commit(back)
    await desk.ask("PUT", path, 409, {"header_row": 1})
    # What was seen of the file goes with it.
    assert (await desk.ask("GET", f"/{made['id']}"))["top"] == []


async def test_owner_and_fields_of_lines_are_told_as_fillable(desk: Desk) -> None:
    made = await desk.bring(csv_of([["商机名称"], ["问一"]]), "opportunity")
    fields = {f["key"]: f for f in made["fields"]}
    assert fields["owner"]["type"] == "member"
    assert fields["lines.product"]["lines"] == "lines"
    assert (fields["name"]["match"], fields["amount"]["match"]) == (True, False)


async def test_dates_that_can_be_read_in_two_ways_are_asked_about(desk: Desk) -> None:
    rows = [["商机名称", "预计成交日期"], ["日一", "3/5/24"], ["日二", "4/6/24"]]
    made = await desk.bring(csv_of(rows), "opportunity")
    mapping = {
        "columns": {"商机名称": "name", "预计成交日期": "closed_on"},
        "constants": {"source": "outbound", "next_step": "回访"},
    }
    made = await desk.ask("PUT", f"/{made['id']}/mapping", 200, mapping)
    (question,) = made["questions"]
    assert [r["date"] for r in question["readings"]][:2] == ["2024-03-05", "2024-05-03"]
    refused = await desk.ask("POST", f"/{made['id']}/commit", 422, {})
    assert refused["code"] == "import.asks"
    columns = {**made["mapping"]["columns"]}
    columns["预计成交日期"] = {"field": "closed_on", "format": "%d/%m/%y"}
    done = await desk.commit(await desk.remap(made, columns=columns))
    assert done["counts"]["create"] == 2, done
    found = await desk.records("opportunity", 'LEFT(name,1)="日"')
    assert {r["values"]["closed_on"] for r in found} == {"2024-05-03", "2024-06-04"}


async def test_day_numbers_of_spreadsheets_and_chinese_dates_are_read(desk: Desk) -> None:
    rows = [["name", "closed_on"], ["号一", 45356], ["号二", "2024年3月5日"]]
    mapping = '{"columns": {"name": "name", "closed_on": "closed_on"},'
    mapping += '"constants": {"source": "outbound", "next_step": "回访"}}'
    made = await desk.bring(xlsx_of(rows), "opportunity", mapping=mapping)
    assert (await desk.commit(made))["counts"]["create"] == 2
    found = await desk.records("opportunity", 'LEFT(name,1)="号"')
    assert {r["values"]["closed_on"] for r in found} == {"2024-03-05"}


async def test_a_long_workbook_is_tried_out_by_a_job_exactly(desk: Desk) -> None:
    """Names are unique: one stands in two batches, one twice in a batch, one is there already."""
    await desk.commit(await desk.bring(csv_of([["产品名称"], ["长0"]]), "product"))
    names = [f"长{n}" for n in range(10_000)]
    names[6_000], names[9_000] = names[5], names[8_999]
    made = await desk.bring(xlsx_of([["产品名称", "目录价"], *([n, 1] for n in names)]), "product")
    made = await desk.remap(made, match=[], mode="create")
    assert made["preview"]["state"] == "running"
    await desk.work()
    tried = (await desk.ask("GET", f"/{made['id']}"))["preview"]
    assert (tried["state"], tried["counts"]["duplicate"]) == ("done", 4)
    done = await desk.commit(made, automations="quiet")
    assert done["counts"] == tried["counts"]
    assert done["counts"]["create"] == 9_996


async def test_a_cancelled_import_is_over_and_nobody_else_sees_it(desk: Desk) -> None:
    made = await desk.bring(csv_of([["产品名称"], ["停一"]]), "product")
    assert (await desk.ask("POST", f"/{made['id']}/cancel"))["state"] == "cancelled"
    for path in ("commit", "cancel"):
        await desk.ask("POST", f"/{made['id']}/{path}", 409, {})
    assert await desk.records("product", 'name="停一"') == []


async def test_erasing_a_person_closes_drafts_that_may_hold_them(desk: Desk) -> None:
    rows = [["联系人姓名", "手机"], ["钱多多", "13900001111"]]
    made = await desk.bring(csv_of(rows), "contact")
    account = await desk.client.post("/api/records/account", json={"name": "抹除公司"})
    body = {"name": "钱多多", "account": account.json()["id"]}
    person = await desk.client.post("/api/records/contact", json=body)
    assert person.status_code == 201, person.text
    path = f"/api/records/contact/{person.json()['id']}/erase"
    done = await desk.client.post(path, json={"reason": "本人要求", "values": {"name": "已抹除"}})
    assert done.status_code == 200, done.text
    left = await desk.ask("GET", f"/{made['id']}")
    assert left["state"] == "cancelled"
    assert "钱多多" not in str(left)


async def test_a_mapping_replaced_during_its_trial_is_tried_too(desk: Desk) -> None:
    """The new trial does not wait for the job that still reads the file the old way."""
    rows = [["产品名称", "目录价"], *([f"中途{n}", "x"] for n in range(5_400))]
    made = await desk.bring(csv_of(rows), "product")
    working = asyncio.create_task(desk.work())
    while not working.done():
        told = await desk.ask("GET", f"/{made['id']}")
        if told["preview"]["done"]:
            break
    await desk.remap(made, columns={"产品名称": "name"})
    await working
    await desk.work()
    told = await desk.ask("GET", f"/{made['id']}")
    assert told["preview"]["state"] == "done"
    counts = told["preview"]["counts"]
    assert (counts["create"], counts["error"]) == (5_400, 0)
    await desk.ask("POST", f"/{made['id']}/cancel")
