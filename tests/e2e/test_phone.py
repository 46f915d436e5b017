"""A phone in one hand: cards chosen and changed, one stage at a time, a visit in four taps."""

import asyncio
import time

from playwright.async_api import CDPSession, FilePayload, Locator, Page, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.pages import Visitor


async def _press(page: Page, target: Locator, until: Locator) -> None:
    """Hold a finger on something until what that does is seen."""
    await _still(page, target)
    box = await target.bounding_box()
    assert box is not None
    finger = await page.context.new_cdp_session(page)
    await _touch(finger, "touchStart", (box["x"] + 90, box["y"] + box["height"] / 2))
    await expect(until).to_be_visible()
    await _touch(finger, "touchEnd")


async def _still(page: Page, target: Locator) -> None:
    """Wait until all is here: what comes later may move what a finger is put on."""
    await expect(target).to_be_visible()
    await expect(page.locator("main [aria-busy=true]")).to_have_count(0)


async def _swipe(page: Page, target: Locator, across: int) -> None:
    await _still(page, target)
    box = await target.bounding_box()
    assert box is not None
    x, y = 195 - across / 2, box["y"] + min(box["height"] / 2, 200)
    finger = await page.context.new_cdp_session(page)
    # All at once, and a tenth of a second by its own clock: one that waits for a busy page between
    # its steps is too slow to be a swipe.
    began = time.time()
    await asyncio.gather(
        _touch(finger, "touchStart", (x, y), at=began),
        _touch(finger, "touchMove", (x + across / 2, y), at=began + 0.04),
        _touch(finger, "touchMove", (x + across, y), at=began + 0.08),
        _touch(finger, "touchEnd", at=began + 0.1),
    )


async def _touch(
    finger: CDPSession, kind: str, *points: tuple[float, float], at: float | None = None
) -> None:
    """Touch the screen; `at` in seconds since 1970, now without it."""
    touches = [{"x": x, "y": y} for x, y in points]
    event = {"type": kind, "touchPoints": touches}
    if at is not None:
        event["timestamp"] = at
    await finger.send("Input.dispatchTouchEvent", event)


async def _accounts(visitor: Visitor, word: str) -> None:
    for number in range(3):
        name = f"{word}{number}有限公司"
        await visitor.api("POST", "/records/account", name=name, level="new")


async def test_cards_are_chosen_by_a_long_press_and_changed_together(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    await _accounts(visitor, "长按选择")
    page = await visitor.go("/o/account?view=-&q=长按选择")
    card = page.get_by_role("listitem").filter(has_text="长按选择1")
    bar = page.get_by_role("toolbar", name="对选中的记录操作")
    await _press(page, card, bar)
    await expect(bar).to_contain_text("已选 1 条")
    # The press has chosen: it must not open the card as well.
    assert "/o/account?" in page.url
    await page.get_by_role("checkbox", name="选中长按选择2有限公司").tap()
    await expect(bar).to_contain_text("已选 2 条")
    await visitor.check_access()
    await bar.get_by_role("button", name="选中全部 3 条").tap()
    await bar.get_by_role("button", name="批量修改").tap()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="字段").fill("简称")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("textbox").fill("一起改")
    await expect(dialog.get_by_text("将修改 3 条记录。")).to_be_visible()
    await visitor.check_fits()
    await dialog.get_by_role("button", name="修改", exact=True).tap()
    await expect(page.get_by_text("已修改 3 条")).to_be_visible()
    await expect(bar).to_be_hidden()
    await page.get_by_role("button", name="撤销").tap()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    found = await visitor.api("GET", "/records/account?q=长按选择")
    assert {row["values"]["short_name"] for row in found["items"]} == {None}


