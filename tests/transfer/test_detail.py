"""Files in which several rows are the lines of one record."""

from typing import Any

import pytest
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")
HEADER = ["单号", "商机名称", "商品", "数量", "单价"]
MAPPING: dict[str, Any] = {
    "match": ["external_code"],
    "columns": {
        "单号": "external_code",
        "商机名称": "name",
        "商品": "lines.product",
        "数量": "lines.quantity",
        "单价": "lines.price",
    },
    "constants": {"source": "outbound", "next_step": "回访"},
}


@pytest.fixture
async def seller(desk: Desk) -> Desk:
    products = [["产品名称"], ["行甲"], ["行乙"], ["行丙"]]
    await desk.commit(await desk.bring(csv_of(products), "product"))
    return desk


async def tried(desk: Desk, rows: list[list[Any]], **more: Any) -> Any:
    made = await desk.bring(csv_of([HEADER, *rows]), "opportunity")
    return await desk.ask("PUT", f"/{made['id']}/mapping", 200, {**MAPPING, **more})


async def lines(desk: Desk, code: str) -> list[dict[str, Any]]:
    (deal,) = await desk.records("opportunity", f'external_code="{code}"')
    answer = await desk.client.get(f"/api/records/opportunity/{deal['id']}")
    found: list[dict[str, Any]] = answer.json()["values"]["lines"]
    return found


def told(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(line["product"]["title"], line["quantity"], line["price"]) for line in found]


async def test_rows_of_one_record_become_its_lines(seller: Desk) -> None:
    rows = [
        ["L1", "单子一", "行甲", 2, 10],
        ["", "", "行乙", 1, 5],
        ["L1", "单子一", "行丙", 3, 7],
        ["L2", "单子二", "行甲", 1, 9],
    ]
    made = await tried(seller, rows)
    counts = made["preview"]["counts"]
    assert (counts["create"], counts["lines"], counts["error"]) == (2, 4, 0)
    assert len(made["preview"]["rows"][0]["values"]["lines"]) == 3
    done = await seller.commit(made)
    assert done["counts"] == counts
    first = await lines(seller, "L1")
    assert told(first) == [("行甲", "2", "10"), ("行乙", "1", "5"), ("行丙", "3", "7")]

    again = await seller.commit(await tried(seller, rows))
    assert (again["counts"]["unchanged"], again["counts"]["update"]) == (2, 0)

    fewer = [["L1", "", "行丙", 4, 7], ["", "", "行甲", 2, 10]]
    done = await seller.commit(await tried(seller, fewer, lines={"match": ["product"]}))
    assert done["counts"]["update"] == 1
    now = await lines(seller, "L1")
    assert told(now) == [("行丙", "4", "7"), ("行甲", "2", "10")]
    assert [line["id"] for line in now] == [first[2]["id"], first[0]["id"]]

    more = [["L1", "", "行乙", 9, 1], ["", "", "行甲", 5, 10]]
    rule = {"match": ["product"], "mode": "keep"}
    done = await seller.commit(await tried(seller, more, lines=rule))
    assert told(await lines(seller, "L1")) == [
        ("行丙", "4", "7"), ("行甲", "5", "10"), ("行乙", "9", "1"),
    ]  # fmt: skip
    answer = await seller.client.post(f"/api/changesets/{done['id']}/revert", json={})
    assert answer.status_code == 200, answer.text
    assert told(await lines(seller, "L1")) == [("行丙", "4", "7"), ("行甲", "2", "10")]


async def test_what_is_wrong_is_told_at_its_row_and_the_record_is_left_out(seller: Desk) -> None:
    rows = [
        ["E1", "错一", "行甲", 2, 10],
        ["", "", "没有这个", 1, 5],
        ["E2", "错二", "行甲", 1, 9],
        ["E2", "别的名字", "行乙", 1, 9],
        ["E3", "错三", "行甲", -1, 9],
        ["", "", "行乙", 1, 9],
        ["E4", "对的", "行乙", 1, 9],
        ["E1", "", "行丙", 1, 1],
    ]
    made = await tried(seller, rows)
    counts = made["preview"]["counts"]
    assert (counts["create"], counts["lines"]) == (1, 1)
    assert counts["error"] + counts["duplicate"] == 7
    errors = {e["row"]: (e["errors"][0].get("column"), e["errors"][0]["code"])
              for e in made["preview"]["errors"]}  # fmt: skip
    assert errors == {
        1: (None, "import.group"),
        2: ("商品", "import.no_such"),
        3: (None, "import.group"),
        4: ("商机名称", "import.differs"),
        5: ("数量", "field.range"),
        6: (None, "import.group"),
        8: ("单号", "import.repeated"),
    }
    done = await seller.commit(made)
    assert done["counts"] == counts
    assert await seller.records("opportunity", 'LEFT(external_code,1)="E"') != []
    assert [r["values"]["external_code"] for r in await seller.records(
        "opportunity", 'LEFT(external_code,1)="E"')] == ["E4"]  # fmt: skip


async def test_a_batch_never_parts_the_rows_of_a_record(seller: Desk) -> None:
    """1,000 rows are a batch: here a record's rows stand across that mark."""
    rows = [[f"B{n}", f"批{n}", "行甲", 1, 1] for n in range(998)]
    rows += [["BX", "批末", "行甲", n, 1] for n in range(1, 6)]
    made = await tried(seller, rows)
    await seller.work()
    made = await seller.ask("GET", f"/{made['id']}")
    assert made["preview"]["counts"]["create"] == 999
    assert made["preview"]["counts"]["error"] == 0
    done = await seller.commit(made)
    assert (done["counts"]["create"], done["counts"]["lines"]) == (999, 1_003)
    assert [line["quantity"] for line in await lines(seller, "BX")] == list("12345")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"columns": {"单号": "external_code", "商品": "lines.prodct"}}, "import.unknown"),
        ({"columns": {"单号": "external_code", "商品": "line.product"}}, "import.unknown"),
        ({"columns": {"单号": "external_code", "单价": "lines.amount"}}, "import.read_only"),
        ({"lines": {"mode": "keep"}}, "import.match"),
        ({"lines": {"match": ["discount"]}}, "import.unknown"),
    ],
)
async def test_a_wrong_mapping_of_lines_is_refused(desk: Desk, change: Any, code: str) -> None:
    made = await desk.bring(csv_of([HEADER, ["M1", "甲", "", "", ""]]), "opportunity")
    refused = await desk.ask("PUT", f"/{made['id']}/mapping", 422, {**MAPPING, **change})
    assert refused["errors"][0]["code"] == code, refused


async def test_lines_come_back_with_the_ids_of_their_records(seller: Desk) -> None:
    rows = [["L9", "来回", "行甲", 2, 10], ["", "", "行乙", 1, 5]]
    await seller.commit(await tried(seller, rows))
    fields = "name,lines.product,lines.quantity,lines.price"
    asked = {"format": "csv", "fields": fields, "filter": 'external_code="L9"'}
    taken = await seller.client.get("/api/exports/opportunity", params=asked)
    made = await seller.bring(taken.content, "opportunity")
    assert made["mapping"]["match"] == ["id"]
    done = await seller.commit(made)
    assert (done["counts"]["unchanged"], done["counts"]["error"]) == (1, 0)
