"""The first list: its answers come beside its code, in few files, and for nobody else."""

import asyncio
import re
from http import HTTPStatus

from playwright.async_api import Request, Response, Route, expect
from tests.e2e.conftest import Visit
from tools.first_list import Scripts

LIST = "/o/account"
# docs/explain/performance.md: what the first list may weigh, packed, and in how many files.
MOST_KB, MOST_FILES = 300, 10
ROW = f'main a[href^="{LIST}/"]'
UNKEPT = "ServiceWorkerContainer.prototype.register = () => Promise.reject()"
ASKED = "localStorage.getItem('changliu.asked')"


async def test_the_first_list_comes_in_few_files(visit: Visit) -> None:
    visitor = await visit("rep")
    scripts = Scripts()
    visitor.page.on("request", lambda request: scripts.hear(request))
    page = await visitor.go(LIST)
    await page.locator(ROW).first.wait_for()
    assert scripts.gzip_kb() <= MOST_KB
    assert len(scripts.paths) <= MOST_FILES


async def test_a_page_asks_again_before_its_code_is_here(visit: Visit) -> None:
    visitor = await visit("rep")
    # A service worker would answer with the code before the test could hold it back.
    await visitor.page.add_init_script(UNKEPT)
    page = await visitor.go(LIST)
    await page.locator(ROW).first.wait_for()
    assert await page.evaluate(ASKED)
    asked: list[str] = []
    rows = asyncio.Event()
    code = asyncio.Event()

    def hear(request: Request) -> None:
        if "/api/records/" in request.url:
            asked.append(request.url)
            rows.set()

    async def hold(route: Route) -> None:
        await code.wait()
        await route.continue_()

    page.on("request", hear)
    await page.route("**/assets/app-*.js", hold)
    # The kept copy would not ask.
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.goto(LIST, wait_until="commit")
    await asyncio.wait_for(rows.wait(), timeout=15)
    code.set()
    await page.locator(ROW).first.wait_for()
    await expect(page.get_by_text(re.compile(r"^\d+ 条$"))).to_be_visible()
    # Each was asked for once: the page took the answer that had come ahead.
    assert len(asked) == len(set(asked))


async def test_who_leaves_leaves_nothing_of_what_they_looked_at(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go(LIST)
    first = page.locator(ROW).first
    await first.wait_for()
    title = await first.inner_text()
    kept = await page.evaluate("JSON.stringify(Object.assign({}, localStorage))")
    assert title not in kept
    await page.get_by_role("button", name=re.compile("的菜单")).click()
    await page.get_by_role("menuitem", name="退出登录").click()
    await expect(page.get_by_label("用户名")).to_be_visible()
    assert await page.evaluate(ASKED) is None


async def test_an_answer_from_before_signing_in_is_not_taken_after_it(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go(LIST)
    await page.locator(ROW).first.wait_for()
    await page.context.clear_cookies()
    # Its rows are asked for ahead, and refused.
    async with page.expect_response(_refused_rows):
        await page.goto(LIST)
    await page.get_by_label("用户名").fill("rep")
    await page.get_by_label("密码").fill(visitor.site.passwords["rep"])
    await page.keyboard.press("Enter")
    await page.locator(ROW).first.wait_for()


def _refused_rows(answer: Response) -> bool:
    # An answer to the page that is left may come late.
    return "/api/records/" in answer.url and answer.status == HTTPStatus.UNAUTHORIZED


async def test_a_picture_tells_its_name_when_the_pointer_rests(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go(LIST)
    await page.locator(ROW).first.wait_for()
    await page.get_by_role("radio", name="地区").locator("..").hover()
    tip = page.get_by_role("tooltip", name="地区")
    await expect(tip).to_be_visible()
    await visitor.check_access()
    await page.get_by_role("heading", level=1).hover()
    await expect(tip).to_be_hidden()


async def test_ways_of_looking_are_chosen_by_keyboard(visit: Visit) -> None:
    visitor = await visit("rep")
    page = await visitor.go(LIST)
    chosen = page.get_by_role("radiogroup", name="显示方式").get_by_role("radio", checked=True)
    await chosen.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page).to_have_url(re.compile("type="))
    await expect(page.get_by_role("radio", name="列表")).not_to_be_checked()
