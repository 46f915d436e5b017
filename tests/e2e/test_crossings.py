"""Two people at one record, and a network that fails: nothing is written over, lost or doubled."""

from playwright.async_api import Page, Route, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import STREAM, Visitor


async def _deal(visitor: Visitor, **values: object) -> str:
    given = {"name": "两人的商机", "stage": "prospecting", **values}
    return str((await visitor.api("POST", "/records/opportunity", **given))["id"])


async def _value(visitor: Visitor, deal: str, field: str) -> object:
    return (await visitor.api("GET", f"/records/opportunity/{deal}"))["values"][field]


async def _typed(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="下一步", exact=True)
    await field.fill(text)


async def test_a_form_asks_before_it_writes_over_what_came_meanwhile(visit: Visit) -> None:
    visitor, colleague = await visit(), await visit("rep")
    deal = await _deal(colleague, next_step="原来的", requirement="需求")
    page = await visitor.listen(f"/o/opportunity/{deal}?edit")
    await _typed(page, "我的")
    # The page hears of the change and shows it elsewhere; what is typed began before it.
    await colleague.api("PATCH", f"/records/opportunity/{deal}", next_step="对方的")
    await expect(page.get_by_text("对方的").first).to_be_attached()
    await page.get_by_role("button", name="保存", exact=True).click()
    dialog = page.get_by_role("dialog")
    for text in ("原来的", "我的", "对方的"):
        await expect(dialog.get_by_text(text).first).to_be_visible()
    assert await _value(visitor, deal, "next_step") == "对方的"
    # Whose it is and since when; the keys stand at what is chosen, not at the cross.
    await expect(dialog.get_by_text("李明")).to_be_visible()
    await expect(dialog.get_by_role("time")).to_have_text("刚刚")
    await expect(dialog.get_by_role("radio", name="我的")).to_be_focused()
    await visitor.check_access()
    await page.keyboard.press("ArrowDown")
    await expect(dialog.get_by_role("radio", name="对方的")).to_be_checked()
    await dialog.get_by_role("button", name="按选择保存").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_role("button", name="保存", exact=True)).to_be_hidden()
    assert await _value(visitor, deal, "next_step") == "对方的"


async def test_a_draft_of_yesterday_asks_too(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, next_step="原来的")
    page = await visitor.go(f"/o/opportunity/{deal}?edit")
    await _typed(page, "昨天写的")
    await page.reload()
    await visitor.api("PATCH", f"/records/opportunity/{deal}", next_step="今天改的")
    page = await visitor.go(f"/o/opportunity/{deal}?edit")
    await expect(page.get_by_role("textbox", name="下一步", exact=True)).to_have_value("昨天写的")
    await page.get_by_role("button", name="保存", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("今天改的")).to_be_visible()
    await dialog.get_by_role("button", name="按选择保存").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("已保存")).to_be_visible()
    assert await _value(visitor, deal, "next_step") == "昨天写的"


async def test_others_changes_of_other_fields_are_in_nobodys_way(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, next_step="原来的")
    await visitor.page.route(STREAM, lambda route: route.abort())
    page = await visitor.go(f"/o/opportunity/{deal}?edit")
    await _typed(page, "我的")
    await visitor.api("PATCH", f"/records/opportunity/{deal}", requirement="对方写的需求")
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_text("已保存")).to_be_visible()
    assert await _value(visitor, deal, "next_step") == "我的"
    assert await _value(visitor, deal, "requirement") == "对方写的需求"


async def test_a_card_somebody_else_has_moved_is_asked_about(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, name="两人移动的商机")
    await visitor.page.route(STREAM, lambda route: route.abort())
    page = await visitor.go("/o/opportunity?q=两人移动")
    card = page.get_by_role("article").filter(has_text="两人移动的商机")
    await card.get_by_role("button", name="移到…").click()
    await visitor.api("PATCH", f"/records/opportunity/{deal}", stage="engaging")
    await page.get_by_role("menuitem", name="需求确认").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("持续沟通")
    await visitor.check_access()
    await dialog.get_by_role("radio").nth(1).check()
    await dialog.get_by_role("button", name="按选择保存").click()
    await expect(dialog).to_be_hidden()
    assert await _value(visitor, deal, "stage") == "engaging"
    target = page.get_by_role("region", name="持续沟通")
    await expect(target.get_by_text("两人移动的商机")).to_be_visible()


async def test_a_lost_answer_neither_loses_nor_doubles_what_was_typed(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account/new")
    name = page.get_by_role("textbox", name="客户名称")
    await name.fill("断网时新建有限公司")

    async def swallow(route: Route) -> None:
        await route.fetch()
        await route.abort()

    # The server does it, the answer is lost.
    await page.route("**/api/changesets", swallow)
    save = page.get_by_role("button", name="保存", exact=True)
    await save.click()
    await expect(page.get_by_text("连不上服务器").first).to_be_visible()
    await expect(name).to_have_value("断网时新建有限公司")
    await page.unroute("**/api/changesets")
    await save.click()
    await expect(page.get_by_role("heading", name="断网时新建有限公司")).to_be_visible()
    found = await visitor.api("GET", "/records/account?q=断网时新建&count=true")
    assert found["total"] == 1


async def test_without_a_network_a_cell_keeps_what_was_typed(visit: Visit) -> None:
    visitor = await visit()
    await visitor.api("POST", "/records/account", name="断网改格有限公司", level="new")
    page = await visitor.go("/o/account?view=-&q=断网改格")
    await expect(page.get_by_role("link", name="断网改格有限公司")).to_be_visible()
    heads = await page.get_by_role("columnheader").all_inner_texts()
    at = next(i for i, text in enumerate(heads) if text.startswith("简称"))
    await page.get_by_role("row").nth(1).get_by_role("gridcell").nth(at).click()
    await page.keyboard.press("Enter")
    box = page.get_by_role("grid").get_by_role("textbox")
    await box.fill("断网")
    await page.context.set_offline(True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("grid").get_by_role("alert")).to_contain_text("连不上服务器")
    await expect(box).to_have_value("断网")
    await page.context.set_offline(False)
    await box.press("Enter")
    await expect(page.get_by_text("简称已保存")).to_be_visible()
    found = await visitor.api("GET", "/records/account?q=断网改格")
    assert found["items"][0]["values"]["short_name"] == "断网"


async def test_a_form_without_a_network_keeps_all_and_is_saved_once(visit: Visit) -> None:
    visitor = await visit()
    deal = await _deal(visitor, name="断网修改的商机", next_step="原来的")
    page = await visitor.go(f"/o/opportunity/{deal}?edit")
    await _typed(page, "断网时写的")
    await page.get_by_role("textbox", name="商机名称").fill("断网时改名的商机")
    save = page.get_by_role("button", name="保存", exact=True)
    await page.context.set_offline(True)
    await save.click()
    await expect(page.get_by_text("填写的内容还在")).to_be_visible()
    await expect(save).to_be_enabled()
    await expect(page.get_by_role("textbox", name="商机名称")).to_have_value("断网时改名的商机")
    await page.context.set_offline(False)
    await save.click()
    await expect(page.get_by_role("heading", name="断网时改名的商机")).to_be_visible()
    await expect(save).to_be_hidden()
    assert await _value(visitor, deal, "next_step") == "断网时写的"
    past = await visitor.api("GET", f"/records/opportunity/{deal}/history")
    assert [entry["op"] for entry in past["items"]] == ["update", "create"]
