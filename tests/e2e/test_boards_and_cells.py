"""Boards and cells in detail: what is overdue, what is missing, where the cursor is."""

import re
from datetime import timedelta
from typing import Any

from playwright.async_api import Locator, Page, ViewportSize, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor

from changliu.kit import clock

PHONE = ViewportSize(width=390, height=844)
RED = "getComputedStyle(document.documentElement).getPropertyValue('--danger').trim()"


async def _is_red(page: Page, shown: Locator) -> None:
    """The colour of danger, as the browser writes it."""
    wanted = await page.evaluate(
        f"(() => {{ const i = document.createElement('i'); i.style.color = {RED};"
        " document.body.append(i); const c = getComputedStyle(i).color; i.remove(); return c; })()"
    )
    await expect(shown).to_have_css("color", wanted)


async def _tasks(visitor: Visitor, name: str) -> None:
    """One that waits and one that is done, both of a day gone by."""
    past = (clock.real() - timedelta(days=9)).date().isoformat()
    for state in ("open", "done"):
        await visitor.api("POST", "/records/task", subject=f"{name}{state}", state=state,
                          due_on=past)  # fmt: skip


async def test_what_is_overdue_is_red_wherever_it_stands(visit: Visit) -> None:
    visitor = await visit()
    await _tasks(visitor, "逾期的事")
    late = re.compile("已逾期")
    page = await visitor.go("/o/task?view=task_board&q=逾期的事")
    cards = page.get_by_role("article")
    waiting, done = cards.filter(has_text="open"), cards.filter(has_text="done")
    await expect(waiting).to_contain_text(late)
    await _is_red(page, waiting.locator("time"))
    await expect(done).to_be_visible()
    await expect(done).not_to_contain_text(late)
    await page.goto("/o/task?view=task_mine&q=逾期的事&filter=")
    row = page.get_by_role("row").filter(has_text="逾期的事open")
    await expect(row).to_contain_text(late)
    await _is_red(page, row.locator("time").first)
    await expect(page.get_by_role("row").filter(has_text="逾期的事done")).not_to_contain_text(late)
    await page.set_viewport_size(PHONE)
    await page.goto("/o/task?view=task_board&q=逾期的事")
    await expect(page.get_by_role("article").filter(has_text="open")).to_contain_text(late)


async def _deal(visitor: Visitor, name: str, **values: Any) -> str:
    account = await visitor.first("account")
    values = {"name": name, "account": account["id"], **values}
    made = await visitor.api("POST", "/records/opportunity", **values)
    return str(made["id"])


async def test_a_refused_card_leads_to_what_is_missing(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, "缺金额商机", stage="engaging")
    page = await visitor.go("/o/opportunity?q=缺金额商机")
    card = page.get_by_role("article").filter(has_text="缺金额商机")
    await card.get_by_role("button", name="移到…").press("Enter")
    await page.get_by_role("menuitem", name="赢单").press("Enter")
    told = page.get_by_role("alert").filter(has_text="不能移到“赢单”")
    await visitor.check_access()
    await told.get_by_role("button", name="去填写").click()
    await expect(page).to_have_url(re.compile(f"/o/opportunity/{deal}\\?edit"))
    stage = page.get_by_role("group", name="阶段", exact=True)
    await expect(stage).to_contain_text("赢单")
    amount = page.get_by_role("group", name="金额", exact=True)
    await expect(amount.get_by_role("alert")).to_be_visible()
    # Nothing is written before it is saved, and giving up leaves nothing behind.
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    assert found["values"]["stage"] == "engaging"
    await page.get_by_role("button", name="取消", exact=True).click()
    await expect(stage).to_be_hidden()
    await page.reload()
    chosen = page.get_by_role("radiogroup", name="阶段").get_by_role("radio", checked=True)
    await expect(chosen).to_have_text("持续沟通")


