"""Columns of a list by the mouse and by their menu, and a card moved by keys alone."""

import re

from playwright.async_api import Locator, Page, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor, becomes


async def _columns(visitor: Visitor) -> Page:
    page = await visitor.go("/o/account?view=-")
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    return page


def _head(page: Page, name: str) -> Locator:
    # A head says its name, and which menu it has.
    return page.get_by_role("columnheader").filter(
        has=page.get_by_role("button", name=f"{name}列的操作", exact=True)
    )


async def _order(page: Page) -> list[str]:
    heads = await page.get_by_role("columnheader").all_inner_texts()
    return [head.strip() for head in heads if head.strip()]


async def _choose(page: Page, name: str, item: str) -> None:
    await _head(page, name).hover()
    await page.get_by_role("button", name=f"{name}列的操作", exact=True).click()
    await page.get_by_role("menuitem", name=item, exact=True).click()


async def _pull(page: Page, from_: tuple[float, float], to: tuple[float, float]) -> None:
    """By the mouse, in steps, as a hand does it."""
    await page.mouse.move(*from_)
    await page.mouse.down()
    await page.mouse.move(from_[0] + 6, from_[1], steps=2)
    await page.mouse.move(*to, steps=8)
    await page.mouse.up()


async def _box(head: Locator) -> tuple[float, float, float]:
    box = await head.bounding_box()
    assert box is not None
    return box["x"], box["y"] + box["height"] / 2, box["width"]


async def test_columns_go_right_and_are_pinned_by_their_menu(visit: Visit) -> None:
    visitor = await visit()
    page = await _columns(visitor)
    before = await _order(page)
    await _choose(page, before[1], "右移")
    wanted = [before[0], before[2], before[1], *before[3:]]
    await expect(page.get_by_role("columnheader").nth(2)).to_contain_text(before[2])
    assert await _order(page) == wanted
    await _choose(page, before[3], "固定")
    # What is pinned stands at the left, and stays there while the rest goes by.
    await expect(page.get_by_role("columnheader").nth(2)).to_contain_text(before[3])
    at, _, _ = await _box(_head(page, before[3]))
    await page.get_by_role("grid").locator("..").evaluate("box => box.scrollTo(400, 0)")
    assert (await _box(_head(page, before[3])))[0] == at
    await page.reload()
    await expect(page.get_by_role("columnheader").nth(2)).to_contain_text(before[3])
    await _choose(page, before[3], "取消固定")
    await page.get_by_role("button", name="还原").click()
    await expect(page.get_by_role("columnheader").nth(2)).to_contain_text(before[1])
    assert await _order(page) == before


async def test_a_menu_is_walked_by_quick_keys_and_gives_them_back(visit: Visit) -> None:
    visitor = await visit()
    page = await _columns(visitor)
    name = (await _order(page))[1]
    opener = page.get_by_role("button", name=f"{name}列的操作", exact=True)
    await opener.focus()
    for key in ("Enter", "ArrowDown", "Enter"):
        await page.keyboard.press(key)
    await expect(_head(page, name)).to_have_attribute("aria-sort", "descending")
    await expect(opener).to_be_focused()
    for key in ("Enter", "ArrowDown", "ArrowUp", "Enter"):
        await page.keyboard.press(key)
    await expect(_head(page, name)).to_have_attribute("aria-sort", "ascending")
    for key in ("Enter", "ArrowDown", "Escape"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("menu")).to_be_hidden()
    await expect(opener).to_be_focused()
    for key in ("Enter", "ArrowDown", "Tab"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("menu")).to_be_hidden()
    await expect(opener).not_to_be_focused()


async def test_columns_are_widened_and_moved_by_the_mouse(visit: Visit) -> None:
    visitor = await visit()
    page = await _columns(visitor)
    before = await _order(page)
    left, middle, wide = await _box(_head(page, before[1]))
    edge = left + wide - 1
    await _pull(page, (edge, middle), (edge + 80, middle))

    async def wider() -> bool:
        return abs((await _box(_head(page, before[1])))[2] - wide - 80) <= 2

    await becomes(wider)
    assert await _order(page) == before
    first, last = await _box(_head(page, before[1])), await _box(_head(page, before[3]))
    await _pull(page, (first[0] + 20, middle), (last[0] + 30, middle))
    await expect(page.get_by_role("columnheader").nth(4)).to_contain_text(before[1])
    assert await _order(page) == [before[0], before[2], before[3], before[1], *before[4:]]


async def test_a_card_moves_by_keys_alone(visit: Visit) -> None:
    visitor = await visit()
    body = {"name": "键盘商机", "stage": "prospecting"}
    made = await visitor.api("POST", "/records/opportunity", **body)
    page = await visitor.go("/o/opportunity?q=键盘商机")
    card = page.get_by_role("article").filter(has_text="键盘商机")
    await card.get_by_role("link").focus()
    await page.keyboard.press("Tab")
    await expect(card.get_by_role("button", name="移到…")).to_be_focused()
    # Where it stands is not offered: the next stage is the first of them.
    for key in ("Enter", "ArrowDown", "ArrowUp", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("已移到“持续沟通”")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{made['id']}")
    assert found["values"]["stage"] == "engaging"
    await expect(page).to_have_url(re.compile("q="))


async def test_columns_sorts_and_groups_reach_one_step_further(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/opportunity?view=opportunity_all")
    await page.get_by_role("button", name="列", exact=True).click()
    far = page.get_by_role("checkbox", name="客户 · 行业")
    await expect(far).to_be_hidden()
    await page.get_by_role("button", name="客户的字段").click()
    await visitor.check_access()
    await far.check()
    await page.get_by_role("searchbox", name="查找字段").fill("团队")
    await expect(page.get_by_role("checkbox", name="上级团队")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="阶段")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("columnheader", name="客户 · 行业")).to_be_visible()


async def test_the_cursor_is_in_sight_from_side_to_side(visit: Visit) -> None:
    visitor = await visit("rep", viewport={"width": 1100, "height": 800})
    page = await visitor.go("/o/opportunity?view=opportunity_all")
    grid = page.get_by_role("grid")
    row = page.get_by_role("row").nth(1)
    await expect(row.get_by_role("link").first).to_be_visible()
    count = await page.get_by_role("columnheader").count()
    await grid.focus()
    await page.keyboard.press("ArrowDown")
    for _ in range(count):
        await page.keyboard.press("ArrowRight")
    active = page.locator("[id^=cell-0-]").last
    box = grid.locator("xpath=..")
    await expect(grid).to_have_attribute("aria-activedescendant", await _id_of(active))
    await becomes(lambda: _inside(active, box))
    for _ in range(count):
        await page.keyboard.press("ArrowLeft")
    await becomes(lambda: _inside(page.locator("#cell-0-0"), box))


async def _id_of(cell: Locator) -> str:
    return await cell.get_attribute("id") or ""


async def _inside(cell: Locator, box: Locator) -> bool:
    one, all_ = await cell.bounding_box(), await box.bounding_box()
    assert one
    assert all_
    return one["x"] >= all_["x"] - 1 and one["x"] + one["width"] <= all_["x"] + all_["width"] + 1
