"""Long lists are entered anywhere, and what is typed is heard whatever stands around it."""

import re

from playwright.async_api import Page, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor

ROW = 36
LIST = "/o/lead?view=-&sort=name"


async def _opened(visit: Visit) -> tuple[Visitor, Page, int, list[str]]:
    """The leads by name, how many there are, and the pages of rows asked for from here on."""
    visitor = await visit()
    page = await visitor.go(LIST)
    await expect(page.get_by_role("grid").get_by_role("link").nth(5)).to_be_visible()
    total = (await visitor.api("GET", "/records/lead?limit=1&count=true"))["total"]
    # The length is counted beside the first rows.
    await expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(total + 1))
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "limit=100" in r.url else None)
    return visitor, page, total, asked


async def _at(visitor: Visitor, place: int) -> str:
    found = await visitor.api("GET", f"/records/lead?sort=name&limit=1&skip={place}")
    return f'a[href$="{found["items"][0]["id"]}"]'


async def test_the_middle_and_the_end_are_a_leap_away(visit: Visit) -> None:
    visitor, page, total, asked = await _opened(visit)
    scroller = page.get_by_role("grid").locator("..")
    middle = total // 2
    await scroller.evaluate(f"box => box.scrollTo(0, {middle * ROW})")
    await expect(page.locator(await _at(visitor, middle + 3))).to_be_visible()
    await expect(page.get_by_role("grid").locator("[aria-busy=true]")).to_have_count(0)
    # Where nobody looked nothing was asked for.
    assert {re.findall(r"skip=(\d+)", url)[0] for url in asked} <= {
        str(block * 100) for block in range(middle // 100 - 1, middle // 100 + 2)
    }
    await page.get_by_role("row").nth(8).get_by_role("gridcell").nth(3).click()
    await page.keyboard.press("End")
    await expect(page.locator(await _at(visitor, total - 1))).to_be_visible()
    await expect(page.get_by_role("grid")).to_have_attribute(
        "aria-activedescendant", re.compile(f"cell-{total - 1}-")
    )
    await page.keyboard.press("Home")
    await expect(page.locator(await _at(visitor, 0))).to_be_visible()
    # Another order is looked at from its top.
    await scroller.evaluate(f"box => box.scrollTo(0, {middle * ROW})")
    await page.get_by_role("columnheader", name="线索名称").get_by_role("button").first.click()
    await expect(page.get_by_role("columnheader", name="线索名称")).to_have_attribute(
        "aria-sort", "descending"
    )
    await expect(page.locator(await _at(visitor, total - 1))).to_be_visible()
    assert await scroller.evaluate("box => box.scrollTop") == 0


async def test_ticking_over_rows_that_are_missing_is_told(visit: Visit) -> None:
    _, page, total, _ = await _opened(visit)
    await page.get_by_role("row").nth(1).get_by_role("checkbox").click()
    await page.get_by_role("row").nth(4).get_by_role("checkbox").click(modifiers=["Shift"])
    await expect(page.get_by_text("已选 4 条")).to_be_visible()
    await page.get_by_role("grid").locator("..").evaluate("box => box.scrollTo(0, 1e9)")
    last = page.locator(f'[role=row][aria-rowindex="{total + 1}"]')
    await last.get_by_role("checkbox").click(modifiers=["Shift"])
    await expect(page.get_by_text("中间有还没载入的行")).to_be_visible()
    await expect(page.get_by_text("已选 5 条")).to_be_visible()
    # Ticked far apart they are changed together.
    await page.get_by_role("button", name="批量修改").click()
    await page.get_by_role("combobox", name="字段").click()
    await page.keyboard.type("职务")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").get_by_role("textbox").fill("经理")
    await expect(page.get_by_text("将修改 5 条记录。")).to_be_visible()


async def test_looking_inside_draws_no_row_anew(visit: Visit) -> None:
    _, page, _, asked = await _opened(visit)
    await page.evaluate(
        """() => {
          window.touched = 0;
          new MutationObserver((seen) => (window.touched += seen.length)).observe(
            document.querySelector("[role=rowgroup]"), { childList: true, subtree: true });
        }"""
    )
    await page.get_by_role("row").nth(3).hover()
    await page.get_by_role("row").nth(3).get_by_role("button", name="在侧边查看").click()
    await expect(page.get_by_role("complementary", name="侧边查看")).to_be_visible()
    assert await page.evaluate("window.touched") == 0
    assert asked == []
