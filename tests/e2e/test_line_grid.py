"""Lines as a grid: moved, copied, pasted from a table, left out and put back."""

from typing import Any

from playwright.async_api import Locator, Page, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.pages import Visitor

PASTE = """(text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const told = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(told);
}"""


async def _deal(visitor: Visitor, count: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A deal with some lines of one product each: quantities 1, 2, …"""
    products = (await visitor.api("GET", "/records/product?limit=3"))["items"]
    account = await visitor.first("account")
    lines = [
        {"product": product["id"], "quantity": at, "price": 10}
        for at, product in enumerate(products[:count], 1)
    ]
    values = {"name": "明细网格", "account": account["id"], "stage": "engaging", "lines": lines}
    return await visitor.api("POST", "/records/opportunity", **values), products


async def _quantities(table: Locator, wanted: list[str]) -> None:
    for at, each in enumerate(wanted, 1):
        await expect(table.get_by_label(f"数量 {at}", exact=True)).to_have_value(each)
    await expect(table.locator("tbody tr")).to_have_count(len(wanted))


async def _saved(page: Page, visitor: Visitor, deal: dict[str, Any]) -> list[dict[str, Any]]:
    """Save by the key and read the lines back."""
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal['id']}")
    lines: list[dict[str, Any]] = found["values"]["lines"]
    return lines


async def test_lines_are_moved_copied_and_put_back(visit: Visit) -> None:
    visitor = await visit()
    deal, _ = await _deal(visitor, 3)
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    table = page.get_by_role("region", name="商品行").last
    # Beside the timeline the table is wider than its place; what acts on a line stays in sight.
    menu = table.get_by_role("button", name="第 1 行的操作")
    await table.locator("tbody td").first.scroll_into_view_if_needed()
    await expect(menu).to_be_in_viewport(ratio=1)
    third = table.get_by_label("数量 3", exact=True)
    await third.click()
    await page.keyboard.press("Alt+ArrowUp")
    await _quantities(table, ["1", "3", "2"])
    await expect(table.get_by_label("数量 2", exact=True)).to_be_focused()
    rows = table.locator("tbody tr")
    await rows.nth(0).locator("td").first.drag_to(rows.nth(2).locator("td").first)
    await _quantities(table, ["3", "2", "1"])
    await menu.click()
    await visitor.check_access()
    await page.get_by_role("menuitem", name="复制这一行").click()
    await _quantities(table, ["3", "3", "2", "1"])
    await table.get_by_role("button", name="删除这一行").nth(2).click()
    await _quantities(table, ["3", "3", "1"])
    await page.get_by_role("button", name="撤销").click()
    await _quantities(table, ["3", "3", "2", "1"])
    # Left out again: the keys still belong to the form.
    await table.get_by_role("button", name="删除这一行").last.click()
    await _quantities(table, ["3", "3", "2"])
    lines = await _saved(page, visitor, deal)
    assert [float(line["quantity"]) for line in lines] == [3, 3, 2]


async def test_cells_of_a_table_are_pasted(visit: Visit) -> None:
    visitor = await visit()
    deal, products = await _deal(visitor, 1)
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    table = page.get_by_role("region", name="商品行").last
    first, second, _ = (product["title"] for product in products)
    await table.get_by_label("数量 1", exact=True).click()
    await page.evaluate(PASTE, '7\t¥1,200.50\t10%\t2026/12/1\t甲\r\n8\t130\t\t\t"两\n行"\r\n')
    await _quantities(table, ["7", "8"])
    await expect(table.get_by_label("要求交期 1")).to_have_value("2026-12-01")
    # By their names, whatever their order; a name nobody knows is told.
    await table.get_by_label("数量 2", exact=True).click()
    await page.evaluate(PASTE, f"数量\t产品\t单价\n9\t{second}\t5\n1\t没有这个产品\t6\n")
    await expect(page.get_by_text("没有找到：没有这个产品")).to_be_visible()
    await _quantities(table, ["7", "9", "1"])
    await table.get_by_role("button", name="删除这一行").last.click()
    lines = await _saved(page, visitor, deal)
    told = [(line["product"]["title"], float(line["price"]), line["remark"]) for line in lines]
    assert [each[:2] for each in told] == [(first, 1200.5), (second, 5)]
    assert told[0][2] == "甲"


async def test_a_fault_in_the_third_line_is_shown_and_the_frame_stays(visit: Visit) -> None:
    visitor = await visit(viewport={"width": 1280, "height": 600})
    deal, _ = await _deal(visitor, 3)
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    table = page.get_by_role("region", name="商品行").last
    await table.get_by_label("数量 3", exact=True).fill("三台")
    await page.keyboard.press("Control+s")
    await expect(table.locator("tbody tr").nth(2).get_by_role("alert")).to_be_in_viewport()
    await expect(table.get_by_label("数量 3", exact=True)).to_have_value("三台")
    await expect(page.get_by_role("button", name="保存", exact=True)).to_be_in_viewport()
    top = await page.get_by_role("banner").first.bounding_box()
    assert top is not None
    assert top["y"] == 0


async def test_a_line_moves_down_on_a_phone(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    deal, _ = await _deal(visitor, 2)
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    await page.get_by_role("list", name="商品行").get_by_role("button").first.tap()
    await page.get_by_role("button", name="下移").tap()
    sheet = page.get_by_role("dialog", name="商品行 2 / 2")
    await expect(sheet.get_by_role("group", name="数量").get_by_role("textbox")).to_have_value("1")
    await visitor.check_access()
    await sheet.get_by_role("button", name="完成").tap()
    await page.get_by_role("button", name="保存", exact=True).tap()
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal['id']}")
    assert [float(line["quantity"]) for line in found["values"]["lines"]] == [2, 1]


async def test_a_colleague_is_mentioned_by_initials_and_told_at_once(visit: Visit) -> None:
    visitor, told = await visit(), await visit("manager")
    deal, _ = await _deal(visitor, 1)
    her = (await told.api("GET", "/auth/session"))["member"]
    path = f"/records/opportunity/{deal['id']}"
    await visitor.api("POST", f"{path}/shares", member=her["id"], access="read")
    await told.listen("/")
    page = await visitor.go(f"/o/opportunity/{deal['id']}")
    box = page.get_by_role("region", name="动态").get_by_role("textbox", name="写评论").first
    await box.click()
    await page.keyboard.type("请看 @wf")
    await page.locator(".ant-mentions-dropdown-menu-item", has_text="王芳").click()
    await page.keyboard.type("按拼音提到")
    await page.keyboard.press("Control+Enter")
    await expect(box).to_have_value("")
    notice = told.page.get_by_role("button").filter(has_text="按拼音提到")
    await notice.click()
    await expect(told.page.get_by_role("heading", level=1)).to_have_text("明细网格")
    await expect(told.page.get_by_text("按拼音提到").first).to_be_visible()


async def test_a_value_put_back_is_taken_back(visit: Visit) -> None:
    visitor = await visit()
    deal, _ = await _deal(visitor, 1)
    for words in ("先打电话", "再去拜访"):
        await visitor.api("PATCH", f"/records/opportunity/{deal['id']}", next_step=words)
    page = await visitor.go(f"/o/opportunity/{deal['id']}")
    change = page.get_by_role("region", name="动态").get_by_role("listitem").first
    await change.get_by_role("button", name="下一步").press("Enter")
    await expect(page.get_by_text("已恢复")).to_be_visible()
    await page.get_by_role("button", name="撤销").click()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal['id']}")
    assert found["values"]["next_step"] == "再去拜访"


async def test_a_long_value_leaves_room_for_the_way_back(visit: Visit) -> None:
    visitor = await visit()
    deal, _ = await _deal(visitor, 1)
    path = f"/records/opportunity/{deal['id']}"
    await visitor.api("PATCH", path, name="说来话长" * 50)
    page = await visitor.go(f"/o/opportunity/{deal['id']}")
    change = page.get_by_role("region", name="动态").get_by_role("listitem").first
    await change.get_by_role("button", name="恢复商机名称").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("明细网格")
    await visitor.check_fits()


WORD = """<html><body><!--StartFragment--><div class=WordSection1><p class=MsoNormal
style='color:red'><b>粗体</b><script>window.hacked = 1</script><style>p {}</style>
<img src=/nowhere.png><a href='javascript:window.hacked = 3'>坏链</a>
<a href='https://example.com/'>好链</a><o:p></o:p></p></div><!--EndFragment--></body></html>"""


async def test_what_word_brings_is_sieved_before_it_is_read(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/about/fields")
    text = page.locator("[contenteditable=true]").first
    await text.click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate(PASTE.replace("text/plain", "text/html"), WORD)
    await expect(text.locator("strong", has_text="粗体")).to_be_visible()
    await expect(text.get_by_role("link")).to_have_text(["好链"])
    await expect(text).to_contain_text("坏链")
    assert await page.evaluate("window.hacked ?? null") is None
    assert not [url for url in asked if "nowhere" in url]


async def test_a_text_too_long_is_told_and_not_cut(visit: Visit) -> None:
    visitor = await visit()
    deal, _ = await _deal(visitor, 1)
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    name = page.locator("#form-name")
    await name.fill("长" * 210)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("group", name="商机名称").get_by_role("alert")).to_contain_text(
        "210"
    )
    await expect(name).to_have_value("长" * 210)
