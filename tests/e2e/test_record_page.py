"""The page of a record: its form read and filled in, its stage, comments, the way back."""

import re
from typing import Any

from playwright.async_api import Page, ViewportSize, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import STREAM, Visitor

PHONE = ViewportSize(width=390, height=844)


async def _deal(visitor: Visitor, **values: Any) -> tuple[str, Page]:
    """A deal of its own, its page open."""
    account = await visitor.first("account")
    values = {"name": "记录页测试", "account": account["id"], "stage": "engaging", **values}
    made = await visitor.api("POST", "/records/opportunity", **values)
    page = await visitor.go(f"/o/opportunity/{made['id']}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(values["name"])
    return made["id"], page


async def test_a_stage_is_moved_and_taken_back(visit: Visit) -> None:
    visitor = await visit()
    deal, page = await _deal(visitor)
    stages = page.get_by_role("radiogroup", name="阶段")
    await stages.get_by_role("radio", name="需求确认").click()
    await expect(stages.get_by_role("radio", name="需求确认")).to_be_checked()
    assert (await visitor.api("GET", f"/records/opportunity/{deal}"))["values"]["stage"] == (
        "requirement"
    )
    # Offered for as long as its words stand: what takes longer comes after it.
    await page.get_by_role("button", name="撤销").click()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    await expect(stages.get_by_role("radio", name="持续沟通")).to_be_checked()
    await visitor.check_access()


async def test_conditions_follow_what_is_typed(visit: Visit) -> None:
    visitor = await visit()
    deal, page = await _deal(visitor)
    await page.keyboard.press("e")
    await expect(page.get_by_role("group", name="商机名称")).to_be_visible()
    await expect(page.get_by_role("group", name="输单原因")).to_be_hidden()
    await page.locator("#form-stage").fill("输单")
    await page.keyboard.press("Enter")
    reason = page.get_by_role("group", name="输单原因")
    await expect(reason).to_be_visible()
    await page.keyboard.press("Control+s")
    await expect(reason.get_by_role("alert")).to_have_text("请填写")
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    assert found["values"]["stage"] == "engaging"


async def test_what_is_typed_survives_a_reload_and_not_a_sign_out(visit: Visit) -> None:
    visitor = await visit()
    _, page = await _deal(visitor)
    await page.keyboard.press("e")
    name = page.get_by_role("group", name="商机名称").get_by_role("textbox")
    await name.fill("还没保存的名字")
    await _kept(page, "还没保存的名字")
    await page.reload()
    await expect(name).to_have_value("还没保存的名字")
    await expect(page.get_by_text("已恢复上次没有保存的内容")).to_be_visible()
    await page.get_by_role("button", name="放弃").click()
    await expect(name).to_have_value("记录页测试")
    await name.fill("又没保存")
    await _kept(page, "又没保存")
    await page.get_by_role("button", name=re.compile("的菜单")).click()
    await page.get_by_role("menuitem", name="退出登录").click()
    await expect(page.get_by_label("用户名")).to_be_visible()
    kept = await page.evaluate("Object.keys(localStorage).filter(k => k.includes('draft'))")
    assert kept == []


async def test_what_was_typed_last_survives_a_quick_leave(visit: Visit) -> None:
    visitor = await visit()
    deal, page = await _deal(visitor)
    await page.keyboard.press("e")
    name = page.get_by_role("group", name="商机名称").get_by_role("textbox")
    await expect(name).to_be_visible()
    # Typed and left in one go: sooner than the keys have rested.
    await page.evaluate(
        """() => {
          const name = document.querySelector("#form-name");
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")
            .set.call(name, "刚打完就走");
          name.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector("nav a[href='/']").click();
        }"""
    )
    await expect(page).to_have_url(re.compile("/$"))
    await visitor.go(f"/o/opportunity/{deal}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("记录页测试")
    await page.keyboard.press("e")
    await expect(name).to_have_value("刚打完就走")
    await page.get_by_role("button", name="放弃").click()
    await expect(name).to_have_value("记录页测试")


async def _kept(page: Page, words: str) -> None:
    """Wait until the browser has these words."""
    await page.wait_for_function(
        "words => Object.values(localStorage).some((each) => each.includes(words))", arg=words
    )


async def test_both_values_are_shown_when_two_people_change_the_same(visit: Visit) -> None:
    visitor = await visit()
    deal, page = await _deal(visitor, next_step="原来的")
    await page.route(STREAM, lambda route: route.abort())
    await page.reload()
    await page.get_by_role("button", name="修改下一步").press("Enter")
    await page.get_by_label("下一步").or_(page.locator("#edit-next_step")).last.fill("我的")
    await visitor.api("PATCH", f"/records/opportunity/{deal}", next_step="对方的")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    for text in ("原来的", "我的", "对方的"):
        await expect(dialog.get_by_text(text).first).to_be_visible()
    await dialog.get_by_role("button", name="按选择保存").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    assert found["values"]["next_step"] == "我的"


async def test_both_values_are_shown_on_a_phone_too(visit: Visit) -> None:
    visitor = await visit(viewport=PHONE, has_touch=True, is_mobile=True)
    deal, page = await _deal(visitor, next_step="原来的")
    await page.route(STREAM, lambda route: route.abort())
    await page.reload()
    await page.get_by_role("button", name="编辑", exact=True).tap()
    await page.locator("#form-next_step").fill("我的")
    await visitor.api("PATCH", f"/records/opportunity/{deal}", next_step="对方的")
    # One tap, though the field being typed in loses the focus by it and the bar below comes back.
    await page.get_by_role("button", name="保存", exact=True).tap()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("对方的")
    await visitor.check_fits()
    await dialog.get_by_role("button", name="按选择保存").tap()
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    assert found["values"]["next_step"] == "我的"


async def test_a_comment_is_said_answered_and_taken_away(visit: Visit) -> None:
    visitor = await visit()
    _, page = await _deal(visitor)
    timeline = page.get_by_role("region", name="动态")
    box = timeline.get_by_role("textbox", name="写评论").first
    await box.fill("请看一下报价")
    await page.keyboard.press("Control+Enter")
    entry = timeline.get_by_role("listitem").filter(has_text="请看一下报价")
    await expect(entry).to_be_visible()
    await expect(box).to_have_value("")
    await visitor.check_access()
    await entry.get_by_role("button", name="删除").click()
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(timeline.get_by_text("请看一下报价")).to_be_hidden()


async def test_a_record_is_made_in_the_panel_by_keyboard(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/o/account")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("n")
    panel = page.get_by_role("dialog", name="新建客户")
    await expect(panel.get_by_role("textbox").first).to_be_focused()
    await visitor.check_access()
    await page.keyboard.press("Control+s")
    await expect(panel.get_by_role("alert").first).to_have_text("请填写")
    await expect(panel.get_by_role("textbox").first).to_be_focused()
    await page.keyboard.type("面板新建有限公司")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("已新建")).to_be_visible()
    await expect(panel.get_by_role("textbox").first).to_have_value("")
    await expect(panel.get_by_role("textbox").first).to_be_focused()
    await page.keyboard.type("面板新建有限公司")
    await expect(panel.get_by_text("可能重复")).to_be_visible()
    await panel.get_by_role("textbox").first.fill("面板另一家股份公司")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", level=1)).to_have_text("面板另一家股份公司")


async def test_the_page_fits_a_phone(visit: Visit) -> None:
    visitor = await visit(viewport=PHONE, has_touch=True)
    _, page = await _deal(visitor)
    await visitor.check_fits()
    await page.get_by_role("button", name="新建商机").tap()
    await expect(page.get_by_role("dialog", name="新建商机")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="取消").tap()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.get_by_role("tab", name="动态").tap()
    await expect(page.get_by_role("textbox", name="写评论")).to_be_visible()
    await visitor.check_access()
    await visitor.check_fits()


async def test_a_record_is_shared_handed_over_and_explained(visit: Visit) -> None:
    visitor = await visit()
    deal, page = await _deal(visitor)
    colleague = (await visitor.api("GET", "/members?limit=1"))["items"][0]
    await _menu(page, "共享")
    dialog = page.get_by_role("dialog")
    await _pick(page, "共享给同事", colleague["name"])
    await dialog.get_by_role("button", name="共享", exact=True).click()
    await expect(dialog.get_by_role("listitem")).to_contain_text(colleague["name"])
    team = (await visitor.api("GET", "/teams"))["items"][0]
    await _pick(page, "共享给同事", team["name"])
    await dialog.get_by_role("textbox", name="到哪天为止").fill("2099-12-31")
    await dialog.get_by_role("button", name="共享", exact=True).click()
    lent = dialog.get_by_role("listitem").filter(has_text=team["name"])
    await expect(lent).to_contain_text("到 2099-12-31 23:59")
    await visitor.check_access()
    await dialog.get_by_role("button", name="关闭").click()
    await _menu(page, "谁能看")
    await _pick(page, "查看同事的权限", colleague["name"])
    await expect(dialog.get_by_text("共享给该成员")).to_be_visible()
    await dialog.get_by_role("button", name="关闭").click()
    await _menu(page, "转交")
    await _pick(page, "新的负责人", colleague["name"])
    await dialog.get_by_role("button", name="转交").click()
    await expect(page.get_by_text("已转交")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    assert found["owner"]["id"] == colleague["id"]


async def test_what_is_deleted_comes_back_from_the_trash(visit: Visit) -> None:
    visitor = await visit()
    deal, page = await _deal(visitor, name="要删掉的商机")
    await _menu(page, "删除")
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(page.get_by_text("已删除“要删掉的商机”")).to_be_visible()
    await _menu(page, "回收站")
    row = page.get_by_role("listitem").filter(has_text="要删掉的商机")
    await expect(row).to_contain_text("管理员")
    await expect(row.get_by_role("time")).to_have_text("刚刚删除")
    await visitor.check_access()
    await row.get_by_role("button", name="恢复").click()
    await expect(row).to_be_hidden()
    assert (await visitor.api("GET", f"/records/opportunity/{deal}"))["deleted_at"] is None


async def test_two_records_become_one_and_two_again(visit: Visit) -> None:
    visitor = await visit()
    stays = await visitor.api("POST", "/records/account", name="合并留下公司", phone="021-55551111")
    await visitor.api("POST", "/records/account", name="合并进来公司", phone="021-55552222")
    page = await visitor.go(f"/o/account/{stays['id']}")
    await _menu(page, "合并")
    dialog = page.get_by_role("dialog")
    await _pick(page, "要合并进来的记录", "合并进来公司")
    row = dialog.get_by_role("row").filter(has_text="总机")
    await row.get_by_role("radio").last.check()
    await dialog.get_by_role("button", name="合并").click()
    await expect(page.get_by_text("已合并")).to_be_visible()
    found = await visitor.api("GET", f"/records/account/{stays['id']}")
    assert (found["title"], found["values"]["phone"][-4:]) == ("合并留下公司", "2222")
    await page.get_by_role("button", name="撤销").click()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    found = await visitor.api("GET", f"/records/account/{stays['id']}")
    assert found["values"]["phone"][-4:] == "1111"


async def test_lines_are_typed_and_summed(visit: Visit) -> None:
    visitor = await visit()
    product = await visitor.first("product")
    lines = [{"product": product["id"], "quantity": "2", "price": "100"}]
    deal, page = await _deal(visitor, lines=lines)
    await page.keyboard.press("e")
    table = page.get_by_role("region", name="商品行").last
    await table.get_by_label("数量 1").fill("5")
    await expect(table.get_by_role("row").last).to_contain_text("500")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/opportunity/{deal}")
    assert [line["quantity"] for line in found["values"]["lines"]] == ["5"]


async def _menu(page: Page, name: str) -> None:
    await page.get_by_role("button", name="更多操作").click()
    await page.get_by_role("menuitem", name=name).click()


async def _pick(page: Page, label: str, text: str) -> None:
    """Find something by typing and take the first that is offered."""
    await page.get_by_label(label).last.fill(text)
    await page.locator(".ant-select-item-option").filter(has_text=text).first.click()
