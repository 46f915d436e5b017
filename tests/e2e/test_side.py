"""The page beside a chat: found by initials or digits, read at a glance, noted in a few taps."""

from typing import Any

from playwright.async_api import expect
from tests.e2e.conftest import Visit
from tools.first_list import Scripts

BESIDE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}
BUDGET_KB = 200
SETTLE_MS = 600


async def test_a_person_is_found_called_and_a_talk_noted(visit: Visit) -> None:
    visitor = await visit(**BESIDE)
    company = await visitor.api("POST", "/records/account", name="侧栏聊天有限公司", level="new")
    person = {"name": "仉侧栏", "mobile": "14212340987", "account": company["id"]}
    made = await visitor.api("POST", "/records/contact", **person)
    page = await visitor.go("/side")
    search = page.get_by_role("searchbox", name="搜索")
    await search.fill("0987")
    found = page.get_by_role("link", name="仉侧栏")
    await expect(found).to_be_visible()
    await visitor.check_access()
    await search.fill("zcl")
    await expect(found).to_contain_text("侧栏聊天有限公司")
    await found.tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("仉侧栏")
    call = page.get_by_role("link", name="142 1234 0987")
    await expect(call).to_have_attribute("href", "tel:14212340987")
    note = page.get_by_role("form", name="写跟进")
    await note.get_by_text("微信沟通").tap()
    await note.get_by_role("textbox", name="沟通内容").fill("要新报价\n周五前给")
    # What was typed survives leaving, and is written once it is said.
    await page.reload()
    await expect(note.get_by_role("textbox", name="沟通内容")).to_have_value("要新报价\n周五前给")
    await note.get_by_role("button", name="明天").tap()
    await visitor.check_access()
    await visitor.check_fits()
    await note.get_by_role("button", name="保存").tap()
    await expect(note.get_by_role("status")).to_have_text("已记录")
    await expect(page.get_by_role("listitem").filter(has_text="要新报价")).to_be_visible()
    wanted = f'/records/activity?filter=contact="{made["id"]}"'
    (noted,) = (await visitor.api("GET", wanted))["items"]
    values = noted["values"]
    assert (noted["title"], values["kind"], values["content"]) == (
        "要新报价",
        "chat",
        "要新报价\n周五前给",
    )
    assert values["next_contact_on"] is not None
    assert values["account"]["id"] == company["id"]
    await note.get_by_role("button", name="撤销").tap()
    await expect(note.get_by_role("status")).to_have_text("已撤销")
    assert (await visitor.api("GET", wanted))["items"] == []


async def test_a_refused_note_is_told_and_kept(visit: Visit) -> None:
    visitor = await visit(**BESIDE)
    account = await visitor.first("account")
    page = await visitor.go(f"/side/o/account/{account['id']}")
    note = page.get_by_role("form", name="写跟进")
    await note.get_by_role("textbox", name="沟通内容").fill("没有网络")
    await page.context.set_offline(True)
    await note.get_by_role("button", name="保存").tap()
    await expect(note.get_by_role("status")).to_contain_text("连不上服务器")
    await expect(note.get_by_role("textbox", name="沟通内容")).to_have_value("没有网络")
    await page.context.set_offline(False)
    await note.get_by_role("button", name="保存").tap()
    await expect(note.get_by_role("status")).to_have_text("已记录")
    found = await visitor.api("GET", '/records/activity?filter=subject="没有网络"')
    assert len(found["items"]) == 1


async def test_who_is_not_signed_in_comes_back_here(visit: Visit) -> None:
    visitor = await visit(None, **BESIDE)
    page = await visitor.go("/side?q=138")
    await page.get_by_label("密码").first.wait_for()
    await page.get_by_label("用户名").fill("rep")
    await page.get_by_label("密码").first.fill(visitor.site.passwords["rep"])
    await page.get_by_role("button", name="登录").tap()
    await expect(page.get_by_role("searchbox", name="搜索")).to_have_value("138")
    assert page.url.endswith("/side/?q=138")


async def test_it_stays_light_in_the_dark_and_in_english(visit: Visit) -> None:
    visitor = await visit(**{**BESIDE, "locale": "en", "color_scheme": "dark"})
    scripts = Scripts()
    visitor.page.on("request", lambda request: scripts.hear(request))
    account = await visitor.first("account")
    page = await visitor.go(f"/side/o/account/{account['id']}")
    await expect(page.get_by_role("form", name="Log activity")).to_be_visible()
    await page.wait_for_timeout(SETTLE_MS)
    assert 0 < scripts.gzip_kb() < BUDGET_KB
    await visitor.check_access()
    await visitor.check_fits()
