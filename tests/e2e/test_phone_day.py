"""A day on the phone: lines as cards, what the keyboard leaves, words that are not lost."""

import asyncio
import re
from typing import Any

from playwright.async_api import Locator, Route, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.pages import Visitor, becomes

# As iOS tells of its keyboard: the page stays as high as it was, less of it is seen.
KEYBOARD = """(height) => {
  Object.defineProperty(visualViewport, "height", { get: () => height, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""
SEEN = 508


async def _deal(visitor: Visitor, name: str, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = await visitor.api(
        "POST", "/records/opportunity", name=name, stage="engaging", **values
    )
    return made


def _entry(sheet: Locator, name: str) -> Locator:
    return sheet.get_by_role("group", name=name, exact=True).get_by_role("textbox")


async def test_lines_are_cards_that_open_as_sheets(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    product = await visitor.first("product")
    deal = await _deal(visitor, "手机上填明细")
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    add = page.get_by_role("button", name="添加一行")
    await add.tap()
    sheet = page.get_by_role("dialog", name="商品行 1 / 1")
    await visitor.check_access()
    await _entry(sheet, "数量").fill("3")
    await _entry(sheet, "单价").fill("2万")
    await _entry(sheet, "折扣率").fill("0")
    await sheet.get_by_role("button", name="完成").tap()
    await page.get_by_role("button", name="保存", exact=True).tap()
    # What is wrong stands at its line, and again at its field.
    card = page.get_by_role("list", name="商品行").get_by_role("button")
    await expect(card.get_by_role("alert")).to_contain_text("产品")
    await card.tap()
    await expect(sheet.get_by_role("group", name="产品").get_by_role("alert")).to_be_visible()
    await sheet.get_by_role("combobox", name="产品").fill(product["title"])
    await page.locator(".ant-select-item-option", has_text=product["title"]).first.click()
    await sheet.get_by_role("button", name="完成").tap()
    await expect(card).to_contain_text("60,000")
    await visitor.check_fits()
    await page.get_by_role("button", name="保存", exact=True).tap()
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal['id']}")
    (line,) = found["values"]["lines"]
    assert line["product"]["id"] == product["id"]


async def test_a_line_is_left_out_by_its_sheet(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    product = await visitor.first("product")
    lines = [{"product": product["id"], "quantity": number, "price": 10} for number in (1, 2)]
    deal = await _deal(visitor, "少一行", lines=lines)
    page = await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    await page.get_by_role("list", name="商品行").get_by_role("button").first.tap()
    sheet = page.get_by_role("dialog", name="商品行 1 / 2")
    await sheet.get_by_role("button", name="下一条").tap()
    second = page.get_by_role("dialog", name="商品行 2 / 2")
    await expect(_entry(second, "数量")).to_have_value("2")
    await second.get_by_role("button", name="删除这一行").tap()
    await page.get_by_role("button", name="保存", exact=True).tap()
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal['id']}")
    assert [float(line["quantity"]) for line in found["values"]["lines"]] == [1]


async def test_the_keyboard_covers_no_button(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    page = await visitor.go("/o/lead?new=lead")
    form = page.get_by_role("dialog", name="新建线索")
    await form.get_by_role("textbox").first.tap()
    await page.evaluate(KEYBOARD, SEEN)
    await _above(form.get_by_role("button", name="保存", exact=True))
    deal = await _deal(visitor, "键盘上方")
    await visitor.go(f"/o/opportunity/{deal['id']}?edit")
    await page.locator("#form-name").tap()
    await page.evaluate(KEYBOARD, SEEN)
    await _above(page.get_by_role("button", name="保存", exact=True))
    # The way to other pages comes back with the room for it.
    menu = page.get_by_role("button", name="更多", exact=True)
    await expect(menu).to_be_hidden()
    await page.locator("#form-name").blur()
    await expect(menu).to_be_visible()


async def _above(button: Locator) -> None:
    async def above() -> bool:
        box = await button.bounding_box()
        return box is not None and box["y"] + box["height"] <= SEEN

    await expect(button).to_be_visible()
    await becomes(above)


async def test_a_comment_begun_is_found_again(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    deal = await _deal(visitor, "没写完的评论")
    page = await visitor.go(f"/o/opportunity/{deal['id']}?tab=timeline")
    words = page.get_by_role("textbox", name="写评论")
    await words.fill("客户说下周")
    await page.get_by_role("tab", name="基本信息").tap()
    await page.get_by_role("tab", name="动态").tap()
    await expect(words).to_have_value("客户说下周")
    await page.reload()
    await expect(words).to_have_value("客户说下周")
    await words.fill("客户说下周签")
    await page.get_by_role("button", name="发送").tap()
    await expect(page.get_by_role("listitem").filter(has_text="客户说下周签")).to_be_visible()
    await expect(words).to_have_value("")
    await page.reload()
    await expect(words).to_have_value("")


async def test_a_comment_that_is_said_is_no_draft_any_more(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    deal = await _deal(visitor, "说完的评论")
    page = await visitor.go(f"/o/opportunity/{deal['id']}?tab=timeline")
    words = page.get_by_role("textbox", name="写评论")
    await words.fill("说完就走")
    read_again = asyncio.Event()

    async def wait(route: Route) -> None:
        await read_again.wait()
        await route.continue_()

    # It is said, and what was said is not read again yet.
    await page.route(re.compile("/timeline"), wait)
    await page.get_by_role("button", name="发送").tap()
    await expect(words).to_have_value("")
    read_again.set()
    await expect(page.get_by_role("listitem").filter(has_text="说完就走")).to_be_visible()

    # Left while it is on its way.
    on_its_way = asyncio.Event()

    async def slowly(route: Route) -> None:
        await on_its_way.wait()
        await route.continue_()

    await page.route("**/comments", slowly)
    await words.fill("没等说完就走")
    await page.get_by_role("button", name="发送").tap()
    await page.get_by_role("tab", name="基本信息").tap()
    await expect(words).to_be_hidden()
    async with page.expect_response("**/comments"):
        on_its_way.set()
    await page.get_by_role("tab", name="动态").tap()
    await expect(page.get_by_role("listitem").filter(has_text="没等说完就走")).to_be_visible()
    await expect(words).to_have_value("")


async def test_a_comment_sent_again_is_said_once(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    deal = await _deal(visitor, "信号不好的评论")
    page = await visitor.go(f"/o/opportunity/{deal['id']}?tab=timeline")

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/comments", lose_the_answer, times=1)
    await page.get_by_role("textbox", name="写评论").fill("电梯里写的")
    await page.get_by_role("button", name="发送").tap()
    await expect(page.get_by_role("status").filter(has_text="连不上服务器")).to_be_visible()
    await page.get_by_role("button", name="发送").tap()
    await expect(page.get_by_role("textbox", name="写评论")).to_have_value("")
    said = await visitor.api("GET", f"/records/opportunity/{deal['id']}/comments")
    assert [each["text"] for each in said["items"]] == ["电梯里写的"]


async def test_an_empty_choice_says_what_it_wants(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    page = await visitor.go("/o/opportunity/new")
    form = page.get_by_role("main")
    await form.get_by_role("button", name="更多字段").tap()
    await expect(form.get_by_role("group", name="客户", exact=True)).to_contain_text("选择客户")
    await expect(form.get_by_role("group", name="售前工程师")).to_contain_text("选择成员")


async def test_words_twice_as_large_are_read_whole(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    page = await visitor.go("/o/account?view=-")
    title = page.get_by_role("listitem").get_by_role("link").first.locator("strong")
    small = await _height(title)
    # As a chat's font size does it.
    await page.evaluate("document.documentElement.style.textSizeAdjust = '200%'")
    await expect(page.locator("html")).to_have_attribute("style", re.compile("--larger: ?2"))

    async def larger() -> bool:
        return await _height(title) > small * 1.5

    await becomes(larger)
    cut = "(word) => word.scrollHeight > word.clientHeight"
    assert not await title.evaluate(cut)
    cards = page.get_by_role("listitem")

    async def apart() -> bool:
        first, second = await cards.nth(0).bounding_box(), await cards.nth(1).bounding_box()
        assert first is not None
        assert second is not None
        return second["y"] >= first["y"] + first["height"]

    # Cards are put in their places once they are measured.
    await becomes(apart)
    await expect(page.get_by_role("button", name="的菜单")).to_be_in_viewport()
    await visitor.check_fits()


async def _height(target: Locator) -> float:
    await expect(target).to_be_visible()
    box = await target.bounding_box()
    assert box is not None
    return box["height"]


async def test_a_lead_is_asked_for_by_its_first_few_fields(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    page = await visitor.go("/o/lead?new=lead")
    form = page.get_by_role("dialog", name="新建线索")
    await expect(form.get_by_role("group", name="微信号")).to_be_hidden()
    await form.get_by_role("group", name="公司名称").get_by_role("textbox").fill("十秒科技")
    await form.get_by_role("group", name="联系人姓名").get_by_role("textbox").fill("张十秒")
    await form.get_by_role("group", name="手机").get_by_role("textbox").fill("13900001234")
    await form.get_by_role("button", name="保存", exact=True).tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("十秒科技（张十秒）")