async def test_prices_of_lines_stand_whole_while_they_are_typed(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, "价格要看全", stage="engaging")
    product = await visitor.first("product")
    lines = [{"product": product["id"], "quantity": "3", "price": "128000"}]
    await visitor.api("PATCH", f"/records/opportunity/{deal}", lines=lines)
    page = await visitor.go(f"/o/opportunity/{deal}?edit")
    table = page.get_by_role("region", name="商品行")
    inputs = table.locator("td input[inputmode=decimal]")
    await expect(inputs.first).to_be_visible()
    clipped = await inputs.evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.value)"
    )
    assert clipped == []


async def test_the_cursor_goes_with_its_row(visit: Visit) -> None:
    visitor = await visit()
    for name in ("甲", "乙", "丙"):
        short = {"甲": "A1", "乙": "B1", "丙": "C1"}[name]
        await visitor.api("POST", "/records/account", name=f"随行{name}公司", level="new",
                          short_name=short)  # fmt: skip
    page = await visitor.go("/o/account?view=-&q=随行&sort=short_name")
    first = page.get_by_role("row").nth(1)
    await expect(first).to_contain_text("随行甲公司")
    heads = await page.get_by_role("columnheader").all_inner_texts()
    at = next(i for i, text in enumerate(heads) if text.startswith("简称"))
    await first.get_by_role("gridcell").nth(at).click()
    grid = page.get_by_role("grid")
    await page.keyboard.press("Enter")
    await grid.get_by_role("textbox").fill("D1")
    await page.keyboard.press("Enter")
    # The one written is the last now; the cursor is at the one that stood below it.
    await expect(page.get_by_role("row").nth(3)).to_contain_text("随行甲公司")
    await expect(grid).to_be_focused()
    active = page.locator("[role=gridcell][class*=active]")
    await expect(active).to_have_text("B1")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(active).to_have_text("D1")


async def test_records_are_leafed_through_beyond_what_the_list_had_loaded(visit: Visit) -> None:
    visitor = await visit()
    asked = "/records/task?sort=subject&fields=id"
    found = await visitor.api("GET", f"{asked}&limit=102&count=true")
    ids, total = [each["id"] for each in found["items"]], found["total"]
    # Beside the list: the hundredth is the last of the rows that came with it.
    page = await visitor.go(f"/o/task?view=-&sort=subject&peek={ids[99]}")
    await expect(page.get_by_text(f"100 / {total}", exact=True)).to_be_visible()
    await page.get_by_role("button", name="下一条").click()
    await expect(page).to_have_url(re.compile(ids[100]))
    await expect(page.get_by_text(f"101 / {total}", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="上一条")).to_be_enabled()


async def test_a_submenu_takes_keys_from_the_start(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go("/me")
    await page.get_by_role("button", name=re.compile("的菜单")).press("Enter")
    density = page.get_by_role("menuitem", name="疏密")
    await expect(page.get_by_role("menuitem", name="个人资料与安全")).to_be_focused()
    await density.focus()
    # All at once: the submenu is not even drawn when the second key comes.
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("[id$=density-popup] > [role=menuitem]").nth(1)).to_be_focused()


async def test_an_upload_goes_on_in_a_cell_out_of_sight(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/task?view=-&sort=subject")
    row = page.get_by_role("row").nth(1)
    await expect(row.get_by_role("link").first).to_be_visible()
    heads = await page.get_by_role("columnheader").all_inner_texts()
    at = next(i for i, text in enumerate(heads) if text.startswith("截止日期"))
    await row.get_by_role("gridcell").nth(at).click()
    await page.keyboard.press("e")
    typed = page.get_by_role("grid").get_by_role("textbox")
    await typed.fill("明天")
    await page.get_by_role("grid").evaluate("grid => grid.parentElement.scrollTop = 12000")
    await expect(page.get_by_role("row").filter(has=page.get_by_role("textbox"))).to_have_count(1)
    await expect(typed).to_have_value("明天")
    await page.keyboard.press("Escape")
    await expect(typed).to_have_count(0)
