"""Going places: the navigation and its views, the palette, the workbench."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Response, Route, ViewportSize, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor, becomes

PHONE = ViewportSize(width=390, height=844)
PINS = "**/api/me/settings/pins"


async def _palette(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()


async def test_views_stand_below_the_object_that_is_open(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go("/o/opportunity")
    navigation = page.get_by_role("navigation")
    mine = navigation.get_by_role("link", name="我的进行中商机")
    await expect(navigation.get_by_role("link", name="商机看板")).to_have_attribute(
        "aria-current", "page"
    )
    await mine.click()
    await expect(page).to_have_url(re.compile(r"/o/opportunity\?view=opportunity_mine$"))
    await expect(mine).to_have_attribute("aria-current", "page")
    await navigation.get_by_role("link", name="任务", exact=True).click()
    await expect(mine).to_be_hidden()
    await expect(navigation.get_by_role("link", name="我的待办")).to_be_visible()


async def test_a_pinned_view_is_first_everywhere(visit: Visit) -> None:
    visitor = await visit("manager")
    page = await visitor.go("/o/account")
    navigation = page.get_by_role("navigation")
    await navigation.get_by_role("link", name="沉默客户").hover()
    # Shown at once, kept when the server says so.
    async with page.expect_response(PINS):
        await navigation.get_by_role("button", name="置顶“沉默客户”", exact=True).click()
    await expect(navigation.get_by_text("置顶", exact=True)).to_be_visible()
    await expect(page.get_by_role("link", name="沉默客户")).to_have_count(2)
    page = await (await visit("manager")).go("/")
    await expect(page.get_by_role("region", name="沉默客户")).to_be_visible()
    await expect(page.get_by_role("region", name="我的待办")).to_be_hidden()
    await page.get_by_role("navigation").get_by_role("link", name="沉默客户").hover()
    async with page.expect_response(PINS):
        await page.get_by_role("button", name="取消置顶“沉默客户”").click()
    # Managers own nothing here: what waits in the team stands there instead.
    await expect(page.get_by_role("region", name="逾期任务")).to_be_visible()
    assert (await visitor.api("GET", "/me/settings"))["settings"]["pins"] == []


async def test_the_workbench_shows_what_waits_and_where_one_was(visit: Visit) -> None:
    visitor = await visit("rep")
    filter_ = (await visitor.api("GET", "/views/task_mine"))["filter"]
    found = await visitor.page.context.request.get(
        "/api/records/task", params={"filter": filter_, "sort": "due_on", "count": "true"}
    )
    tasks = await found.json()
    account = await visitor.first("account")
    async with visitor.page.expect_response(_remembered):
        page = await visitor.go(f"/o/account/{account['id']}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(account["title"])
    await page.keyboard.press("g")
    await page.keyboard.press("h")
    region = page.get_by_role("region", name="我的待办")
    await expect(region.get_by_role("listitem").first).to_contain_text(tasks["items"][0]["title"])
    await expect(region.get_by_role("heading")).to_contain_text(str(tasks["total"]))
    recent = page.get_by_role("region", name="最近看过")
    await expect(recent.get_by_role("link").first).to_contain_text(account["title"])


def _remembered(answer: Response) -> bool:
    return answer.url.endswith("/api/me/recent") and answer.request.method == "POST"


async def test_something_new_is_begun_on_any_page(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go("/")
    await page.get_by_role("button", name="新建", exact=True).click()
    await page.get_by_role("menuitem", name="任务", exact=True).click()
    await expect(page.get_by_role("dialog")).to_contain_text("新建任务")
    await visitor.check_access()


async def _contact(visitor: Visitor) -> str:
    account = (await visitor.first("account"))["id"]
    made = await visitor.api(
        "POST", "/records/contact", name="张总", mobile="13912347788", account=account
    )
    return str(made["id"])


@pytest.mark.parametrize("typed", ["zz", "7788"])
async def test_zhang_is_found_by_initials_and_by_four_digits(visit: Visit, typed: str) -> None:
    visitor = await visit("rep")
    contact = await _contact(visitor)
    page = await visitor.go("/")
    await _palette(page)
    await page.get_by_role("combobox").fill(typed)
    option = page.get_by_role("option", name=re.compile("^张总")).first
    await expect(option.locator("mark")).to_have_text({"zz": "张总", "7788": "7788"}[typed])
    if typed == "zz":
        await expect(option).to_contain_text((await visitor.first("account"))["title"])
    for _ in range(12):
        if await option.get_attribute("aria-selected") == "true":
            break
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("张总")
    await (await visit()).api("DELETE", f"/records/contact/{contact}")


async def test_letters_typed_before_the_palette_is_there_are_searched(visit: Visit) -> None:
    visitor = await visit("rep")
    let_in = asyncio.Event()

    async def held(route: Route) -> None:
        await let_in.wait()
        await route.continue_()

    await visitor.page.route(re.compile(r"/assets/Palette-[^/]*\.js$"), held)
    page = await visitor.go("/o/lead")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("nx")
    let_in.set()
    await expect(page.get_by_role("combobox")).to_have_value("nx")
    await page.keyboard.type("y")
    await expect(page.get_by_role("combobox")).to_have_value("nxy")
    # "n" makes a new record and "x" selects one where nobody is typing.
    assert page.url.endswith("/o/lead")


async def test_letters_typed_while_the_palette_is_drawn_are_searched(visit: Visit) -> None:
    visitor = await visit("rep")
    for _ in range(3):
        page = await visitor.go("/")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await page.keyboard.press("Control+k")
        # All at once, faster than anything can be drawn.
        await page.keyboard.type("67543210")
        await expect(page.get_by_role("combobox", name="搜索")).to_have_value("67543210")


async def test_the_palette_opens_views_does_things_and_remembers(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go("/me")
    await _palette(page)
    await page.get_by_role("combobox").fill("沉默")
    await expect(page.get_by_role("option", name="沉默客户")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("view=account_silent"))
    await _palette(page)
    used = page.get_by_role("group", name="最近使用")
    await expect(used.get_by_role("option")).to_contain_text(["沉默客户"])
    await visitor.check_access()
    await page.get_by_role("combobox").fill("深色")
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await _palette(page)
    await page.get_by_role("combobox").fill("快捷键")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("回到工作台")
    for key in ("look", "palette"):
        await visitor.api("DELETE", f"/me/settings/{key}")


async def test_a_phone_has_the_workbench_and_a_whole_page_of_search(visit: Visit) -> None:
    visitor = await visit("rep", viewport=PHONE, has_touch=True)
    page = await visitor.go("/")
    await expect(
        page.get_by_role("region", name="我的待办").get_by_role("link").nth(2)
    ).to_be_visible()
    await visitor.check_fits()
    await visitor.check_access()
    await page.get_by_role("button", name="搜索", exact=True).tap()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("option").first).to_be_visible()

    async def whole() -> bool:
        box = await dialog.bounding_box()
        return box is not None and (box["width"], box["height"]) == (
            PHONE["width"],
            PHONE["height"],
        )

    # It grows while it opens.
    await becomes(whole)
    await visitor.check_access()
    await dialog.get_by_role("button", name="取消").tap()
    await expect(dialog).to_be_hidden()


async def test_letters_typed_while_a_form_or_a_cell_opens_are_in_it(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go("/o/contact?view=-")
    row = page.get_by_role("row").nth(1)
    await expect(row.get_by_role("link").first).to_be_visible()
    # Not "x" selects, not "j" goes on: all of it is typed.
    await page.keyboard.press("n")
    await page.keyboard.type("xjke 123")
    name = page.get_by_role("dialog").get_by_role("textbox", name="姓名")
    await expect(name).to_have_value("xjke 123")
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Delete")
    await page.keyboard.press("Escape")
    await expect(name).to_have_count(0)
    heads = await page.get_by_role("columnheader").all_inner_texts()
    at = next(i for i, text in enumerate(heads) if text.startswith("职务"))
    await row.get_by_role("gridcell").nth(at).click()
    await page.keyboard.press("e")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("xjk123")
    typed = page.get_by_role("grid").get_by_role("textbox")
    await expect(typed).to_have_value(re.compile("xjk123$"))
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("grid").get_by_role("row", selected=True)).to_have_count(0)


async def test_letters_typed_while_a_record_opens_for_editing_are_in_it(visit: Visit) -> None:
    visitor = await visit("rep")
    contact = await visitor.first("contact")
    page = await visitor.go(f"/o/contact/{contact['id']}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(contact["title"])
    await page.keyboard.press("e")
    await page.keyboard.type("jkx 1")
    name = page.get_by_role("textbox", name="姓名")
    await expect(name).to_have_value(f"{contact['title']}jkx 1")
    await expect(name).to_be_focused()
    # The draft goes, so that nobody finds it.
    await name.fill(contact["title"])
    await page.keyboard.press("Escape")
