"""A day of a rep and of a manager: two people at one row, groups by region for the whole team."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import STREAM, Visitor

# How long the stream may take to bring a colleague's change.
HEARD_MS = 15_000


async def _cell(page: Page, row: Locator, name: str) -> Locator:
    await expect(page.get_by_role("columnheader", name=name)).to_be_visible()
    heads = await page.get_by_role("columnheader").all_inner_texts()
    at = next(i for i, text in enumerate(heads) if text.startswith(name))
    return row.get_by_role("gridcell").nth(at)


async def test_a_colleague_at_the_same_cell_is_not_written_over(visit: Visit) -> None:
    rep, colleague = await visit("rep"), await visit("manager")
    body = {"name": "同改一行有限公司", "short_name": "原来", "level": "new"}
    made = await rep.api("POST", "/records/account", **body)
    page = await rep.listen("/o/account?view=-&q=同改一行")
    row = page.get_by_role("row").filter(has_text="同改一行有限公司")
    await (await _cell(page, row, "简称")).dblclick()
    await page.get_by_role("grid").get_by_role("textbox").fill("销售写的")
    # The colleague saves in a window of their own, and the rep's list hears of it at once.
    async with page.expect_response(re.compile("/api/records/account\\?"), timeout=HEARD_MS):
        await colleague.api(
            "PATCH", f"/records/account/{made['id']}", short_name="主管写的", level="key_account"
        )
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    for said in ("原来", "主管写的", "销售写的"):
        await expect(dialog).to_contain_text(said)
    await rep.check_access()
    await dialog.get_by_role("radio", name=re.compile("主管写的")).check()
    await dialog.get_by_role("button", name="按选择保存").click()
    await expect(row.get_by_text("主管写的")).to_be_visible()
    found = await colleague.api("GET", f"/records/account/{made['id']}")
    assert (found["values"]["short_name"], found["version"]) == ("主管写的", 2)


async def test_what_is_computed_from_it_shows_on_the_page_of_another(visit: Visit) -> None:
    manager, rep = await visit("manager"), await visit("rep")
    made = await rep.api("POST", "/records/account", name="一写就更新有限公司", level="new")
    page = await manager.listen(f"/o/account/{made['id']}")
    last = page.get_by_text("最后跟进时间", exact=True).first.locator("..")
    await expect(last).to_have_text(re.compile("最后跟进时间\\s*–"))
    talk = {"subject": "通了电话", "kind": "call", "content": "在比价", "account": made["id"]}
    await rep.api("POST", "/records/activity", **talk)
    await expect(last).to_have_text(re.compile(r"\d"), timeout=HEARD_MS)


async def test_what_is_computed_from_ones_own_writing_shows_without_the_stream(
    visit: Visit,
) -> None:
    visitor = await visit("rep")
    await visitor.page.route(STREAM, lambda route: route.abort())
    made = await visitor.api("POST", "/records/account", name="自己写的有限公司", level="new")
    given = quote(json.dumps({"account": {"id": made["id"], "title": "自己写的有限公司"}}))
    page = await visitor.go(f"/o/account/{made['id']}?new=activity&with={given}")
    last = page.get_by_text("最后跟进时间", exact=True).first.locator("..")
    await expect(last).to_have_text(re.compile("最后跟进时间\\s*–"))
    form = page.get_by_role("dialog", name="新建跟进")
    await form.get_by_role("group", name="主题").get_by_role("textbox").fill("通了电话")
    await form.get_by_role("group", name="沟通内容").get_by_role("textbox").fill("在比价")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("已新建")).to_be_visible()
    await expect(last).to_have_text(re.compile(r"\d"))


async def test_a_colleague_at_the_same_row_is_in_nobodys_way(visit: Visit) -> None:
    rep, colleague = await visit("rep"), await visit("manager")
    made = await rep.api("POST", "/records/account", name="各改各的有限公司", level="new")
    page = await rep.listen("/o/account?view=-&q=各改各的")
    row = page.get_by_role("row").filter(has_text="各改各的有限公司")
    await (await _cell(page, row, "简称")).dblclick()
    await page.get_by_role("grid").get_by_role("textbox").fill("销售写的")
    async with page.expect_response(re.compile("/api/records/account\\?"), timeout=HEARD_MS):
        await colleague.api("PATCH", f"/records/account/{made['id']}", website="https://a.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("简称已保存")).to_be_visible()
    values = (await rep.api("GET", f"/records/account/{made['id']}"))["values"]
    assert (values["short_name"], values["website"]) == ("销售写的", "https://a.example")


async def test_a_colleague_at_the_same_field_of_a_page_is_asked_about(visit: Visit) -> None:
    rep, colleague = await visit("rep"), await visit("manager")
    made = await rep.api("POST", "/records/account", name="同看一页有限公司", level="new")
    page = await rep.listen(f"/o/account/{made['id']}")
    await page.get_by_role("button", name="修改客户名称").press("Enter")
    await page.locator("#edit-name").fill("销售改的有限公司")
    await colleague.api("PATCH", f"/records/account/{made['id']}", name="主管改的有限公司")
    await expect(page.get_by_role("heading", level=1)).to_have_text("主管改的有限公司")
    await page.locator("#edit-name").press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("同看一页有限公司")
    await dialog.get_by_role("button", name="按选择保存").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("销售改的有限公司")


@pytest_asyncio.fixture
async def boss(visit: Visit) -> AsyncIterator[Visitor]:
    """The manager, for once also of sales operations: those may publish views."""
    admin = await visit()
    found = (await admin.api("GET", "/members?limit=200"))["items"]
    manager: dict[str, Any] = next(each for each in found if each["login"] == "manager")
    path = f"/members/{manager['id']}"
    await admin.api("PATCH", path, roles=[*manager["roles"], "sales_ops"])
    yield await visit("manager")
    for view in (await admin.api("GET", "/views?object=opportunity"))["items"]:
        if view["title"] == "按大区看商机":
            await admin.api("DELETE", f"/definitions/view/{view['key']}")
    await admin.api("PATCH", path, roles=manager["roles"])


async def test_a_manager_groups_by_region_for_the_team(visit: Visit, boss: Visitor) -> None:
    measures = [{"key": "n", "formula": "COUNT()"}]
    asked = {"object": "opportunity", "group_by": [{"field": "team.parent"}], "measures": measures}
    rows = (await boss.api("POST", "/query", **asked))["rows"]
    counts = {row["team.parent"]["title"]: row["n"] for row in rows if row["team.parent"]}
    page = await boss.go("/o/opportunity?view=opportunity_all")
    await page.get_by_role("button", name="分组", exact=True).click()
    await page.get_by_role("combobox", name="分组").fill("上级团队")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="分组：上级团队")).to_be_visible()
    assert len(counts) >= 3
    for region, count in counts.items():
        row = page.get_by_role("row").filter(has=page.get_by_role("button", name=region))
        await expect(row).to_contain_text(f"{count:,}")
        await expect(row).to_contain_text("¥")
    await page.get_by_role("button", name="另存为视图").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="视图名称").fill("按大区看商机")
    await dialog.get_by_text("指定角色可见").click()
    for role in ("销售主管", "销售"):
        await dialog.get_by_role("combobox", name="指定角色可见").fill(role)
        await page.get_by_title(role, exact=True).click()
    await dialog.get_by_role("textbox", name="视图名称").click()
    await dialog.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("按大区看商机")
    await boss.check_access()
    # Those it is for find it in their navigation, as it was saved.
    rep = await visit("rep")
    page = await rep.go("/o/opportunity")
    await page.get_by_role("navigation").get_by_role("link", name="按大区看商机").click()
    await expect(page.get_by_role("button", name="分组：上级团队")).to_be_visible()
    own = await rep.api("POST", "/query", **asked)
    (first, *_) = own["rows"]
    head = page.get_by_role("button", name=first["team.parent"]["title"])
    await expect(page.get_by_role("row").filter(has=head)).to_contain_text(f"{first['n']:,}")


async def test_a_manager_changes_all_that_is_found_and_takes_it_back(
    visit: Visit, boss: Visitor
) -> None:
    wanted = 'stage = "engaging" AND ISBLANK(next_step)'
    asked = {"object": "opportunity", "filter": wanted}
    measures = [{"key": "n", "formula": "COUNT()"}]
    # Whatever others have done to the demo's: two at least.
    made = [
        await boss.api("POST", "/records/opportunity", name=name, stage="engaging")
        for name in ("待回访甲", "待回访乙")
    ]
    (before,) = (await boss.api("POST", "/query", **asked, measures=measures))["rows"]
    page = await boss.go(f"/o/opportunity?view=opportunity_all&filter={quote(wanted)}")
    await expect(page.get_by_text(f"{before['n']} 条", exact=True)).to_be_visible()
    # The number may come before the rows.
    await expect(page.get_by_role("grid").get_by_role("link").first).to_be_visible()
    await page.get_by_label("选中已显示的记录").click()
    bar = page.get_by_role("toolbar", name="对选中的记录操作")
    await expect(bar).to_be_visible()
    everything = bar.get_by_role("button", name=f"选中全部 {before['n']} 条")
    if await everything.count():
        await everything.click()
    await bar.get_by_role("button", name="批量修改").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="字段").fill("下一步")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("textbox").fill("本周回访")
    await expect(dialog.get_by_text(f"将修改 {before['n']} 条记录。")).to_be_visible()
    await dialog.get_by_role("button", name="修改", exact=True).click()
    await expect(page.get_by_text(f"已修改 {before['n']} 条")).to_be_visible()
    done = {"object": "opportunity", "filter": 'next_step = "本周回访"', "measures": measures}
    assert (await boss.api("POST", "/query", **done))["rows"] == [before]
    await page.get_by_role("button", name="撤销").click()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    assert (await boss.api("POST", "/query", **asked, measures=measures))["rows"] == [before]
    assert (await boss.api("POST", "/query", **done))["rows"][0]["n"] == 0
    # The workbench of a manager who owns something shows less of the team.
    admin = await visit()
    for record in made:
        await admin.api("DELETE", f"/records/opportunity/{record['id']}")
