"""Saving while a file is on its way: nothing that was added is left behind."""

import asyncio
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, Route, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.pages import Visitor

UPLOADS = "**/api/files"


class Held:
    """Uploads of a page that wait until they are let go; the first `refused` of them break off."""

    def __init__(self, refused: int = 0) -> None:
        self.refused = refused
        self.free = asyncio.Event()

    async def answer(self, route: Route) -> None:
        await self.free.wait()
        self.refused -= 1
        await (route.abort() if self.refused >= 0 else route.continue_())


async def _visit_form(visit: Visit, name: str, held: Held) -> tuple[Visitor, Locator, str]:
    here = {"latitude": 31.2304, "longitude": 121.4737}
    visitor = await visit(**PHONE, permissions=["geolocation"], geolocation=here)
    made = await visitor.api("POST", "/records/account", name=name, level="new")
    page = await visitor.go(f"/o/account/{made['id']}")
    await page.route(UPLOADS, held.answer)
    await page.get_by_role("button", name="写跟进").tap()
    form = page.get_by_role("dialog", name="新建跟进")
    await form.get_by_role("radio", name="客户拜访").tap()
    await form.get_by_role("group", name="主题").get_by_role("textbox").fill("看产线")
    await form.get_by_role("group", name="沟通内容").get_by_role("textbox").fill("下周报价")
    await _photo(page, form)
    return visitor, form, str(made["id"])


async def _photo(page: Page, form: Locator) -> None:
    shot = await page.screenshot(type="jpeg")
    picture = FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=shot)
    async with page.expect_file_chooser() as chooser:
        await form.get_by_role("button", name="拍照").tap()
    await (await chooser.value).set_files([picture])


async def _visits(visitor: Visitor, account: str) -> list[dict[str, Any]]:
    found = await visitor.api("GET", f'/records/activity?filter=account="{account}"')
    return [row["values"] for row in found["items"]]


async def test_saving_waits_for_a_photo_on_its_way(visit: Visit) -> None:
    held = Held()
    visitor, form, account = await _visit_form(visit, "等照片有限公司", held)
    # At once: the photo may still be drawn, its upload has not begun.
    await form.get_by_role("button", name="保存", exact=True).tap()
    await expect(form.get_by_role("button", name="正在上传 1 个文件…")).to_be_visible()
    await expect(form.get_by_role("progressbar")).to_be_visible()
    await visitor.check_access()
    await visitor.check_fits()
    assert await _visits(visitor, account) == []
    # What is typed meanwhile is saved as well.
    await form.get_by_role("group", name="主题").get_by_role("textbox").fill("看新产线")
    held.free.set()
    await expect(visitor.page.get_by_text("已新建")).to_be_visible()
    (visited,) = await _visits(visitor, account)
    assert visited["subject"] == "看新产线"
    assert [photo["type"] for photo in visited["photo"]] == ["image/jpeg"]


async def test_a_photo_that_failed_stops_the_saving_and_is_sent_again(visit: Visit) -> None:
    held = Held(refused=1)
    visitor, form, account = await _visit_form(visit, "照片没传成有限公司", held)
    save = form.get_by_role("button", name="保存", exact=True)
    await save.tap()
    held.free.set()
    photos = form.get_by_role("group", name="现场照片")
    await expect(photos.get_by_role("alert")).to_be_visible()
    await expect(form.get_by_text("文件还没有上传好（现场照片 · photo")).to_be_visible()
    await visitor.check_access()
    await save.tap()
    assert await _visits(visitor, account) == []
    await photos.get_by_role("button", name="重试").tap()
    await expect(photos.get_by_role("button", name="移除 photo-")).to_be_visible()
    await expect(photos.get_by_role("alert")).to_be_hidden()
    await save.tap()
    await expect(visitor.page.get_by_text("已新建")).to_be_visible()
    (visited,) = await _visits(visitor, account)
    assert len(visited["photo"]) == 1


async def test_closing_with_a_photo_on_its_way_asks_and_one_taken_away_is_not_waited_for(
    visit: Visit,
) -> None:
    visitor, form, account = await _visit_form(visit, "照片不要了有限公司", Held())
    await expect(form.get_by_role("progressbar")).to_be_visible()
    for name in ("取消", "关闭"):
        await form.get_by_role("button", name=name, exact=True).tap()
        asked = visitor.page.get_by_role("dialog", name="还有文件没有上传完")
        await asked.get_by_role("button", name="留下").tap()
        await expect(asked).to_be_hidden()
    await expect(form.get_by_role("group", name="主题").get_by_role("textbox")).to_have_value(
        "看产线"
    )
    await form.get_by_role("button", name="保存", exact=True).tap()
    await form.get_by_role("button", name="移除 photo-").tap()
    await expect(visitor.page.get_by_text("已新建")).to_be_visible()
    (visited,) = await _visits(visitor, account)
    assert not visited["photo"]


async def test_a_comment_and_a_field_in_place_wait_for_their_files(visit: Visit) -> None:
    visitor = await visit()
    account = await visitor.api("POST", "/records/account", name="佐证晚到有限公司", level="new")
    values = {"subject": "佐证晚到", "kind": "visit", "content": "看产线", "account": account["id"]}
    made = await visitor.api("POST", "/records/activity", **values)
    page = await visitor.go(f"/o/activity/{made['id']}")
    held = Held()
    await page.route(UPLOADS, held.answer)
    sent = FilePayload(name="纪要.txt", mimeType="text/plain", buffer="下周报价".encode())
    timeline = page.get_by_role("complementary", name="动态")
    box = timeline.get_by_role("textbox", name="写评论")
    await box.fill("见附件")
    await timeline.locator("input[type=file]").first.set_input_files([sent])
    await timeline.get_by_role("button", name="发送").click()
    await expect(timeline.get_by_role("button", name="正在上传 1 个文件…")).to_be_visible()
    held.free.set()
    await expect(timeline.get_by_role("listitem").filter(has_text="见附件")).to_contain_text(
        "纪要.txt"
    )
    held.free.clear()
    await page.get_by_role("button", name="修改佐证附件").press("Enter")
    await (
        page.locator("#edit-evidence")
        .locator("..")
        .locator("input[type=file]")
        .set_input_files([sent])
    )
    await page.get_by_role("heading", level=1).click()
    await expect(page.get_by_text("正在上传 1 个文件…")).to_be_visible()
    held.free.set()
    await expect(page.get_by_text("已保存")).to_be_visible()
    found = await visitor.api("GET", f"/records/activity/{made['id']}")
    assert [file["name"] for file in found["values"]["evidence"]] == ["纪要.txt"]
