"""The app on a home screen: installable, calm without a network, renewed without losing a word."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Page, Route, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor
from tools.build_web import DIST

READY = "navigator.serviceWorker.ready.then(() => true)"


async def _kept(visitor: Visitor, path: str) -> Page:
    """Open a page twice: from the second time on the service worker answers."""
    page = await visitor.go(path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert await page.evaluate(READY)
    await page.reload()
    await page.wait_for_function("navigator.serviceWorker.controller !== null")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


async def test_chromium_finds_it_installable(visit: Visit) -> None:
    visitor = await visit()
    page = await _kept(visitor, "/")
    devtools = await page.context.new_cdp_session(page)
    manifest = await devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    found = await devtools.send("Page.getInstallabilityErrors")
    # Tests browse privately, where nothing is installed at all.
    assert {each["errorId"] for each in found["installabilityErrors"]} <= {"in-incognito"}


async def test_without_a_network_it_says_so_and_goes_on_by_itself(visit: Visit) -> None:
    visitor = await visit()
    page = await _kept(visitor, "/o/account")
    await page.context.set_offline(True)
    # What is on the page stays on the page.
    await expect(page.get_by_text("网络已断开")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="客户名称")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="现在连不上网络")).to_be_visible()
    await visitor.check_access()
    await page.context.set_offline(False)
    await expect(page.get_by_role("columnheader", name="客户名称")).to_be_visible()


async def test_a_newer_build_is_told_and_taken_over_with_the_draft(visit: Visit) -> None:
    visitor = await visit()
    page = await _kept(visitor, "/o/account/new")
    name = page.get_by_role("group", name="客户名称").get_by_role("textbox")
    with _newer_build():
        # As when the person comes back to the tab.
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        update = page.get_by_role("button", name="立即更新")
        await expect(update).to_be_visible()
        await name.fill("更新时正在填的公司")
        async with page.expect_navigation():
            await update.click()
        await expect(name).to_have_value("更新时正在填的公司")
        await expect(update).to_be_hidden()


# Comes to its end once what was typed is kept as a draft: when the keys have rested.
KEPT = """new Promise((done) => {
  const look = () =>
    JSON.stringify(localStorage).includes("换版本时正在填的公司") ? done() : setTimeout(look, 50);
  look();
})"""
UNKEPT = "ServiceWorkerContainer.prototype.register = () => Promise.reject()"


async def test_a_tab_of_an_older_build_says_so_and_opens_the_new_one(visit: Visit) -> None:
    visitor = await visit()
    # React tells the console what its page caught.
    await visitor.page.add_init_script(f"{UNKEPT}; console.error = () => undefined")
    page = await visitor.go("/o/account/new")
    name = page.get_by_role("group", name="客户名称").get_by_role("textbox")
    await name.fill("换版本时正在填的公司")
    await page.evaluate(KEPT)

    async def gone(route: Route) -> None:
        await route.fulfill(status=404)

    async def newer(route: Route) -> None:
        await route.fulfill(body='<script type="module" src="/assets/main-NEWER.js"></script>')

    await page.route("**/assets/ProfilePage-*.js", gone)
    await page.route("**/?build=*", newer)
    await page.get_by_role("button", name=re.compile("的菜单")).click()
    await page.get_by_role("menuitem", name="个人资料与安全").click()
    fresh = page.get_by_role("button", name="用新版本打开")
    await expect(page.get_by_text("有了新版本")).to_be_visible()
    await visitor.check_access()
    await page.unroute("**/assets/ProfilePage-*.js")
    async with page.expect_navigation():
        await fresh.click()
    await expect(page.get_by_role("heading", name="登录与安全")).to_be_visible()
    await page.goto("/o/account/new")
    await expect(name).to_have_value("换版本时正在填的公司")


@contextmanager
def _newer_build() -> Iterator[None]:
    """The service worker with another byte in it, as every build has; its packed copies away."""
    worker = DIST / "sw.js"
    packed = [path for ending in ("br", "gz") if (path := DIST / f"sw.js.{ending}").is_file()]
    held = {path: path.read_bytes() for path in (worker, *packed)}
    try:
        for path in packed:
            path.unlink()
        worker.write_bytes(held[worker] + b"\n// newer\n")
        yield
    finally:
        for path, data in held.items():
            path.write_bytes(data)
