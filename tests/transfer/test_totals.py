"""Rows that sum up the others are left out, and said to be; what is no table is refused."""

import pytest
from tests.transfer.conftest import Desk, csv_of, xlsx_of

pytestmark = pytest.mark.feature("Z19")
HEAD = ["产品名称", "产品线", "目录价", "成本价"]
ROWS = [[f"和{n}", "线", 10 + n, n] for n in range(6)]


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
async def test_totals_are_left_out_with_a_notice(desk: Desk, make: object) -> None:
    last = [["小计", "", 33, ""], *ROWS[3:], [" 合 计：", "", "75.00", "￥15"], ["", "", 75, 15]]
    made = await desk.bring(make([HEAD, *ROWS[:3], *last]), "product")  # type: ignore[operator]
    (notice,) = [n for n in made["notices"] if n["code"] == "import.totals"]
    assert notice["lines"] == [5, 9, 10]
    assert "第 5 行（小计 33）" in notice["message"]
    assert made["totals"]["rows"] == 3
    assert made["totals"]["first"][0] == {"line": 5, "text": "小计 33"}
    counts = made["preview"]["counts"]
    assert (counts["create"], counts["error"]) == (6, 0)
    kept = await desk.remap(made, totals="keep")
    assert [n for n in kept["notices"] if n["code"] == "import.totals"] == []
    assert kept["totals"] == made["totals"]
    counts = kept["preview"]["counts"]
    assert (counts["create"], counts["error"]) == (8, 1)
    told = await desk.commit(await desk.remap(made, totals="leave_out"))
    assert (told["counts"]["create"], told["counts"]["error"]) == (6, 0)
    found = await desk.records("product", 'STARTSWITH(name, "和")')
    done = await desk.client.post(f"/api/changesets/{made['id']}/revert", json={})
    assert (len(found), done.status_code) == (6, 200)


async def test_what_only_looks_like_a_total_stays(desk: Desk) -> None:
    rows = [["合计科技有限公司", "线", 1, 1], ["Total", "能源", 2, 2], ["", "", "", 3]]
    people = [["姓名", "手机"], *[[f"尾{n}", f"1390000100{n}"] for n in range(6)]]
    made = await desk.bring(csv_of([*people, ["", "13900001009"]]), "lead")
    assert [n for n in made["notices"] if n["code"] == "import.totals"] == []
    made = await desk.bring(csv_of([HEAD, *rows]), "product")
    assert [n for n in made["notices"] if n["code"] == "import.totals"] == []


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "file.empty", "文件是空的"),
        ("产品名称,目录价\r\n".encode(), "csv.no_rows", "只有表头"),
        ("产品名称,目录价\n张江的产品,1\n浦东的产".encode()[:-1], "csv.cut", "断了"),
        (("产品名称,目录价\n" + "中" * 40).encode("gb18030")[:-1], "csv.cut", "断了"),
        (b'[{"name": "a"}]', "csv.markup", "JSON"),
        (("这是一篇文章。" * 20 + "\n" + "它没有任何列。" * 30).encode(), "csv.not_table", "表格"),
    ],
)  # fmt: skip
async def test_what_is_no_table_is_refused_at_once(
    desk: Desk, data: bytes, code: str, word: str
) -> None:
    told = await desk.bring(data, "product", 422, name="文件.csv")
    assert told["code"] == code, told
    assert word in told["title"]
    english = await desk.client.post(
        "/api/imports",
        files={"file": ("文件.csv", data)},
        data={"object": "product"},
        headers={"accept-language": "en"},
    )
    title = english.json()["title"].replace("文件.csv", "")
    assert title.isascii()
