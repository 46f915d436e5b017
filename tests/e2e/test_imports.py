"""Files become records step by step, and lists become files: as people do both in the browser."""

import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from playwright.async_api import FilePayload, Locator, Page, ViewportSize, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor

PHONE = ViewportSize(width=390, height=844)
BEGIN = re.compile("^导入 [0-9,]+ 行")
# Writing thousands of rows takes seconds.
LONG_MS = 60_000

Rows = Sequence[Sequence[str]]


def _csv(rows: Rows, encoding: str) -> FilePayload:
    text = "".join(",".join(row) + "\r\n" for row in rows)
    return {"name": "客户.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}


def _xlsx(rows: Rows) -> FilePayload:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("名单")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return {"name": "客户.xlsx", "mimeType": "application/octet-stream", "buffer": file.getvalue()}


async def _bring(page: Page, file: FilePayload) -> None:
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page).to_have_url(re.compile(r"/imports/.*step="))
    await expect(page.get_by_role("button", name="下一步")).to_be_visible()


def _sums(page: Page) -> Locator:
    """What the import would come to, at the foot."""
    return page.get_by_role("main").get_by_role("status")


async def _go_on(page: Page) -> None:
    await page.get_by_role("button", name="下一步").click()
    # A button that is pointed at is lighter than its words allow.
    await page.mouse.move(0, 0)


async def _known(visitor: Visitor, name: str) -> dict[str, Any]:
    made = await visitor.api("POST", "/records/account", name=name, industry="automotive")
    found: dict[str, Any] = made
    return found


@pytest.mark.feature("Z19")
async def test_a_list_of_office_software_becomes_records(visit: Visit) -> None:
    """GB18030, a title above the header, a word nobody knows, a row without a name, an update."""
    visitor = await visit()
    known = await _known(visitor, "导入甲有限公司")
    rows = [
        ["2026年3月客户名单", "", ""],
        ["客户名称", "行业", "备注"],
        ["导入甲有限公司", "制造业", "老客户"],
        ["导入乙有限公司", "造车的", ""],
        ["", "制造业", "没有名字"],
    ]
    page = await visitor.go("/o/account")
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("menuitem", name="导入").click()
    await visitor.check_access()
    await _bring(page, _csv(rows, "gb18030"))

    await page.get_by_role("button", name="文件", exact=True).click()
    await expect(page.get_by_text("GB18030")).to_be_visible()
    await expect(page.get_by_role("row", name="2 表头 客户名称")).to_be_visible()
    await visitor.check_access()
    await _go_on(page)

    await expect(page.get_by_text("1 个词不认识")).to_be_visible()
    await page.get_by_role("combobox", name="“造车的”对应到").fill("汽车")
    await page.keyboard.press("Enter")
    await page.get_by_text("新增，已有的更新").click()
    sums = _sums(page)
    await expect(sums).to_contain_text("新增 1更新 1有误 1")
    await visitor.check_access()
    # Nothing is lost on the way.
    await page.reload()
    await expect(sums).to_contain_text("新增 1更新 1有误 1")
    await _go_on(page)

    table = page.get_by_role("table")
    changed = table.get_by_role("row").filter(has=page.get_by_role("link", name=known["title"]))
    await expect(changed).to_contain_text("更新")
    await expect(changed).to_contain_text("汽车→制造业")
    await expect(table).to_contain_text("“客户名称”必填")
    await page.get_by_role("button", name="有误 1").click()
    await expect(table.get_by_role("row")).to_have_count(2)
    await visitor.check_access()
    await page.get_by_role("button", name=BEGIN).click()
    await page.mouse.move(0, 0)

    await expect(page.get_by_text("导入完成，写入 2 行")).to_be_visible()
    await expect(table).to_contain_text("没有名字")
    await visitor.check_access()
    async with page.expect_download() as fetching:
        await page.get_by_role("link", name="下载未导入的行").click()
    book = await (await fetching.value).path()
    sheet = python_calamine.load_workbook(book).get_sheet_by_index(0).to_python()
    assert sheet[1][:3] == ["", "制造业", "没有名字"]
    await page.get_by_role("link", name="查看导入的客户").click()
    await expect(page.get_by_role("link", name="导入乙有限公司")).to_be_visible()
    now = await visitor.api("GET", f"/records/account/{known['id']}")
    assert now["values"]["industry"] == "manufacturing"


