"""Required fields that no column fills: made by a default, or asked about once."""

import pytest
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")


async def test_leads_without_a_title_are_called_after_company_and_person(desk: Desk) -> None:
    rows = [
        ["姓名", "公司", "联系方式"],
        ["张三", "东方机械", "13900000001"],
        ["李四", "", "13900000002"],
        ["", "西山电子", "13900000003"],
        ["", "", "13900000004"],
    ]
    made = await desk.bring(csv_of(rows), "lead")
    fields = [c["guess"]["field"] for c in made["columns"]]
    assert fields == ["contact_name", "company", "mobile"]
    assert made["questions"] == []
    assert made["preview"]["counts"]["create"] == 3
    # Nothing of this row says what to call it.
    assert [e["row"] for e in made["preview"]["errors"]] == [4]
    assert (await desk.commit(made))["counts"]["create"] == 3
    found = await desk.records("lead", 'STARTSWITH(mobile, "1390000000")')
    assert {r["title"] for r in found} == {"东方机械（张三）", "李四", "西山电子"}


async def test_a_required_field_without_a_column_is_asked_about_once(desk: Desk) -> None:
    rows = [["客户名称", "金额", "项目备忘"], *[["", str(n), f"项目 {n}"] for n in range(3)]]
    made = await desk.bring(csv_of(rows), "opportunity")
    (asked,) = made["questions"]
    assert (asked["code"], asked["field"], asked["path"]) == (
        "import.needed",
        "name",
        "mapping.columns",
    )
    assert asked["columns"][0] == "项目备忘"
    assert "商机名称" in asked["message"]
    preview = made["preview"]
    assert (preview["needed"], preview["errors"]) == (3, [])
    assert (preview["counts"]["create"], preview["counts"]["error"]) == (0, 0)
    refused = await desk.ask("POST", f"/{made['id']}/commit", 422, {})
    assert refused["errors"][0]["code"] == "import.needed"

    columns = {**made["mapping"]["columns"], "项目备忘": "name"}
    made = await desk.remap(made, columns=columns)
    assert (made["questions"], made["preview"]["needed"]) == ([], 0)
    assert (await desk.commit(made))["counts"]["create"] == 3


async def test_a_constant_or_updating_answers_it_too(desk: Desk) -> None:
    made = await desk.bring(csv_of([["金额", "外部编号"], ["5", "NEED-1"]]), "opportunity")
    assert [q["field"] for q in made["questions"]] == ["name"]
    updating = await desk.remap(made, mode="update")
    assert updating["questions"] == []
    made = await desk.remap(made, constants={"name": "老项目"})
    assert made["questions"] == []
    assert made["preview"]["counts"]["create"] == 1


async def test_fields_of_lines_are_asked_about_too(desk: Desk) -> None:
    made = await desk.bring(csv_of([["商机名称", "商品行.数量"], ["一单", "2"]]), "opportunity")
    assert [q["field"] for q in made["questions"]] == ["lines.product", "lines.price"]
    assert made["preview"]["needed"] == 1
