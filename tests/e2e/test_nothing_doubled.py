"""Changes to many records: a lost answer neither doubles them nor loses their way back.

The server does what it is asked, and the network swallows its answer.
"""

import json

from playwright.async_api import Page, Route, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.pages import Visitor
from tests.e2e.test_phone import _press

SELECTION = "**/api/records/account/selection"


async def _opened(visit: Visit, word: str) -> tuple[Visitor, Page]:
    """Three companies without a short name, all of them ticked, the change filled in."""
    visitor = await visit(**PHONE)
    for number in range(3):
        name = f"{word}{number}有限公司"
        await visitor.api("POST", "/records/account", name=name, level="new")
    page = await visitor.go(f"/o/account?view=-&q={word}&filter=ISBLANK(short_name)")
    card = page.get_by_role("listitem").filter(has_text=f"{word}1")
    bar = page.get_by_role("toolbar", name="对选中的记录操作")
    await _press(page, card, bar)
    await bar.get_by_role("button", name="选中全部 3 条").tap()
    await bar.get_by_role("button", name="批量修改").tap()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="字段").fill("简称")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("textbox").fill("一起改")
    await expect(dialog.get_by_text("将修改 3 条记录。")).to_be_visible()
    return visitor, page


async def _names(visitor: Visitor, word: str) -> list[object]:
    found = await visitor.api("GET", f"/records/account?q={word}")
    return [row["values"]["short_name"] for row in found["items"]]


async def _swallow(page: Page, times: int) -> list[str]:
    """Let the answers of the first real changes be lost; returns the keys they came with."""
    keys: list[str] = []

    async def swallow(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        if asked.get("dry_run"):
            await route.continue_()
            return
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > times:
            await route.continue_()
            return
        await route.fetch()
        await route.abort()

    await page.route(SELECTION, swallow)
    return keys


async def _undone(visitor: Visitor, page: Page, word: str) -> None:
    await expect(page.get_by_text("已修改 3 条")).to_be_visible()
    assert await _names(visitor, word) == ["一起改"] * 3
    await page.get_by_role("button", name="撤销").tap()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    assert await _names(visitor, word) == [None] * 3


async def test_a_lost_first_answer_leaves_the_way_back(visit: Visit) -> None:
    visitor, page = await _opened(visit, "丢了应答")
    keys = await _swallow(page, 1)
    await page.get_by_role("dialog").get_by_role("button", name="修改", exact=True).tap()
    await _undone(visitor, page, "丢了应答")
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_a_change_that_broke_off_is_asked_for_again(visit: Visit) -> None:
    visitor, page = await _opened(visit, "一直断网")
    keys = await _swallow(page, 3)
    dialog = page.get_by_role("dialog")
    button = dialog.get_by_role("button", name="修改", exact=True)
    await button.tap()
    # Done, but nobody knows: none of them is found any more, and still the button works.
    await expect(dialog.get_by_role("alert")).to_contain_text("连不上服务器")
    await button.tap()
    await _undone(visitor, page, "一直断网")
    assert len(keys) == 4
    assert len(set(keys)) == 1
