"""Photographs every page of the web app into build/tour, with an index to leaf through.

`python -m tools.tour [part of a name …]`: each scene in two sizes, light and dark, in both
languages. `--only 1440-light-zh-CN` takes one way of looking (may be repeated), `--server URL
--password LOGIN=PASSWORD …` looks at a server that runs already.
"""

import argparse
import asyncio
import html
import itertools
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    async_playwright,
)
from playwright.async_api import Error as BrowserError
from tools.browser import ARGUMENTS, chromium
from tools.build_web import ROOT, WEB, build
from tools.demo_server import DemoServer, demo_server
from tools.tour_places import PLACE_SCENES
from tools.tour_records import RECORD_SCENES
from tools.tour_scenes import Scene, Tourist, scenes

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


LOOKS = tuple(Look(*each) for each in itertools.product(SIZES, SCHEMES, LANGUAGES))


def registered() -> dict[str, list[str]]:
    """Return page → addresses of what app/pages.ts registers."""
    listed = _ENTRY.findall(PAGES.read_text("utf-8"))
    return {key: re.findall(r'"([^"]+)"', addresses) for key, addresses in listed}


async def photograph(
    server: DemoServer, wanted: Sequence[Scene], looks: Sequence[Look]
) -> list[Path]:
    """Take every picture; returns the files in the order of the scenes."""
    taken = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for look in looks:
            taken += await _all_scenes(browser, server, look, wanted)
        await browser.close()
    return sorted(taken)


async def _all_scenes(
    browser: Browser, server: DemoServer, look: Look, wanted: Sequence[Scene]
) -> list[Path]:
    contexts: dict[str | None, BrowserContext] = {}
    taken = []
    for scene in wanted:
        if scene.size not in (None, look.size["width"]):
            continue
        if scene.login not in contexts:
            contexts[scene.login] = await open_context(browser, server, look, scene.login)
        context = contexts[scene.login]
        page = await context.new_page()
        path = TARGET / f"{scene.key}-{look.name}.png"
        tourist = Tourist(page, look.language, server)
        try:
            await _stand(tourist, scene, await real_address(context, scene.address))
        except BrowserError as error:
            sys.stderr.write(f"✗ {path.name}: {error.message.splitlines()[0]}\n")
        await page.screenshot(path=path)
        taken.append(path)
        await page.close()
    for context in contexts.values():
        await context.close()
    return taken


async def _stand(tourist: Tourist, scene: Scene, address: str) -> None:
    page = tourist.page
    page.set_default_timeout(QUIET_MS)
    if scene.set:
        await scene.set(tourist)
    await page.goto(address)
    await page.locator("h1, p").first.wait_for()
    if "waiting" not in scene.key:
        await quiet(page)
    if scene.act:
        await scene.act(tourist)
        await quiet(page)
    await page.wait_for_timeout(SETTLE_MS)


async def quiet(page: Page) -> None:
    """The event stream never ends, so the network is never idle: what loads has a shape."""
    await page.locator("[aria-busy=true]").first.wait_for(state="detached")


async def open_context(
    browser: Browser, server: DemoServer, look: Look, login: str | None
) -> BrowserContext:
    context = await browser.new_context(
        base_url=server.url,
        viewport=look.size,
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale=look.language,
        has_touch=look.size["width"] < 768,
    )
    if login is None:
        return context
    data = {"login": login, "password": server.passwords[login]}
    answer = await context.request.post(
        "/api/auth/login", data=data, headers={"origin": server.url}
    )
    if not answer.ok:
        raise RuntimeError(await answer.text())
    return context


async def real_address(context: BrowserContext, address: str) -> str:
    """Put the id of the object's first record in the place of `{first}`, of an import that waits
    in that of `{draft}`."""
    if "{draft}" in address:
        return address.replace("{draft}", await _draft(context))
    if "{first}" not in address:
        return address
    object_key = re.sub(r".*/o/(\w+).*", r"\1", address)
    answer = await context.request.get(f"/api/records/{object_key}?limit=1")
    return address.replace("{first}", (await answer.json())["items"][0]["id"])


async def _draft(context: BrowserContext) -> str:
    """Return an import into accounts that waits for its mapping, brought when there is none."""
    listed = (await (await context.request.get("/api/imports")).json())["items"]
    drafts = [made for made in listed if made["state"] == "draft"]
    if not drafts:
        account = await context.request.get("/api/records/account?limit=1")
        title = (await account.json())["items"][0]["title"]
        text = f"华东客户名单\n客户名称,行业,备注\n{title},制造业,老客户\n新客户有限公司,造车的,\n"
        file = {"name": "客户.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
        form: Any = {"object": "account", "file": file}
        origin = {"origin": re.sub(r"(://[^/]+).*", r"\1", account.url)}
        answer = await context.request.post("/api/imports", multipart=form, headers=origin)
        drafts = [await answer.json()]
    found: str = drafts[0]["id"]
    return found


def write_index() -> Path:
    """Write the page that shows all pictures of the folder."""
    figures = "".join(
        f'<figure><a href="{name}"><img src="{name}" loading="lazy"></a>'
        f"<figcaption>{name}</figcaption></figure>"
        for name in (html.escape(path.name) for path in sorted(TARGET.glob("*.png")))
    )
    style = "body{font:13px sans-serif;display:flex;flex-wrap:wrap;gap:16px}img{height:360px}"
    index = TARGET / "index.html"
    index.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{figures}")
    return index


def main() -> None:
    """Photograph what is named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="*")
    parser.add_argument("--only", action="append", choices=[look.name for look in LOOKS])
    parser.add_argument("--server")
    parser.add_argument("--password", action="append", default=[])
    asked = parser.parse_args()
    every = [*scenes(registered()), *RECORD_SCENES, *PLACE_SCENES]
    wanted = [s for s in every if not asked.scene or any(part in s.key for part in asked.scene)]
    looks = [look for look in LOOKS if not asked.only or look.name in asked.only]
    build()
    TARGET.mkdir(parents=True, exist_ok=True)
    if not asked.scene and not asked.only:
        for old in TARGET.glob("*.png"):
            old.unlink()
    if asked.server:
        there = DemoServer(asked.server, dict(pair.split("=", 1) for pair in asked.password))
        taken = asyncio.run(photograph(there, wanted, looks))
    else:
        with demo_server() as server:
            taken = asyncio.run(photograph(server, wanted, looks))
    sys.stdout.write(f"{len(taken)} pictures: {write_index()}\n")


if __name__ == "__main__":
    main()
