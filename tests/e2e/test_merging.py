"""Merging two records in the browser, while a colleague edits one of them."""

from playwright.async_api import expect
from tests.e2e.conftest import Visit


async def test_an_edit_after_the_preview_is_told_before_it_is_merged(visit: Visit) -> None:
    visitor = await visit()
    made = [
        await visitor.api("POST", "/records/account", name=name, short_name=short, level="new")
        for name, short in (("合并留下有限公司", "留下"), ("合并并入有限公司", "并入"))
    ]
    stays, goes = (str(each["id"]) for each in made)
    page = await visitor.go(f"/o/account/{stays}")
    await page.get_by_role("button", name="更多操作").click()
    await page.get_by_role("menuitem", name="合并", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="要合并进来的记录").fill("合并并入")
    await page.get_by_title("合并并入有限公司").click()
    row = dialog.get_by_role("row").filter(has_text="简称")
    await row.get_by_role("radio").nth(1).check()
    # The wizard shows what was looked at; what the stream brings does not change it in silence.
    await visitor.api("PATCH", f"/records/account/{goes}", short_name="刚刚改的")
    button = dialog.get_by_role("button", name="合并", exact=True)
    await button.click()
    told = dialog.get_by_role("alert")
    await expect(told).to_contain_text("您查看之后有人改过")
    await expect(told).to_contain_text("简称 并入 → 刚刚改的")
    await expect(row).to_contain_text("刚刚改的")
    await expect(row.get_by_role("radio").nth(1)).to_be_checked()
    await visitor.check_access()
    there = await visitor.api("GET", f"/records/account/{stays}")
    assert (there["version"], there["values"]["short_name"]) == (1, "留下")
    await button.click()
    await expect(page.get_by_text("已合并")).to_be_visible()
    there = await visitor.api("GET", f"/records/account/{stays}")
    assert there["values"]["short_name"] == "刚刚改的"
    await page.get_by_role("button", name="撤销").click()
    await expect(page.get_by_text("已撤销")).to_be_visible()
    back = await visitor.api("GET", f"/records/account/{goes}")
    assert back["values"]["short_name"] == "刚刚改的"
