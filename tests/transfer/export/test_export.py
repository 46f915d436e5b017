"""Exporting a list over HTTP: who gets which rows and fields, in which words, written down."""

from typing import Any

import pytest
import pytest_asyncio
from tests.records.conftest import Client, House
from tests.transfer.export.conftest import Desk, formats_of_xlsx, rows_of_csv, rows_of_xlsx

pytestmark = pytest.mark.feature("Z19")


@pytest_asyncio.fixture(scope="module")
async def people(house: House, desk: Desk) -> dict[str, Client]:
    """Accounts of two members; one exports own rows of all read, fewer fields on those."""
    await desk.role(
        "taker",
        {"object": "account", "verbs": ["read"], "scope": "all", "fields": "all"},
        {"object": "account", "verbs": ["export"], "scope": "own", "read": ["name", "size"]},
        {
            "object": "deal",
            "verbs": ["read", "export"],
            "scope": "all",
            "read": ["title", "account"],
        },
        fields="listed",
    )
    taker = await house.hire("taker", "taker", house.team)
    rows = [
        {"name": "甲", "amount": "1234.5", "size": 3, "industry": "made", "phone": "13800000001",
         "labels": ["a", "b"], "extra": {"k": [1]}, "owner": taker.member},
        {"name": "乙", "amount": "-7", "size": 12, "industry": "bank", "owner": house.rep.member},
    ]  # fmt: skip
    made = await house.ok(house.changeset(*(house.create("account", **r) for r in rows)))
    ids = [result["id"] for result in made["results"]]
    deals = [{"title": "一", "account": ids[0]}, {"title": "二", "account": ids[1]}]
    await house.ok(house.changeset(*(house.create("deal", **d) for d in deals)))
    return {"taker": taker, "admin": house.admin, "reader": house.reader}


async def test_a_list_comes_as_seen_in_the_callers_words(
    desk: Desk, people: dict[str, Client]
) -> None:
    fields = "name,amount,industry,labels,extra,owner.name,double"
    zh = await desk.table(people["admin"], "account", fields=fields, sort="name")
    assert zh[0] == ["名称", "金额", "行业", "标签", "扩展", "负责人.姓名", "两倍"]
    assert ["甲", "1234.5", "制造业", "a;b", '{"k":[1]}', "taker", "2469"] in zh
    asked = {"fields": fields, "format": "csv", "headers": "both", "filter": "amount > 0"}
    answer = await people["admin"].get(
        "/api/exports/account", params=asked, headers={"accept-language": "en"}
    )
    en = rows_of_csv(answer.content)
    assert en[0][:3] == ["Name (name)", "Amount (amount)", "Industry (industry)"]
    assert [row[:3] for row in en[1:]] == [["甲", "1234.5", "Manufacturing"]]
    keys = await desk.table(
        people["admin"], "account", fields="name,size", headers="key", ids="true"
    )
    assert keys[0] == ["id", "name", "size"]
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_a_workbook_has_typed_cells(desk: Desk, people: dict[str, Client]) -> None:
    fields = "name,amount,size,created_at,phone"
    answer = await desk.get(people["admin"], "account", fields=fields, sort="-amount")
    assert answer.status_code == 200, answer.text
    rows = rows_of_xlsx(answer.content)
    assert rows[0] == ["名称", "金额", "人数", "创建时间", "电话"]
    assert rows[1][:3] == ["甲", 1234.5, 3.0]
    assert rows[2][:3] == ["乙", -7.0, 12.0]
    # An instant with a part of a second has no exact cell: it is written out.
    assert rows[1][3].startswith("20")
    assert rows[1][4] == "13800000001"


async def test_computed_amounts_have_the_sign_of_what_they_count(
    desk: Desk, people: dict[str, Client]
) -> None:
    answer = await desk.get(people["admin"], "account", fields="amount,double", sort="-amount")
    assert formats_of_xlsx(answer.content) == ['"¥"#,##0.00'] * 2
    through = await desk.get(people["admin"], "deal", fields="account.double", sort="title")
    assert formats_of_xlsx(through.content) == ['"¥"#,##0.00']


async def test_rows_and_fields_are_those_one_may_both_read_and_export(
    desk: Desk, people: dict[str, Client]
) -> None:
    listed = (await people["taker"].get("/api/records/account")).json()["items"]
    assert {item["values"]["name"] for item in listed} == {"甲", "乙"}
    table = await desk.table(people["taker"], "account")
    assert table[0][:2] == ["名称", "人数"]
    assert [row[:2] for row in table[1:]] == [["甲", "3"]]
    # A filter may name what is read; a column must be exportable.
    found = await desk.table(people["taker"], "account", fields="name", filter="amount > 0")
    assert found[1:] == [["甲"]]
    refused = await desk.get(people["taker"], "account", fields="name,amount")
    assert (refused.status_code, refused.json()["code"]) == (403, "export.field")


async def test_behind_a_reference_a_field_shows_where_it_may_be_exported(
    desk: Desk, people: dict[str, Client]
) -> None:
    asked = {"fields": "title,account,account.size", "sort": "title"}
    table = await desk.table(people["taker"], "deal", **asked)
    assert table[1:] == [["一", "甲", "3"], ["二", "乙", ""]]
    refused = await desk.get(people["taker"], "deal", fields="account.amount")
    assert refused.json()["code"] == "export.field"


async def test_reading_alone_takes_nothing_away(desk: Desk, people: dict[str, Client]) -> None:
    refused = await desk.get(people["reader"], "account")
    assert (refused.status_code, refused.json()["code"]) == (403, "export.denied")
    absent = await desk.get(people["reader"], "deal")
    assert absent.status_code == 404


@pytest.mark.usefixtures("people")
async def test_masks_stay(desk: Desk, house: House) -> None:
    await desk.role("masked", {"object": "account", "verbs": ["read", "export"], "scope": "all"})
    masked = await house.hire("masked", "masked", house.team)
    table = await desk.table(masked, "account", fields="name,phone", filter='name = "甲"')
    assert table[1:] == [["甲", "138****0001"]]


async def test_every_file_is_written_down(desk: Desk, house: House, people: dict[str, Any]) -> None:
    await desk.table(
        people["taker"], "account", fields="size,name", filter="size > 1", sort="-size"
    )
    log = (await house.admin.get("/api/audit/exports?limit=1")).json()["items"][0]
    assert (log["member"], log["object"], log["rows"]) == (people["taker"].member, "account", 1)
    assert (log["filter"], log["sort"], log["columns"]) == ("size > 1", ["-size"], ["size", "name"])
    before = (await house.admin.get("/api/audit/exports")).json()["items"]
    await desk.get(people["taker"], "account", fields="amount")
    assert (await house.admin.get("/api/audit/exports")).json()["items"] == before
    assert (await people["taker"].get("/api/audit/exports")).status_code == 403
    for statement in ("UPDATE {schema}.export_log SET rows = 0 RETURNING 1",
                      "DELETE FROM {schema}.export_log RETURNING 1"):  # fmt: skip
        with pytest.raises(Exception, match="permission denied"):
            await house.rows(statement)


async def test_what_cannot_be_asked_is_told(desk: Desk, people: dict[str, Client]) -> None:
    for asked, code in (
        ({"format": "pdf"}, "request.choice"),
        ({"limit": "5"}, "request.parameter"),
        ({"filter": "nothing > 1"}, "formula.invalid"),
        ({"fields": "nothing"}, "query.fields"),
        ({"fields": "deals"}, "query.fields"),
    ):
        answer = await desk.get(people["admin"], "account", **asked)
        assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
