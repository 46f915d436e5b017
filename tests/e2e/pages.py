"""What a person does in the browser, and what is checked of every page."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page
from tools.build_web import WEB
from tools.demo_server import DemoServer

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
# What a page may wait for; a loaded machine is slow, a broken page waits for ever.
PATIENCE_MS = 30_000
# An answer of the API may be thousands of records.
ANSWER_MS = 60_000
STREAM = "**/api/events/stream*"


async def becomes(ask: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so that Playwright's own expectations do not ask."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while not await ask():
        assert time.monotonic() < until, "it never became so"
        await asyncio.sleep(0.05)


@dataclass(slots=True)
class Visitor:
    """One browser window and who sits before it."""

    page: Page
    site: DemoServer

    async def sign_in(self, login: str) -> None:
        """Sign in through the API: the context keeps the cookie."""
        await self.api("POST", "/auth/login", login=login, password=self.site.passwords[login])

    async def api(self, method: str, path: str, **body: Any) -> Any:
        """Ask the API as this visitor; returns the JSON of the answer, None without content."""
        answer = await self.page.context.request.fetch(
            f"/api{path}",
            method=method,
            data=body or None,
            headers={"origin": self.site.url},
            # The server closes what has been idle for five seconds, maybe just now.
            max_retries=2,
            timeout=ANSWER_MS,
        )
        assert answer.ok, await answer.text()
        return None if answer.status == 204 else await answer.json()

    async def first(self, object_key: str) -> dict[str, Any]:
        """Return the first record of an object."""
        page = await self.api("GET", f"/records/{object_key}?limit=1")
        found: dict[str, Any] = page["items"][0]
        return found

    async def go(self, path: str) -> Page:
        """Open an address."""
        await self.page.goto(path)
        return self.page

    async def listen(self, path: str) -> Page:
        """Open an address; from here on its page is told what others do."""
        async with self.page.expect_response(STREAM):
            await self.page.goto(path)
        return self.page

    async def check_access(self) -> None:
        """Fail on what keeps people out: axe rules of WCAG A and AA, serious and up."""
        # By DevTools, not by a script element: the page's own policy stays as it is.
        await self.page.evaluate(AXE.read_text("utf-8"))
        found = await self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
        )
        serious = [each for each in found["violations"] if each["impact"] in SERIOUS]
        told = [(each["id"], [n["html"][:200] for n in each["nodes"][:3]]) for each in serious]
        if told:
            pytest.fail(f"{self.page.url}: {told}")

    async def check_fits(self) -> None:
        """Fail when the page scrolls sideways, once it is drawn for the width it has now."""

        async def fits() -> bool:
            wide = "document.documentElement.scrollWidth > innerWidth"
            return not await self.page.evaluate(wide)

        await becomes(fits)
