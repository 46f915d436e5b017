"""One server with the demo and one browser a run, one context a test.

A test asks for `visit` to sign somebody in and get a page. Whatever a page complains about in the
console fails its test.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)
from tests.e2e.pages import PATIENCE_MS, Visitor
from tools.browser import ARGUMENTS, chromium, missing
from tools.build_web import DIST, build
from tools.demo_server import DemoServer, demo_server

Visit = Callable[..., Awaitable[Visitor]]
WIDE = ViewportSize(width=1440, height=900)
PHONE: dict[str, Any] = {
    "viewport": ViewportSize(width=390, height=844),
    "has_touch": True,
    "is_mobile": True,
}
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def site() -> Iterator[DemoServer]:
    """The server, its pages built from today's sources."""
    build()
    assert (DIST / "index.html").is_file()
    with demo_server() as server:
        yield server


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless."""
    if wanted := missing():
        pytest.fail(f"browser tests need {' '.join(wanted)}: run make browser")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture
async def visit(
    site: DemoServer, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Visit]:
    """Returns `visit(login="admin", **context)`: a visitor signed in, or a stranger for None."""
    complaints: list[str] = []
    contexts = []

    async def visit(login: str | None = "admin", **wishes: Any) -> Visitor:
        settings: dict[str, Any] = {"locale": "zh-CN", "viewport": WIDE, **wishes}
        context = await browser.new_context(base_url=site.url, **settings)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        _overhear(page, complaints)
        visitor = Visitor(page, site)
        if login is not None:
            await visitor.sign_in(login)
        return visitor

    yield visit
    failed = any(context.pages for context in contexts) and _failed(request)
    for number, context in enumerate(contexts):
        if failed:
            await context.pages[0].screenshot(path=_picture(request, number))
        await context.close()
    assert complaints == []


def _overhear(page: Page, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # A refused request is the server's answer, which tests ask about by themselves.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember how a test ended, for its picture."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


def _failed(request: pytest.FixtureRequest) -> bool:
    report = getattr(request.node, "report_call", None)
    return bool(report is not None and report.failed)


def _picture(request: pytest.FixtureRequest, number: int) -> Path:
    folder = Path("build") / "e2e"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{request.node.name.replace('/', '_')}-{number}.png"
