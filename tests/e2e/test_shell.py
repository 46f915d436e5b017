"""The shell: getting in and out, going places, by hand and by keyboard, on a phone."""

import re
from contextlib import suppress

import pyotp
import pytest
from playwright.async_api import Error, Page, Response, Route, ViewportSize, expect
from tests.e2e.conftest import Visit

PHONE = ViewportSize(width=390, height=844)
LOGIN, PASSWORD, SUBMIT = "用户名", "密码", "登录"


async def test_people_get_in_where_they_wanted_and_out_again(visit: Visit) -> None:
    visitor = await visit(None)
    page = await visitor.go("/o/account?sort=-name")
    await expect(page).to_have_url(re.compile(r"/login\?next="))
    await visitor.check_access()
    await page.get_by_label(LOGIN).fill("rep")
    await page.get_by_label(PASSWORD).fill("wrong")
    await page.get_by_role("button", name=SUBMIT, exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("密码")
    await page.get_by_label(PASSWORD).fill(visitor.site.passwords["rep"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="客户")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/o/account\?sort=-name"))
    await page.get_by_role("button", name=re.compile("的菜单")).click()
    await page.get_by_role("menuitem", name="退出登录").click()
    await expect(page.get_by_label(LOGIN)).to_be_visible()
    await page.goto("/")
    await expect(page.get_by_label(LOGIN)).to_be_visible()


async def test_an_address_of_another_site_is_not_followed(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/login?next=//example.com/")
    await expect(page.get_by_role("navigation")).to_be_visible()
    assert page.url.startswith(visitor.site.url)


async def test_the_second_step_takes_a_recovery_code_in_the_place_of_a_code(visit: Visit) -> None:
    member = await visit("manager")
    password = member.site.passwords["manager"]
    secret = (await member.api("POST", "/auth/totp"))["secret"]
    first = pyotp.TOTP(secret).now()
    codes = (await member.api("POST", "/auth/totp/confirm", code=first))["recovery_codes"]
    page = await (await visit(None)).go("/login")
    await page.get_by_label(LOGIN).fill("manager")
    await page.get_by_label(PASSWORD).fill(password)
    await page.keyboard.press("Enter")
    await page.get_by_label("动态验证码").fill("000000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("不正确")
    await page.get_by_label("动态验证码").fill(codes[0])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation")).to_be_visible()
    await member.api("DELETE", "/auth/totp", password=password)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_pages_are_accessible(visit: Visit, locale: str, scheme: str) -> None:
    visitor = await visit(locale=locale, color_scheme=scheme)
    first = await visitor.first("account")
    # In one window: its second page has the code already.
    for path in ("/", "/o/opportunity", f"/o/account/{first['id']}", "/me"):
        page = await visitor.go(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        await visitor.check_access()
        await visitor.check_fits()


async def test_the_palette_finds_by_pinyin_and_goes_there(visit: Visit) -> None:
    visitor = await visit()
    name = (await visitor.first("account"))["title"]
    page = await visitor.go("/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill(name)
    await expect(page.get_by_role("option", name=name).first).to_be_visible()
    await visitor.check_access()
    await page.get_by_role("option", name=name).first.click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def test_the_keyboard_is_listed_and_silent_while_typing(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/lead")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("回到工作台")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    # The dialog gives the focus back a moment after it is gone.
    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("/")
    await page.get_by_role("combobox").fill("?")
    await expect(page.get_by_text("键盘快捷键")).to_be_hidden()


async def test_language_and_theme_change_at_once_and_stay(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account")
    await expect(page.get_by_role("heading", name="全部客户")).to_be_visible()
    try:
        for choice, wanted, kept in (
            ("语言", "English", "**/api/accounts/me"),
            ("Theme", "Dark", "**/api/me/settings/look"),
        ):
            # Shown at once, kept when the server says so.
            async with page.expect_response(kept):
                await _choose(page, choice, wanted)
        await expect(page.get_by_role("heading", name="All accounts")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", name="All accounts")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        assert (await visitor.api("GET", "/accounts/me"))["language"] == "en"
        # In another browser it looks the same: the member's settings say so, not the browser's.
        elsewhere = await (await visit(color_scheme="light")).go("/o/account")
        await expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")
        await expect(elsewhere.get_by_role("heading", name="All accounts")).to_be_visible()
    finally:
        # The account is shared: the tests after this one read Chinese.
        await visitor.api("PATCH", "/accounts/me", language=None)
        await visitor.api("DELETE", "/me/settings/look")


async def test_an_answer_in_the_old_language_comes_too_late(visit: Visit) -> None:
    visitor = await visit()
    late: list[Route] = []

    async def hold_the_first(route: Route) -> None:
        late.append(route)
        if len(late) > 1:
            await route.continue_()

    await visitor.page.route("**/api/views?object=account", hold_the_first)
    page = await visitor.go("/o/account")
    try:
        await _choose(page, "语言", "English")
        await expect(page.get_by_role("heading", name="All accounts")).to_be_visible()
        assert late[0].request.headers["accept-language"] == "zh-CN"
        with suppress(Error):
            # Whether it is still waited for or was given up: what it says is not shown.
            await late[0].continue_()
        await page.wait_for_timeout(300)
        await expect(page.get_by_role("heading", level=1)).to_have_text("All accounts")
    finally:
        await visitor.api("PATCH", "/accounts/me", language=None)


async def _choose(page: Page, choice: str, wanted: str) -> None:
    await page.get_by_role("button", name=re.compile("的菜单|Menu of")).click()
    await page.get_by_role("menuitem", name=choice).hover()
    await page.get_by_role("menuitem", name=wanted).click()
    await expect(page.get_by_role("menuitem", name=wanted)).to_be_hidden()


async def test_a_phone_has_everything_in_thumbs_reach(visit: Visit) -> None:
    visitor = await visit(viewport=PHONE, has_touch=True)
    page = await visitor.go("/o/lead")
    await expect(page.get_by_role("listitem").nth(2)).to_be_visible()
    await visitor.check_fits()
    await visitor.check_access()
    await page.get_by_role("button", name="更多", exact=True).tap()
    await page.get_by_role("dialog").get_by_role("link", name="商机", exact=True).tap()
    await expect(page).to_have_url(re.compile("/o/opportunity"))


async def test_without_a_network_the_page_says_so(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account")
    await expect(page.get_by_role("row").nth(1)).to_be_visible()
    # The worker is here as a whole: what it still fetched would complain.
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.context.set_offline(True)
    await expect(page.get_by_role("status")).to_contain_text("网络已断开")
    await page.context.set_offline(False)
    await expect(page.get_by_text("网络已断开")).to_be_hidden()


async def test_a_session_ended_elsewhere_leads_to_the_login(visit: Visit) -> None:
    visitor = await visit("rep")
    other = await visit("rep")
    page = await visitor.go("/me")
    async with page.expect_response(_ended):
        await page.get_by_role("button", name="退出", exact=True).first.click()
    await other.go("/o/lead")
    await expect(other.page.get_by_label(LOGIN)).to_be_visible()


def _ended(answer: Response) -> bool:
    return "/sessions/" in answer.url and answer.request.method == "DELETE"