async def test_a_card_says_its_day_and_a_late_one_is_marked(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    long = "有日子的商机乙，名称很长很长，一行怎么也放不下"
    for name, day in (("有日子的商机甲", "2020-03-04"), (long, "2099-12-31")):
        values = {"name": name, "stage": "prospecting", "expected_close_on": day}
        await visitor.api("POST", "/records/opportunity", **values)
    page = await visitor.go("/o/opportunity?view=opportunity_all&q=有日子的商机")
    past = page.get_by_role("listitem").filter(has_text="有日子的商机甲")
    await expect(past).to_contain_text("2020-03-04")
    await expect(past).to_contain_text("已逾期")
    ahead = page.get_by_role("listitem").filter(has_text="有日子的商机乙")
    # Whole, however long the title is.
    day = await ahead.get_by_text("2099-12-31").bounding_box()
    assert day is not None
    assert day["x"] + day["width"] <= 390 - 16
    await visitor.check_fits()
    await visitor.check_access()


async def test_the_bar_of_stages_begins_with_a_whole_one(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    seen = []
    for stage in ("prospecting", "proposal", "negotiation"):
        made = await visitor.api("POST", "/records/opportunity", name="一段路", stage=stage)
        page = await visitor.go(f"/o/opportunity/{made['id']}")
        bar = page.get_by_role("radiogroup", name="阶段")
        await expect(bar.get_by_role("radio", checked=True)).to_be_in_viewport(ratio=1)
        begins = """bar => [...bar.querySelectorAll("[role=radio]")].map(
            step => Math.round(step.getBoundingClientRect().left - bar.getBoundingClientRect().left)
        )"""
        lefts = await bar.evaluate(begins)
        assert 0 in lefts
        seen.append(lefts.index(0))
    # From the second on it begins with the stage before.
    assert seen == [0, 2, 3]


async def test_cards_are_put_in_order_and_into_groups(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    await _accounts(visitor, "手机排序")
    page = await visitor.go("/o/account?view=-&q=手机排序")
    await page.get_by_role("button", name="排序与分组").tap()
    sheet = page.get_by_role("dialog", name="排序与分组")
    await visitor.check_access()
    await sheet.get_by_role("button", name="客户名称", exact=True).tap()
    await sheet.get_by_role("button", name="客户名称 升序").tap()
    await expect(sheet.get_by_role("button", name="客户名称 降序")).to_be_visible()
    await sheet.get_by_role("button", name="关闭").tap()
    await expect(page.get_by_role("link", name="手机排序").first).to_contain_text("手机排序2")
    await visitor.go("/o/opportunity?view=opportunity_all")
    await page.get_by_role("button", name="排序与分组").tap()
    await sheet.get_by_text("分组", exact=True).tap()
    await sheet.get_by_role("button", name="阶段", exact=True).tap()
    await sheet.get_by_role("button", name="关闭").tap()
    await expect(page.get_by_role("button", name="赢单")).to_be_visible()
    await visitor.check_fits()


async def test_a_board_goes_on_by_a_swipe_and_a_card_by_a_sheet(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    body = {"name": "手机看板商机", "stage": "engaging"}
    made = await visitor.api("POST", "/records/opportunity", **body)
    page = await visitor.go("/o/opportunity?q=手机看板")
    await expect(page.get_by_role("region", name="初步接触")).to_be_visible()
    await _swipe(page, page.get_by_role("region", name="初步接触"), -180)
    column = page.get_by_role("region", name="持续沟通")
    await expect(column.get_by_role("article")).to_contain_text("手机看板商机")
    await column.get_by_role("button", name="移到…").tap()
    sheet = page.get_by_role("dialog", name="“手机看板商机”移到…")
    await visitor.check_access()
    await sheet.get_by_role("button", name="初步接触").tap()
    await expect(page.get_by_text("已移到“初步接触”")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{made['id']}")
    assert found["values"]["stage"] == "prospecting"


async def test_a_swipe_leafs_through_the_list(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    await _accounts(visitor, "翻页")
    page = await visitor.go("/o/account?view=-&q=翻页&sort=name")
    await page.get_by_role("link", name="翻页0有限公司").tap()
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("翻页0有限公司")
    await expect(page.get_by_text("1 / 3")).to_be_visible()
    await _swipe(page, page.get_by_role("tabpanel"), -180)
    await expect(heading).to_have_text("翻页1有限公司")
    await expect(page.get_by_text("2 / 3")).to_be_visible()
    await _swipe(page, page.get_by_role("tabpanel"), 180)
    await expect(heading).to_have_text("翻页0有限公司")


async def test_a_visit_with_a_photo_takes_four_taps(visit: Visit) -> None:
    here = {"latitude": 31.2304, "longitude": 121.4737}
    visitor = await visit(**PHONE, permissions=["geolocation"], geolocation=here)
    name = "四下记拜访有限公司"
    made = await visitor.api("POST", "/records/account", name=name, level="new")
    page = await visitor.go(f"/o/account/{made['id']}")
    taps = 0

    async def tap(target: Locator) -> None:
        nonlocal taps
        taps += 1
        await target.tap()

    await tap(page.get_by_role("button", name="写跟进"))
    form = page.get_by_role("dialog", name="新建跟进")
    await tap(form.get_by_role("radio", name="客户拜访"))
    await form.get_by_role("group", name="主题").get_by_role("textbox").fill("看产线")
    await form.get_by_role("group", name="沟通内容").get_by_role("textbox").fill("下周报价")
    await visitor.check_access()
    await visitor.check_fits()
    picture = FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=await _picture(page))
    async with page.expect_file_chooser() as chooser:
        await tap(form.get_by_role("button", name="拍照"))
    # The phone's own camera takes it from here.
    await (await chooser.value).set_files([picture])
    await expect(form.get_by_role("button", name="移除 photo-")).to_be_visible()
    await tap(form.get_by_role("button", name="保存", exact=True))
    await expect(page.get_by_text("已新建")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    wanted = f'/records/activity?filter=account="{made["id"]}"'
    (visited,) = (await visitor.api("GET", wanted))["items"]
    assert (visited["values"]["kind"], visited["title"]) == ("visit", "看产线")
    assert [photo["type"] for photo in visited["values"]["photo"]] == ["image/jpeg"]
    assert taps == 4


async def test_what_is_missing_opens_the_whole_form(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    page = await visitor.go("/o/activity?new=activity")
    form = page.get_by_role("dialog", name="新建跟进")
    await expect(form.get_by_role("group", name="时长（分钟）")).to_be_hidden()
    await form.get_by_role("group", name="主题").get_by_role("textbox").fill("没有对象")
    await form.get_by_role("button", name="更多字段").tap()
    await expect(form.get_by_role("group", name="时长（分钟）")).to_be_visible()
    # Saving stays in reach, however long the form is.
    await expect(form.get_by_role("button", name="保存", exact=True)).to_be_in_viewport()
    await form.get_by_role("button", name="保存", exact=True).tap()
    await expect(form.get_by_role("group", name="客户").get_by_role("alert")).to_be_visible()


async def _picture(page: Page) -> bytes:
    return await page.screenshot(type="jpeg")
