"""Cards dragged by the mouse: into the next stage, or back with the reason."""

from playwright.async_api import Locator, Page, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor


async def _deal(visitor: Visitor, name: str, stage: str) -> str:
    made = await visitor.api("POST", "/records/opportunity", name=name, stage=stage)
    return str(made["id"])


async def _drag(page: Page, source: Locator, target: Locator) -> None:
    """By the mouse, in steps, as a hand does it."""
    # Places are asked for once nothing moves any more.
    await expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    await source.hover()
    first, last = await source.bounding_box(), await target.bounding_box()
    assert first is not None
    assert last is not None
    await page.mouse.move(first["x"] + 30, first["y"] + first["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(first["x"] + 60, first["y"] + first["height"] / 2 + 4, steps=3)
    await page.mouse.move(last["x"] + 20, last["y"] + min(last["height"] / 2, 120), steps=8)
    await page.mouse.up()


async def _stage(visitor: Visitor, deal: str) -> str:
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    return str(found["values"]["stage"])


async def test_a_card_is_dragged_into_the_next_stage(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, "拖动商机", "prospecting")
    page = await visitor.go("/o/opportunity?q=拖动商机")
    card = page.get_by_role("article").filter(has_text="拖动商机")
    target = page.get_by_role("region", name="持续沟通")
    await expect(card).to_be_visible()
    await _drag(page, card, target)
    await expect(target.get_by_text("拖动商机")).to_be_visible()
    await expect(page.get_by_text("已移到“持续沟通”")).to_be_visible()
    assert await _stage(visitor, deal) == "engaging"


async def test_a_refused_card_goes_back_and_says_why(visit: Visit) -> None:
    visitor = await visit(viewport={"width": 2200, "height": 900})
    deal = await _deal(visitor, "拖不动商机", "engaging")
    page = await visitor.go("/o/opportunity?q=拖不动商机")
    card = page.get_by_role("article").filter(has_text="拖不动商机")
    await expect(card).to_be_visible()
    await _drag(page, card, page.get_by_role("region", name="赢单"))
    told = page.get_by_role("alert").filter(has_text="不能移到“赢单”")
    await expect(told).to_be_visible()
    # The reason is the rule's own words, not a code.
    assert len((await told.inner_text()).strip()) > len("不能移到“赢单”") + 5
    home = page.get_by_role("region", name="持续沟通")
    await expect(home.get_by_text("拖不动商机")).to_be_visible()
    assert await _stage(visitor, deal) == "engaging"


async def test_the_focus_goes_with_a_card_moved_by_keys(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, "键盘移动商机", "prospecting")
    page = await visitor.go("/o/opportunity?q=键盘移动商机")
    card = page.get_by_role("article").filter(has_text="键盘移动商机")
    menu = card.get_by_role("button", name="移到…")
    for stage in ("持续沟通", "需求确认"):
        await menu.press("Enter")
        target = page.get_by_role("menuitem", name=stage)
        await expect(target).to_be_visible()
        await target.press("Enter")
        moved = page.get_by_role("region", name=stage).get_by_role("article")
        await expect(moved.get_by_role("button", name="移到…")).to_be_focused()
    await expect(page.get_by_text("已移到“需求确认”")).to_be_visible()
    assert await _stage(visitor, deal) == "requirement"
