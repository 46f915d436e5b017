"""Pages come calmly: what is seen does not move when the rest arrives."""

from playwright.async_api import expect
from tests.e2e.conftest import Visit
from tools import page_probe

PHONE = {"width": 390, "height": 844}
MOST_SHIFT = 0.02
PAGES = ("/", "/me", "/o/opportunity/new", "/o/opportunity?view=opportunity_this_month")


async def test_nothing_jumps_while_a_page_comes(visit: Visit) -> None:
    visitor = await visit(viewport=PHONE)
    await page_probe.install(visitor.page.context)
    jumped = {}
    for path in PAGES:
        page = await visitor.go(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        await page.wait_for_timeout(500)
        seen = await page_probe.since_loading(page)
        if seen.shift >= MOST_SHIFT:
            jumped[path] = (seen.shift, seen.moved)
    assert jumped == {}
