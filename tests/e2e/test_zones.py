"""Moments are typed, chosen and shown in the workspace's zone, wherever the browser is."""

import re

from playwright.async_api import Route, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor

ZONE = "America/New_York"


async def _in_new_york(visitor: Visitor) -> None:
    """Let the session say that the workspace is there: workspaces are made in Shanghai."""

    async def answer(route: Route) -> None:
        fetched = await route.fetch()
        session = await fetched.json()
        session["workspace"]["timezone"] = ZONE
        await route.fulfill(response=fetched, json=session)

    await visitor.page.route("**/api/auth/session", answer)


async def test_a_moment_means_the_workspaces_clock_across_a_change(visit: Visit) -> None:
    # In London the clocks go forward on another day: its missing hour is one of ours.
    visitor = await visit(timezone_id="Europe/London")
    await _in_new_york(visitor)
    body = {"subject": "时区测试", "kind": "call", "happened_at": "2026-03-07T14:30:00Z"}
    body["account"] = (await visitor.first("account"))["id"]
    made = await visitor.api("POST", "/records/activity", **body)
    page = await visitor.go(f"/o/activity/{made['id']}")
    await expect(page.get_by_text("2026-03-07 09:30").first).to_be_visible()
    typed = page.locator("#edit-happened_at")

    async def kept() -> str:
        found = await visitor.api("GET", f"/records/activity/{made['id']}")
        return str(found["values"]["happened_at"]).replace("+00:00", "Z")

    # The same clock on both sides of the night in which an hour is left out.
    for text, instant in (
        ("2026-03-07 09:00", "2026-03-07T14:00:00Z"),
        ("2026-03-08 9点半", "2026-03-08T13:30:00Z"),
    ):
        await page.get_by_role("button", name="修改发生时间").press("Enter")
        await typed.fill(text)
        async with page.expect_response(re.compile(r"/api/changesets")):
            await page.keyboard.press("Enter")
        await expect(typed).to_be_hidden()
        assert await kept() == instant
    # Chosen from the calendar: the day London skips from one to two.
    await page.get_by_role("button", name="修改发生时间").press("Enter")
    await typed.fill("2026-03-28 01:30")
    await page.get_by_role("button", name="打开日历").click()
    await page.get_by_title("2026-03-29").click()
    await page.get_by_role("button", name=re.compile("确 ?定")).click()
    await expect(typed).to_have_value("2026-03-29 01:30")
    await typed.focus()
    async with page.expect_response(re.compile(r"/api/changesets")):
        await page.keyboard.press("Enter")
    await expect(typed).to_be_hidden()
    assert await kept() == "2026-03-29T05:30:00Z"
