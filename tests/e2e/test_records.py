"""Lists and pages of any object, from the catalogue alone."""

import re

from playwright.async_api import Page, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor, becomes


async def test_a_list_goes_on_to_its_last_record(visit: Visit) -> None:
    visitor = await visit()
    answer = await visitor.api("GET", "/records/account?count=true&sort=name&limit=500")
    page = await visitor.go("/o/account?sort=name")
    await expect(page.get_by_text(f"{answer['total']} 条")).to_be_visible()
    last = answer["items"][-1]["title"]
    table = page.get_by_role("grid").locator("..")

    async def there() -> bool:
        await table.evaluate("element => element.scrollTo(0, element.scrollHeight)")
        return await page.get_by_role("link", name=last).count() > 0

    await becomes(there)
    await expect(page.get_by_role("link", name=last).first).to_be_visible()
    # Only what is in sight is drawn.
    assert await page.get_by_role("row").count() < 100


async def test_a_head_sorts_up_down_and_not(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account?view=-")
    head = page.get_by_role("columnheader", name="客户名称")
    for sort, told in (("name", "ascending"), ("-name", "descending"), (None, "none")):
        await head.get_by_role("button").first.click()
        await expect(head).to_have_attribute("aria-sort", told)
        expected = re.compile(rf"sort={sort}$" if sort else r"view=-(&sort=)?$")
        await expect(page).to_have_url(expected)
    query = "&sort=-name"
    first = (await visitor.api("GET", f"/records/account?limit=1{query}"))["items"][0]
    for told in ("ascending", "descending"):
        await head.get_by_role("button").first.click()
        await expect(head).to_have_attribute("aria-sort", told)
    await expect(page.get_by_role("row").nth(1)).to_contain_text(first["title"])


async def _new_account(visitor: Visitor) -> tuple[str, Page]:
    made = await visitor.api("POST", "/records/account", name="改名测试有限公司")
    page = await visitor.go(f"/o/account/{made['id']}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("改名测试有限公司")
    return made["id"], page


async def test_a_field_is_edited_where_it_stands(visit: Visit) -> None:
    visitor = await visit()
    record, page = await _new_account(visitor)
    await page.get_by_role("button", name="修改客户名称").press("Enter")
    await page.locator("#edit-name").fill("改过名有限公司")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("改过名有限公司")
    found = await visitor.api("GET", f"/records/account/{record}")
    assert (found["title"], found["version"]) == ("改过名有限公司", 2)
    await page.get_by_role("button", name="修改客户名称").press("Enter")
    await page.locator("#edit-name").fill("不要这个")
    await page.keyboard.press("Escape")
    await expect(page.locator("#edit-name")).to_be_hidden()
    assert (await visitor.api("GET", f"/records/account/{record}"))["version"] == 2


async def test_a_refusal_stands_at_the_field_and_keeps_the_text(visit: Visit) -> None:
    visitor = await visit()
    _, page = await _new_account(visitor)
    await page.get_by_role("button", name="修改客户名称").press("Enter")
    await page.locator("#edit-name").fill("")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("客户名称")
    await expect(page.locator("#edit-name")).to_have_value("")


async def test_a_change_by_somebody_else_appears_by_itself(visit: Visit) -> None:
    visitor = await visit()
    made = await visitor.api("POST", "/records/account", name="改名测试有限公司")
    page = await visitor.listen(f"/o/account/{made['id']}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("改名测试有限公司")
    await visitor.api("PATCH", f"/records/account/{made['id']}", name="别处改的名字")
    await expect(page.get_by_role("heading", level=1)).to_have_text("别处改的名字")


async def test_what_is_not_there_says_so(visit: Visit) -> None:
    visitor = await visit()
    for path in (
        "/o/nothing",
        "/o/account/0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20",
        "/nowhere",
    ):
        page = await visitor.go(path)
        await expect(page.get_by_text("这里没有内容")).to_be_visible()


async def test_what_fills_itself_is_not_asked_of_people(visit: Visit) -> None:
    """A lead is called after its company and contact: no star, and saved without a name."""
    visitor = await visit()
    page = await visitor.go("/o/lead/new")
    form = page.locator("form")
    name = form.get_by_role("group", name="线索名称")
    await expect(name.get_by_placeholder("留空时由公司和联系人组成")).to_be_visible()
    await expect(name).not_to_contain_text("*")
    await page.locator("#form-company").fill("不问名字有限公司")
    await page.locator("#form-contact_name").fill("钱七")
    await page.locator("#form-mobile").fill("13900008888")
    await form.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("不问名字有限公司（钱七）")