@pytest.mark.feature("Z19")
async def test_an_import_is_taken_back_after_its_consequences_are_read(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/import/account")
    await _bring(page, _xlsx([["客户名称"], ["撤销甲有限公司"], ["撤销乙有限公司"]]))
    await _go_on(page)
    await page.get_by_role("button", name=BEGIN).click()
    await page.mouse.move(0, 0)
    await expect(page.get_by_text("导入完成，写入 2 行")).to_be_visible()
    found = await visitor.api("GET", '/records/account?filter=LEFT(name,2)="撤销"')
    kept, gone = found["items"]
    await visitor.api("PATCH", f"/records/account/{kept['id']}", remark="之后改过")

    await page.get_by_role("button", name="撤销这次导入").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("新增的 2 条客户移入回收站")
    await visitor.check_access()
    await dialog.get_by_role("button", name="撤销").click()
    await expect(dialog).to_contain_text("1 条记录回到导入之前")
    stays = dialog.get_by_role("link", name="这条记录")
    await expect(stays).to_have_attribute("href", re.compile(kept["id"]))
    await dialog.get_by_role("button", name="关闭").first.click()
    await expect(page.get_by_text("这次导入已撤销")).to_be_visible()
    left = await visitor.api("GET", '/records/account?filter=LEFT(name,2)="撤销"')
    assert [each["id"] for each in left["items"]] == [kept["id"]]
    assert gone["id"] != kept["id"]


@pytest.mark.feature("Z19")
async def test_words_are_proposed_and_sums_left_out(visit: Visit) -> None:
    """A near word is taken by a click, its channel kept beside it, sums let in and left out."""
    visitor = await visit()
    page = await visitor.go("/import/lead")
    rows = [
        ["公司", "手机", "来源渠道", "预算金额"],
        *([f"提词{n}", f"1390000{n:04}", "抖音广告", "10"] for n in range(4)),
        ["合计", "", "", "40"],
    ]
    await _bring(page, _csv(rows, "utf-8"))
    sums = _sums(page)
    await expect(sums).to_contain_text("有误 4")
    totals = page.get_by_role("checkbox", name="不导入像合计的 1 行")
    await expect(totals).to_be_checked()
    await expect(page.get_by_text("第 6 行（合计 40）")).to_be_visible()
    await visitor.check_access()
    await page.get_by_role("button", name="是“抖音”？").click()
    await expect(sums).to_contain_text("新增 4")
    await expect(sums).not_to_contain_text("有误")

    await page.get_by_role("combobox", name="“来源渠道”再填入的字段").fill("来源明细")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("同时填入 来源明细")).to_be_visible()
    await totals.uncheck()
    await expect(sums).to_contain_text("新增 5")
    await totals.check()
    await expect(sums).to_contain_text("新增 4")
    await visitor.check_access()
    await page.set_viewport_size(PHONE)
    await visitor.check_fits()
    made = await visitor.api("GET", f"/imports/{re.split('[/?]', page.url)[4]}")
    assert [each["field"] for each in made["mapping"]["columns"]["来源渠道"]] == [
        "source",
        "source_detail",
    ]
    assert made["mapping"]["totals"] == "leave_out"


