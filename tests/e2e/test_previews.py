"""Files looked at where they are: in comments, in fields, one after the other."""

from typing import Any

from playwright.async_api import Page, ViewportSize, expect
from tests.e2e.conftest import Visit
from tests.e2e.samples import WORD, pdf, word

NARROW = ViewportSize(width=390, height=844)


def _file(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


async def _comment(page: Page, *files: dict[str, Any]) -> None:
    """Say nothing but these files."""
    box = page.get_by_role("textbox", name="写评论")
    await expect(box).to_be_visible()
    await page.locator("input[type=file]").last.set_input_files(list(files))  # type: ignore[arg-type]
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("button", name="移除")).to_have_count(0)


async def test_files_of_a_comment_are_read_one_after_the_other(visit: Visit) -> None:
    visitor = await visit()
    made = await visitor.api("POST", "/records/account", name="预览文件有限公司", level="new")
    page = await visitor.go(f"/o/account/{made['id']}")
    listed = "姓名,电话\n张三,13800138000\n".encode("gb18030")
    await _comment(
        page,
        _file("合同.pdf", "application/pdf", pdf("采购合同")),
        _file("方案.docx", WORD, word("两台电池柜")),
        _file("名单.csv", "text/csv", listed),
        _file("包.zip", "application/zip", b"PK\x05\x06" + b"\0" * 18),
    )
    await page.get_by_role("button", name="合同.pdf").click()
    shown = page.get_by_role("dialog", name="预览 合同.pdf")
    # Its words lie over the picture, to be marked and copied.
    await expect(shown.get_by_text("采购合同")).to_be_attached()
    await visitor.check_access()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("dialog").get_by_text("两台电池柜")).to_be_visible()
    await page.get_by_role("button", name="下一个").click()
    await expect(page.get_by_role("cell", name="张三")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_text("这种文件不能在这里预览")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_hostile_document_is_offered_for_download(visit: Visit) -> None:
    visitor = await visit(viewport=NARROW)
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    made = await visitor.api("POST", "/records/account", name="恶意文件有限公司", level="new")
    page = await visitor.go(f"/o/account/{made['id']}")
    await page.get_by_role("tab", name="动态").click()
    await _comment(
        page,
        _file("炸弹.docx", WORD, word("&b;", bomb)),
        _file("破损.docx", WORD, b"PK\x03\x04" + bytes(range(256))),
    )
    await page.get_by_role("button", name="炸弹.docx").click()
    await expect(page.get_by_text("文件打不开")).to_be_visible()
    await page.get_by_role("button", name="下一个").click()
    await expect(page.get_by_role("dialog", name="预览 破损.docx")).to_be_visible()
    await expect(page.get_by_text("文件打不开")).to_be_visible()
    await visitor.check_fits()
