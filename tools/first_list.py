"""Measures how soon the first list stands in the browser, and how much code comes for it.

`python -m tools.first_list` prints gzip KB of the scripts of each address and the time until
the first row of a list is painted, by the page's own clock: with an empty cache (cold), at the
second visit, and from then on (warm), when the browser also keeps the code as it runs it.
"""

import asyncio
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Request, async_playwright
from tools.browser import ARGUMENTS, chromium
from tools.build_web import DIST, build
from tools.demo_server import DemoServer, demo_server

TURNS = 5
LIST = "/o/account"
ADDRESSES = ("/login", "/", LIST, "/side")
SETTLE_MS = 1500
KB = 1000
VISITS = ("cold", "second", "warm")
# Nothing is asked of the page while it loads: Playwright's own questions take it 50 ms.
_TOLD = "first row"
_WATCH = f"""
(() => {{
  const seen = new MutationObserver(() => {{
    if (!document.querySelector('main a[href^="{LIST}/"]')) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => console.debug("{_TOLD}", performance.now())));
  }});
  seen.observe(document, {{ childList: true, subtree: true }});
}})();
"""


@dataclass(slots=True)
class Scripts:
    """The scripts a page asked for, by path."""

    paths: set[str] = field(default_factory=set)

    def hear(self, request: Request) -> None:
        """Remember a request when it is for a script."""
        path = urlsplit(request.url).path
        if path.startswith("/assets/") and path.endswith(".js"):
            self.paths.add(path)

    def gzip_kb(self) -> float:
        """Return what they are packed, in KB of 1,000 bytes; small ones are sent as they are."""
        return sum(map(_packed, self.paths)) / KB


def _packed(path: str) -> int:
    file = DIST / PurePosixPath(path).relative_to("/")
    gzip = file.with_name(f"{file.name}.gz")
    return (gzip if gzip.is_file() else file).stat().st_size


async def measure(server: DemoServer) -> list[str]:
    """Return the lines to print."""
    lines = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for address in ADDRESSES:
            page, scripts = await _page(browser, server, signed_in=address != "/login")
            await page.goto(address)
            await page.wait_for_timeout(SETTLE_MS)
            count = len(scripts.paths)
            lines.append(f"{address:12} {scripts.gzip_kb():6.0f} KB gzip in {count} scripts")
            await page.context.close()
        times: dict[str, list[float]] = {visit: [] for visit in VISITS}
        for _ in range(TURNS):
            page, _ = await _page(browser, server, signed_in=True)
            await page.add_init_script(_WATCH)
            for visit in VISITS:
                times[visit].append(await _first_row(page))
                # By then the code is kept by the browser and its service worker.
                await page.wait_for_timeout(SETTLE_MS)
            await page.context.close()
        await browser.close()
    for visit, taken in times.items():
        middle, worst = statistics.median(taken), max(taken)
        lines.append(f"first list, {visit}: median {middle:.2f} s, worst of {TURNS} {worst:.2f} s")
    return lines


async def _page(browser: Browser, server: DemoServer, *, signed_in: bool) -> tuple[Page, Scripts]:
    context = await browser.new_context(base_url=server.url, locale="zh-CN")
    if signed_in:
        data = {"login": "admin", "password": server.passwords["admin"]}
        headers = {"origin": server.url}
        answer = await context.request.post("/api/auth/login", data=data, headers=headers)
        if not answer.ok:
            raise RuntimeError(await answer.text())
    page, scripts = await context.new_page(), Scripts()
    page.on("request", lambda request: scripts.hear(request))
    return page, scripts


async def _first_row(page: Page) -> float:
    async with page.expect_console_message(lambda said: said.text.startswith(_TOLD)) as told:
        await page.goto(LIST, wait_until="commit")
    return float((await told.value).text.removeprefix(_TOLD)) / 1000


def main() -> None:
    """Build, start the demo company, measure, print."""
    build()
    with demo_server() as server:
        lines = asyncio.run(measure(server))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