@pytest.mark.feature("Z19")
async def test_what_is_required_is_asked_once_and_counted(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/import/opportunity")
    await _bring(page, _csv([["金额", "项目备忘"], ["1", "问一"], ["2", "问二"]], "utf-8"))
    sums = _sums(page)
    await expect(sums).to_contain_text("等您回答 2")
    await expect(sums).not_to_contain_text("有误")
    await visitor.check_access()
    await page.get_by_role("combobox", name="哪一列填“商机名称”").click()
    await page.get_by_title("项目备忘", exact=True).last.click()
    await expect(sums).to_contain_text("新增 2")
    await expect(sums).not_to_contain_text("等您回答")


@pytest.mark.feature("Z19")
async def test_a_running_import_is_cancelled(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/import/product")
    rows = [["产品名称"], *([f"取消{number}"] for number in range(16_000))]
    await _bring(page, _csv(rows, "utf-8"))
    await _go_on(page)
    await (
        page.get_by_role("button", name=BEGIN)
        .or_(page.get_by_role("button", name="开始导入"))
        .click(timeout=LONG_MS)
    )
    await page.get_by_role("button", name="取消导入").click(timeout=LONG_MS)
    await expect(page.get_by_text("已取消，取消之前写入了")).to_be_visible(timeout=LONG_MS)
    made = await visitor.api("GET", f"/imports/{re.split('[/?]', page.url)[4]}")
    assert made["state"] == "cancelled"
    assert made["counts"]["create"] < 16_000
    page = await visitor.go("/imports")
    await expect(page.get_by_role("link", name="客户.csv").first).to_contain_text("已取消")
    if made["counts"]["create"]:
        await visitor.api("POST", f"/changesets/{made['id']}/revert", consequences=False)


async def test_a_column_is_given_a_prefix_a_divider_and_what_other_words_do(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/import/account")
    rows = [
        ["客户名称", "行业", "标签"],
        ["前缀甲", "造车的", "重点/老客户"],
        ["前缀乙", "甲乙丙", "重点"],
    ]
    await _bring(page, _xlsx(rows))
    await page.get_by_label("“客户名称”前面加上").fill("华东")
    await page.get_by_role("button", name="是“汽车”？").click()
    others = page.get_by_label("“行业”里的其他词")
    await others.click()
    await page.get_by_title("留空", exact=True).last.click()
    await expect(_sums(page)).to_contain_text("新增 2")
    await visitor.check_access()
    await _go_on(page)
    await page.get_by_role("button", name=BEGIN).click()
    await expect(page.get_by_text("导入完成，写入 2 行")).to_be_visible()
    found = await visitor.api("GET", "/records/account?q=华东前缀&sort=name")
    told = {row["title"]: row["values"]["industry"] for row in found["items"]}
    assert told == {"华东前缀甲": "automotive", "华东前缀乙": None}

    page = await visitor.go("/import/lead")
    await _bring(page, _xlsx([["公司", "标签"], ["分隔有限公司", "重点/老客户"]]))
    await page.get_by_label("“标签”的多个值用什么分隔").click()
    await page.get_by_title("/", exact=True).click()
    await expect(_sums(page)).to_contain_text("新增 1")
    await _go_on(page)
    await page.get_by_role("button", name=BEGIN).click()
    await expect(page.get_by_text("导入完成，写入 1 行")).to_be_visible()
    found = await visitor.api("GET", "/records/lead?q=分隔有限公司")
    assert found["items"][0]["values"]["tags"] == ["重点", "老客户"]


@pytest.mark.feature("Z19")
async def test_an_import_on_the_phone(visit: Visit) -> None:
    visitor = await visit(viewport=PHONE, has_touch=True)
    page = await visitor.go("/import/contact")
    rows = [["联系人姓名", "客户", "手机"], ["掌上甲", "没有这家公司", "13900007777"]]
    await _bring(page, _xlsx(rows))
    await visitor.check_fits()
    await expect(page.get_by_text("1 个词不认识")).to_be_visible()
    await page.get_by_role("checkbox", name="没有的客户就新建").check()
    await expect(_sums(page)).to_contain_text("新增 1")
    await visitor.check_access()
    await _go_on(page)
    await expect(page.get_by_text("另外新建 1 个客户")).to_be_visible()
    await visitor.check_fits()
    await visitor.check_access()
    await page.get_by_role("button", name=BEGIN).click()
    await page.mouse.move(0, 0)
    await expect(page.get_by_text("导入完成，写入 1 行")).to_be_visible()
    await visitor.check_fits()
    await page.get_by_role("link", name="查看导入的联系人").click()
    await expect(page.get_by_text("掌上甲")).to_be_visible()


async def test_what_cannot_be_read_is_told_where_it_was_dropped(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/import/account")
    empty: FilePayload = {"name": "空.csv", "mimeType": "text/csv", "buffer": b""}
    await page.locator("input[type=file]").set_input_files(empty)
    await expect(page.get_by_role("alert")).to_contain_text("文件是空的")
    await expect(page.get_by_role("button", name="选择文件")).to_be_visible()


async def test_an_administrator_finds_the_import_of_members(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/")
    await page.get_by_role("button", name=re.compile("的菜单")).click()
    await page.get_by_role("menuitem", name="导入成员").click()
    await _bring(page, _xlsx([["姓名", "部门"], ["成员导入甲", "导入测试部"]]))
    await expect(_sums(page)).to_contain_text("新增 1")
    await visitor.check_access()
    await page.get_by_role("button", name="放弃").click()
    await expect(page).to_have_url(re.compile("/import/member$"))
    found = await visitor.api("GET", "/members?q=成员导入甲")
    assert found["items"] == []


@pytest.mark.feature("Z19")
async def test_a_list_is_exported_as_it_is_seen(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account?view=-&sort=name&filter=industry%20%3D%20%22automotive%22")
    query = "filter=industry%20%3D%20%22automotive%22&sort=name&limit=500"
    seen = (await visitor.api("GET", f"/records/account?{query}"))["items"]
    await page.get_by_role("button", name="更多").click()
    async with page.expect_download() as fetching:
        await page.get_by_role("menuitem", name="导出 CSV").click()
    text = (await (await fetching.value).path()).read_text("utf-8-sig")
    head, *rows = text.splitlines()
    assert head.startswith("客户名称")
    assert [row.split(",")[0] for row in rows] == [each["title"] for each in seen]


@pytest.mark.feature("Z19")
async def test_a_long_list_is_exported_in_the_background_and_fetched_from_the_bell(
    visit: Visit,
) -> None:
    visitor = await visit()
    done = []
    for start in (0, 6_000):
        changes = [
            {"op": "create", "object": "product", "values": {"name": f"长表{start + number}"}}
            for number in range(6_000)
        ]
        done.append((await visitor.api("POST", "/changesets", mode="all", changes=changes))["id"])
    page = await visitor.go("/o/product?view=-")
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("menuitem", name="导出 CSV").click()
    await expect(page.get_by_text("正在后台生成")).to_be_visible()
    await page.get_by_role("button", name=re.compile("条未读")).click(timeout=LONG_MS)
    async with page.expect_download() as fetching:
        await page.get_by_text("导出的文件已备好").first.click(timeout=LONG_MS)
    text = (await (await fetching.value).path()).read_text("utf-8-sig")
    assert "长表11999" in text
    for changeset in done:
        await visitor.api("POST", f"/changesets/{changeset}/revert", consequences=False)
