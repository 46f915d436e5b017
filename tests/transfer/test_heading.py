"""Which row is the header: by names, by shape, else the first and a question; never a data row."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transfer.conftest import Desk, csv_of

from changliu.transfer.heading import find_heading

pytestmark = pytest.mark.feature("Z19")
KNOWN = {"客户名称", "电话", "网站", "金额", "日期", "城市"}
DATA = [["甲公司", "13900001111", "3"], ["乙公司", "13900001112", "无"], ["丙公司", "", "5"]]


@pytest.mark.parametrize(
    ("above", "header", "data", "by"),
    [
        ([], ["客户名称", "电话", "数"], DATA, "names"),
        ([["2026年客户清单", "", ""]], ["客户名称", "电话", "数"], DATA, "names"),
        ([["制表：张三", "日期：5月", "部门：销售"]], ["客户名称", "电话", "数"], DATA, "names"),
        ([["客户清单", "", ""], ["", "", ""]], ["单位", "号码", "件数"], DATA, "shape"),
        # A row of the data whose words are names of fields stands again below.
        ([], ["公司", "首次", "二次"],
         [["甲", "电话", "网站"], ["乙", "电话", "网站"], ["丙", "网站", "电话"]], "first"),
        ([], ["公司", "2024", "2025"], [["甲", "1", "2"], ["乙", "3", "4"], ["丙", "5", "x"]],
         "first"),
        ([], ["单位", "价", "在售"], [["甲", "￥1", "否"], ["乙", "1.2万", "是"]], "shape"),
        # Nothing stands out in the first row: no later one is taken for that.
        ([], ["单位", "价"], [["甲", "一元"], ["乙", "2"], ["丙", "3"]], "first"),
        ([], ["单位", "联络人"], [["甲", "张三"], ["乙", "李四"]], "first"),
        ([], ["单位", "网址"], [["甲", "https://a.cn/x"], ["乙", "https://b.cn"]], "shape"),
        # What is said instead of a figure makes no header of its row.
        ([], ["单位", "件数"], [["甲", "面议"], ["乙", "面议"], ["丙", "3"], ["丁", "4"]], "first"),
    ],
)  # fmt: skip
def test_the_header_is_found(above: Any, header: Any, data: Any, by: str) -> None:
    found = find_heading([*above, header, *data], KNOWN)
    assert found is not None
    assert (found.top, found.rows, found.by) == (len(above), 1, by)
    assert list(found.names) == header


words = st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=6)
figures = st.one_of(st.integers(0, 10**9).map(str), st.dates().map(str))


@given(st.lists(st.tuples(words, figures, words), min_size=1, max_size=30))
def test_without_a_header_the_first_row_is_taken_and_asked_about(rows: Any) -> None:
    found = find_heading([list(row) for row in rows], KNOWN)
    assert found is not None
    assert found.top == 0
    assert found.by == "first" or len(rows) == 1
    none = find_heading([list(row) for row in rows], KNOWN, top=-1)
    assert none is not None
    assert (none.top + none.rows, none.names[0]) == (0, "第1列")


async def test_a_guessed_header_is_shown_and_asked_about(desk: Desk) -> None:
    rows = [["头一", "13900001111"], ["头二", "13900001112"], ["头三", "13900001113"]]
    made = await desk.bring(csv_of(rows), "account")
    assert (made["header_row"], made["header_by"]) == (1, "first")
    (question,) = made["questions"]
    assert (question["code"], question["path"]) == ("import.header", "mapping.header_row")
    assert question["names"] == ["头一", "13900001111"]
    refused = await desk.ask("POST", f"/{made['id']}/commit", 422, {})
    assert refused["code"] == "import.asks"
    told = await desk.ask(
        "PUT",
        f"/{made['id']}/mapping",
        200,
        {"header_row": 0, "columns": {"第1列": "name", "第2列": "phone"}},
    )
    assert (told["header_row"], told["header_by"], told["rows"]) == (0, "given", 3)
    assert told["questions"] == []
    assert [row["values"]["name"] for row in told["preview"]["rows"]] == ["头一", "头二", "头三"]


async def test_a_row_may_be_named(desk: Desk) -> None:
    rows = [["产品名称", "目录价"], ["旧表", "1"], ["产品名称", "目录价"], ["表一", "2"]]
    made = await desk.bring(csv_of(rows), "product", header_row="3")
    assert (made["header_row"], made["header_by"], made["rows"]) == (3, "given", 1)
    assert made["preview"]["rows"][0]["values"]["name"] == "表一"
