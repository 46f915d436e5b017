"""Measures how calm and quick the web app feels: jumps, deaf moments, frames, long lists.

`python -m tools.smoothness [part …]` starts the demo company, adds rows until there are 100,000
leads and 2,000 open deals, and prints a line for each thing looked at. Parts are `jumps`, `inputs`,
`board` and `grid`; without a name all. `--server URL --password admin=…` measures a server that
runs already.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, async_playwright
from playwright.async_api import Error as BrowserError
from tools import page_probe
from tools.browser import ARGUMENTS, chromium
from tools.build_web import build
from tools.demo_server import DemoServer, demo_server
from tools.page_probe import Seen, watching
from tools.smooth_rows import fill
from tools.tour import SIZES, Look, open_context, quiet, real_address, registered

LEADS, DEALS = 100_000, 2_000
# The budget of each line, as printed beside it.
SHIFT, BLOCKED_MS, FRAMES_PER_S = 0.02, 50, 50
SETTLE_MS = 800
WHEEL_PX, TURNS, TURN_MS = 240, 90, 30
# No blank rows for longer after a leap.
BLANK_MS = 300
# What is not there after so long is told.
PATIENCE_S, CARDS_S = 60, 20
WIDE = Look(SIZES[0], "light", "zh-CN")
_LEADS = "/o/lead?view=lead_all"
_DEALS = "/o/opportunity?view=opportunity_pipeline"

# How long after a leap no row in sight is missing any more, in ms; -1 when patience ends.
_LEAP = """async (grid, [share, ms]) => {
  const box = grid.parentElement, began = performance.now();
  const frame = () => new Promise(requestAnimationFrame);
  const seen = (row) => {
    const at = row.getBoundingClientRect(), all = box.getBoundingClientRect();
    return at.bottom > all.top + 40 && at.top < all.bottom - 40;
  };
  box.scrollTo(0, share * (box.scrollHeight - box.clientHeight));
  await frame();
  while (performance.now() - began < ms) {
    await frame();
    const rows = [...grid.querySelectorAll("[role=row]")].filter(seen);
    if (rows.length > 10 && !rows.some((row) => row.matches("[aria-busy]"))) {
      return performance.now() - began;
    }
  }
  return -1;
}"""

Measure = Callable[[Browser, DemoServer], AsyncIterator[str]]


@asynccontextmanager
async def _opened(
    browser: Browser, server: DemoServer, address: str, look: Look = WIDE
) -> AsyncIterator[Page]:
    context = await open_context(browser, server, look, "admin")
    await page_probe.install(context)
    page = await context.new_page()
    await page.goto(await real_address(context, address))
    await page.locator("h1, p").first.wait_for()
    await quiet(page)
    await page.wait_for_timeout(SETTLE_MS)
    yield page
    await context.close()


async def jumps(browser: Browser, server: DemoServer) -> AsyncIterator[str]:
    """How far what is seen moves by itself while a page comes, at both sizes."""
    for size in SIZES:
        worst = 0.0
        for addresses in registered().values():
            for address in addresses:
                async with _opened(browser, server, address, Look(size, "light", "zh-CN")) as page:
                    seen = await page_probe.since_loading(page)
                worst = max(worst, seen.shift)
                if seen.shift >= SHIFT:
                    moved = ", ".join(seen.moved)
                    yield f"jumps    {size['width']:4} {address}: {seen.shift:.3f} ({moved})"
        yield f"jumps    {size['width']:4} most of any page {worst:.3f} (< {SHIFT})"


async def inputs(browser: Browser, server: DemoServer) -> AsyncIterator[str]:
    """How long a page does not listen while somebody types, opens a record and scrolls."""
    async with _opened(browser, server, "/o/opportunity?view=opportunity_mine") as page:
        await page.get_by_role("button", name="筛选").click()
        await page.get_by_text("按公式").click()
        await page.get_by_role("textbox", name="按公式").click()
        async with watching(page) as seen:
            await page.keyboard.type(' AND 金额 > 100000 AND 阶段 = "engaging"', delay=TURN_MS)
        yield _heard("typing a filter", seen)
        await page.keyboard.press("Escape")
    async with _opened(browser, server, _LEADS) as page:
        await page.locator("#list-find").click()
        async with watching(page) as seen:
            await page.keyboard.type("流畅线索 0420", delay=4 * TURN_MS)
            await page.wait_for_timeout(SETTLE_MS)
        yield _heard("typing into find", seen)
    async with _opened(browser, server, _LEADS) as page:
        async with watching(page) as seen:
            await _wheel(page, page.get_by_role("grid"))
        yield _heard("scrolling a list", seen)
        yield _drawn("scrolling a list", seen)
    async with _opened(browser, server, "/o/account?view=account_all") as page:
        for turn in ("first", "next"):
            links = page.locator('main a[href^="/o/account/"]')
            async with watching(page) as seen:
                await links.nth(2 if turn == "first" else 3).click()
                await page.locator("article, form, dl, section").first.wait_for()
                await quiet(page)
                await page.wait_for_timeout(SETTLE_MS)
            yield _heard(f"opening a record, {turn}", seen)
            await page.go_back()
            await links.nth(3).wait_for()
            await page.wait_for_timeout(SETTLE_MS)


async def board(browser: Browser, server: DemoServer) -> AsyncIterator[str]:
    """Frames a second of a board whose cards are all there: scrolled, and a card led over it."""
    async with _opened(browser, server, _DEALS) as page:
        # The list itself is a section, too.
        columns = page.locator("main section section:has(article)")
        await columns.first.wait_for()
        cards = 0
        for column in await columns.all():
            cards += await _all_cards(column)
        yield f"board    {cards} cards loaded (≥ {DEALS})"
        first, second = columns.nth(0), columns.nth(1)
        await first.locator("div:has(> ul)").evaluate("box => box.scrollTo(0, 0)")
        await page.wait_for_timeout(SETTLE_MS)
        async with watching(page) as seen:
            await _wheel(page, first)
        yield _drawn("scrolling a board", seen)
        yield _heard("scrolling a board", seen)
        async with watching(page) as seen:
            await _drag(page, first.get_by_role("article").nth(6), second)
        yield _drawn("dragging a card", seen)
        yield _heard("dragging a card", seen)
        async with watching(page) as seen:
            await page.mouse.up()
            await page.wait_for_timeout(2 * SETTLE_MS)
        yield _drawn("dropping a card", seen)
        yield _heard("dropping a card", seen)


async def grid(browser: Browser, server: DemoServer) -> AsyncIterator[str]:
    """A list of 100,000 rows: leaps by the scrollbar and the End key, and scrolling from there."""
    async with _opened(browser, server, _LEADS) as page:
        body = page.get_by_role("grid")
        for share in (0.5, 0.25, 0.9, 0.6, 1):
            async with watching(page) as seen:
                blank: float = await body.evaluate(_LEAP, [share, PATIENCE_S * 1000])
            yield f"grid     leap to {share:.0%}: rows there after {blank:.0f} ms (≤ {BLANK_MS})"
            yield _heard(f"leap to {share:.0%}", seen)
            async with watching(page) as seen:
                await _wheel(page, body, -WHEEL_PX)
            yield _drawn(f"scrolling from {share:.0%}", seen)
            yield _heard(f"scrolling from {share:.0%}", seen)
        await page.get_by_role("row").nth(8).get_by_role("gridcell").nth(2).click()
        async with watching(page) as seen:
            await page.keyboard.press("Home")
            await page.wait_for_timeout(SETTLE_MS)
            await page.keyboard.press("End")
            await page.wait_for_timeout(2 * SETTLE_MS)
        yield _heard("Home, End", seen)
        heap = await page.evaluate("performance.memory?.usedJSHeapSize ?? 0")
        yield f"grid     memory of the page {heap / 1e6:.0f} MB"


async def _wheel(page: Page, over: Locator, step: int = WHEEL_PX) -> None:
    box = await over.bounding_box()
    if box is None:
        raise RuntimeError("nothing to scroll")
    await page.mouse.move(box["x"] + box["width"] / 2, min(box["y"] + 300, 600))
    for _ in range(TURNS):
        await page.mouse.wheel(0, step)
        await page.wait_for_timeout(TURN_MS)


async def _drag(page: Page, card: Locator, target: Locator) -> None:
    """Hold a card and lead it over the next column for a while; it is not let go."""
    first, last = await card.bounding_box(), await target.bounding_box()
    if first is None or last is None:
        raise RuntimeError("nothing to drag")
    x, y = first["x"] + 30, first["y"] + 20
    await page.mouse.move(x, y)
    await page.mouse.down()
    for turn in range(TURNS):
        way = min(turn / 30, 1) * (last["x"] - first["x"])
        await page.mouse.move(x + way, y + 4 * (turn % 30))
        await page.wait_for_timeout(TURN_MS / 2)


async def _all_cards(column: Locator) -> int:
    """Stay at the end of a column until as many cards are there as its head counts."""
    wanted = int(await column.locator("header span").first.inner_text())
    card = column.get_by_role("article").first
    high = await card.evaluate("card => card.closest('li').offsetHeight + 8")
    found: int = await column.locator("div:has(> ul)").evaluate(
        """async (box, [wanted, high, ms]) => {
          const last = performance.now() + ms, list = box.querySelector("ul");
          const cards = () => Math.round((list.offsetHeight + 8) / high);
          while (cards() < wanted && performance.now() < last) {
            box.scrollTo(0, box.scrollHeight);
            await new Promise((resume) => setTimeout(resume, 100));
          }
          return cards();
        }""",
        [wanted, high, CARDS_S * 1000],
    )
    return found


def _heard(name: str, seen: Seen) -> str:
    longest = f"{seen.longest_task:.0f} ms" if seen.tasks else "none over 50 ms"
    return (
        f"inputs   {name}: longest task {longest} (≤ {BLOCKED_MS}), {seen.tasks} over 50 ms;"
        f" heard within {seen.heard_after:.0f} ms, drawn within {seen.drawn_after:.0f} ms"
    )


def _drawn(name: str, seen: Seen) -> str:
    return (
        f"frames   {name}: {seen.frames_per_s:.0f} a second (≥ {FRAMES_PER_S}),"
        f" longest {seen.longest_frame:.0f} ms"
    )


PARTS: dict[str, Measure] = {"jumps": jumps, "inputs": inputs, "board": board, "grid": grid}


async def measure(server: DemoServer, parts: list[str], tell: Callable[[str], None]) -> None:
    """Measure the parts one after the other; each line is told when it is known."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        context = await open_context(browser, server, WIDE, "admin")
        await fill(context.request, server, LEADS, DEALS)
        await context.close()
        for part in parts:
            try:
                async for line in PARTS[part](browser, server):
                    tell(line)
            except BrowserError as error:
                tell(f"✗ {part}: {error.message.splitlines()[0]}")
        await browser.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Build, start the demo company, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--server")
    parser.add_argument("--password", action="append", default=[])
    asked = parser.parse_args()
    parts = asked.part or list(PARTS)
    build()
    if asked.server:
        passwords = dict(each.split("=", 1) for each in asked.password)
        asyncio.run(measure(DemoServer(asked.server, passwords), parts, _say))
        return
    with demo_server() as server:
        asyncio.run(measure(server, parts, _say))


if __name__ == "__main__":
    main()
