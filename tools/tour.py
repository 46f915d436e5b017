"""Photographs every page of the web app into build/tour, with an index to leaf through.

`python -m tools.tour [page …]`: each in two sizes, light and dark, in both languages.
"""

import asyncio
import html
import itertools
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright
from tools.browser import ARGUMENTS, chromium
from tools.build_web import ROOT, WEB, build
from tools.demo_server import DemoServer, demo_server

TARGET = ROOT / "build" / "tour"
PAGES = WEB / "src" / "app" / "pages.ts"
SIZES = (ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844))
SCHEMES = ("light", "dark")
LANGUAGES = ("zh-CN", "en")
# After the page is quiet: pictures and fonts settle.
SETTLE_MS = 400
QUIET_MS = 10_000
_ENTRY = re.compile(r'key: "([\w-]+)".*?tour: \[(.*?)\]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a page."""

    size: ViewportSize
    scheme: str
    language: str

    @property
    def name(self) -> str:
        """Its part of the file's name."""
        return f"{self.size['width']}-{self.scheme}-{self.language}"


def addresses(wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Return (page, address) of what app/pages.ts registers, the log-in page first."""
    found = [("login", "/login")]
    for key, listed in _ENTRY.findall(PAGES.read_text("utf-8")):
        found += [(key, address) for address in re.findall(r'"([^"]+)"', listed)]
    return [entry for entry in found if not wanted or entry[0] in wanted]


async def photograph(server: DemoServer, wanted: Sequence[str]) -> list[Path]:
    """Take every picture; returns the files in the order of the pages."""
    looks = [Look(*each) for each in itertools.product(SIZES, SCHEMES, LANGUAGES)]
    taken = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for look in looks:
            taken += await _all_pages(browser, server, look, wanted)
        await browser.close()
    return sorted(taken)


async def _all_pages(
    browser: Browser, server: DemoServer, look: Look, wanted: Sequence[str]
) -> list[Path]:
    context = await browser.new_context(
        base_url=server.url,
        viewport=look.size,
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale=look.language,
        has_touch=look.size["width"] < 768,
    )
    page, taken = await context.new_page(), []
    for number, (key, address) in enumerate(addresses(wanted)):
        if key != "login":
            await _sign_in(context, server)
        await page.goto(await _real(context, address))
        # The event stream never ends, so the network is never idle: what loads has a shape.
        busy = page.locator("[aria-busy=true]").first
        await page.locator("h1").first.wait_for(timeout=QUIET_MS)
        await busy.wait_for(state="detached", timeout=QUIET_MS)
        await page.wait_for_timeout(SETTLE_MS)
        path = TARGET / f"{number:02}-{key}-{look.name}.png"
        await page.screenshot(path=path)
        taken.append(path)
    await context.close()
    return taken


async def _sign_in(context: BrowserContext, server: DemoServer) -> None:
    if any(cookie["name"].endswith("changliu") for cookie in await context.cookies()):
        return
    data = {"login": "admin", "password": server.passwords["admin"]}
    answer = await context.request.post(
        "/api/auth/login", data=data, headers={"origin": server.url}
    )
    if not answer.ok:
        raise RuntimeError(await answer.text())


async def _real(context: BrowserContext, address: str) -> str:
    """Put the id of the object's first record in the place of `{first}`."""
    if "{first}" not in address:
        return address
    answer = await context.request.get(f"/api/records/{address.split('/')[2]}?limit=1")
    return address.replace("{first}", (await answer.json())["items"][0]["id"])


def write_index(taken: Sequence[Path]) -> Path:
    """Write the page that shows all of them."""
    figures = "".join(
        f'<figure><a href="{name}"><img src="{name}" loading="lazy"></a>'
        f"<figcaption>{name}</figcaption></figure>"
        for name in (html.escape(path.name) for path in taken)
    )
    style = "body{font:13px sans-serif;display:flex;flex-wrap:wrap;gap:16px}img{height:360px}"
    index = TARGET / "index.html"
    index.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{figures}")
    return index


def main() -> None:
    """Photograph the pages named, or all."""
    build()
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.png"):
        old.unlink()
    with demo_server() as server:
        taken = asyncio.run(photograph(server, sys.argv[1:]))
    sys.stdout.write(f"{len(taken)} pictures: {write_index(taken)}\n")


if __name__ == "__main__":
    main()
