"""By which column records are recognised, and what becomes of ids that are not there."""

from uuid import uuid4

import pytest
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")
CODES = ["91310000MA1FL0001A", "", "91310000MA1FL0003C"]


async def test_a_unique_column_with_gaps_gives_way_to_the_title(desk: Desk) -> None:
    rows = [["客户名称", "统一社会信用代码"], *([f"缺码{n}", c] for n, c in enumerate(CODES))]
    made = await desk.bring(csv_of(rows), "account")
    assert (made["mapping"]["match"], made["mapping"]["mode"]) == (["name"], "both")
    (notice,) = made["notices"]
    assert (notice["code"], notice["columns"]) == ("import.match", ["客户名称"])
    assert notice["passed"] == ["统一社会信用代码"]
    await desk.commit(made)
    again = await desk.bring(csv_of(rows), "account")
    assert again["preview"]["counts"]["unchanged"] == 3


async def test_a_whole_unique_column_is_taken(desk: Desk) -> None:
    rows = [["公司名称", "税号"], ["有码", "91310000MA1FL0009X"]]
    made = await desk.bring(csv_of(rows), "account")
    assert made["mapping"]["match"] == ["credit_code"]


async def test_numbers_the_platform_gave_are_recognised_by_their_form(desk: Desk) -> None:
    answer = await desk.client.post("/api/records/account", json={"name": "有编号"})
    number = answer.json()["values"]["number"]
    made = await desk.bring(csv_of([["客户编号", "简称"], [number, "编"]]), "account")
    assert made["mapping"]["match"] == ["number"]
    assert made["questions"][0]["code"] == "import.needed"
    done = await desk.commit(await desk.remap(made, mode="update"))
    assert (done["counts"]["update"], done["counts"]["error"]) == (1, 0)
    # Numbers of another system recognise nothing here.
    other = await desk.bring(csv_of([["客户编号", "客户名称"], ["C-17", "别家"]]), "account")
    assert "match" not in other["mapping"]


async def test_ids_that_are_gone_are_refused_and_blank_ones_are_new(desk: Desk) -> None:
    answer = await desk.client.post("/api/records/product", json={"name": "旧名"})
    known = answer.json()["id"].upper()
    rows = [["产品名称", "记录ID"], ["新名", known], ["没有了", str(uuid4())], ["新来的", ""]]
    made = await desk.bring(csv_of(rows), "product")
    assert made["mapping"]["match"] == ["id"]
    counts = made["preview"]["counts"]
    assert (counts["update"], counts["error"], counts["create"]) == (1, 1, 1)
    assert made["preview"]["errors"][0]["errors"][0]["code"] == "import.no_match"
    wrong = await desk.remap(made, 422, match=["name"])
    assert wrong["errors"][0]["code"] == "import.match"


async def test_a_column_of_a_computed_field_fills_nothing(desk: Desk) -> None:
    rows = [["商机名称", "加权金额"], ["一单", "5"]]
    made = await desk.bring(csv_of(rows), "opportunity")
    assert [c["guess"] and c["guess"]["field"] for c in made["columns"]] == ["name", None]
