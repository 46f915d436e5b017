"""Boards, calendars, regions: by which field, what a search leaves of them, and without a mouse."""

import re

from playwright.async_api import ViewportSize, expect
from tests.e2e.conftest import Visit

PHONE = ViewportSize(width=390, height=844)


async def test_a_board_is_put_by_another_field_with_other_sums(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go("/o/opportunity?view=opportunity_pipeline")
    await page.get_by_role("button", name="按阶段").click()
    await page.get_by_role("menuitem", name="商机来源").click()
    await expect(page.get_by_role("region", name="转介绍")).to_be_visible()
    await expect(page.get_by_role("region", name="持续沟通")).to_have_count(0)
    await page.get_by_role("button", name="按商机来源").click()
    await page.get_by_role("menuitem", name="不合计").click()
    head = page.get_by_role("region", name="转介绍").locator("header")
    await expect(head).not_to_contain_text("¥")
    await page.get_by_role("button", name="另存为视图").click()
    # The dialog's first field has the focus, not its cross.
    await expect(page.get_by_label("视图名称")).to_be_focused()
    await page.keyboard.type("按来源看")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("按来源看")
    await page.reload()
    await expect(head).to_be_visible()
    await expect(head).not_to_contain_text("¥")
    await visitor.check_access()
    listed = (await visitor.api("GET", "/views?object=opportunity"))["items"]
    made = next(each for each in listed if each["key"] in page.url)
    await visitor.api("DELETE", f"/views/{made['key']}")
    assert (made["board"]["field"], made["board"]["sum"]) == ("source", None)


async def test_a_searched_board_counts_nothing_it_does_not_show(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/opportunity?view=opportunity_pipeline")
    head = page.get_by_role("region", name="持续沟通").locator("header")
    await expect(head).to_contain_text("¥")
    await page.get_by_label("在列表中查找").fill("储能")
    await expect(head).not_to_contain_text(re.compile(r"[\d¥]"))


async def test_searched_regions_are_the_records_found(visit: Visit) -> None:
    visitor = await visit()
    name = (await visitor.first("account"))["title"]
    page = await visitor.go("/o/account?view=-&type=region")
    await expect(page.get_by_role("button", name=re.compile("^广东省"))).to_be_visible()
    await page.get_by_label("在列表中查找").fill(name)
    await expect(page.get_by_role("link", name=name)).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^广东省"))).to_have_count(0)


async def test_a_calendar_goes_by_another_date_and_is_open_to_everybody(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/opportunity?view=-&type=calendar")
    await page.get_by_role("button", name="按接触日期").click()
    await page.get_by_role("menuitem", name="预计成交日期").click()
    await expect(page.get_by_role("button", name="按预计成交日期")).to_be_visible()
    await page.locator(".fc-daygrid-more-link").first.click()
    await expect(page.locator(".fc-popover")).to_be_visible()
    await visitor.check_access()


async def test_a_phone_chooses_a_boards_field_too(visit: Visit) -> None:
    visitor = await visit(viewport=PHONE)
    page = await visitor.go("/o/opportunity?view=opportunity_pipeline")
    await page.get_by_role("button", name="按阶段").click()
    await page.get_by_role("menuitem", name="商机来源").click()
    await expect(page.get_by_role("button", name="按商机来源")).to_be_visible()
    await expect(page.get_by_role("article").first).to_be_visible()
    await visitor.check_fits()
    await visitor.check_access()


async def test_an_address_that_says_nonsense_is_mended_by_one_press(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account?view=account_all&type=nonsense")
    await expect(page.get_by_role("grid")).to_be_visible()
    await visitor.go("/o/account?view=account_all&filter=nonsense>5")
    await page.get_by_role("alert").get_by_role("button", name="还原").click()
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()


async def test_a_list_is_looked_into_and_ticked_by_keys_alone(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account?view=account_all")
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    bar = page.get_by_role("toolbar", name="对选中的记录操作")
    for key in ("j", "x", "j", "x"):
        await page.keyboard.press(key)
    await expect(bar).to_contain_text("已选 2 条")
    await page.keyboard.press("Escape")
    await expect(bar).to_have_count(0)
    # A box that was ticked by the mouse keeps Space, and gives Esc to the list.
    box = page.get_by_role("grid").get_by_role("checkbox").nth(2)
    await box.click()
    await expect(bar).to_contain_text("已选 1 条")
    await page.keyboard.press("Space")
    await expect(bar).to_have_count(0)
    await box.click()
    await page.keyboard.press("Escape")
    await expect(bar).to_have_count(0)
    await page.get_by_role("heading", level=1).evaluate("() => document.activeElement.blur()")
    await page.keyboard.press("j")
    await page.keyboard.press("Space")
    await expect(page).to_have_url(re.compile("peek="))


async def test_enter_before_the_answer_opens_what_was_typed(visit: Visit) -> None:
    visitor = await visit()
    name = (await visitor.first("account"))["title"]
    page = await visitor.go("/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type(name)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def test_keys_of_a_form_are_listed(visit: Visit) -> None:
    page = await (await visit()).go("/o/account")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    for word in ("保存并新建", "在侧边查看", "取消选中"):
        await expect(dialog.get_by_text(word)).to_be_visible()


async def test_a_tab_shows_nothing_of_whom_it_no_longer_belongs_to(visit: Visit) -> None:
    visitor = await visit("admin")
    page = await visitor.go("/o/account")
    await expect(page.get_by_role("heading", name="全部客户")).to_be_visible()
    # In another tab of this browser somebody else signs in; then this one is looked at again.
    await visitor.sign_in("rep")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    await expect(page).to_have_url(re.compile(r"/$"))
    await expect(page.get_by_role("button", name=re.compile("李明"))).to_be_visible()
