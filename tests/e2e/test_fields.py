"""Field types in the browser: each shown, edited, asked and set up."""

from urllib.parse import quote

from playwright.async_api import ViewportSize, expect
from tests.e2e.conftest import Visit

from changliu.fields.registry import FIELD_TYPES

NARROW = ViewportSize(width=390, height=844)
TYPES = len(FIELD_TYPES)
# Filled in by the system, or line by line on the record's page.
UNTYPED = {"autonumber", "formula", "rollup", "lookup", "lines"}
# Asked by a formula over their rows.
UNASKED = {"lines"}


async def test_every_type_is_shown_and_edited(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/about/fields")
    await expect(page.get_by_role("region")).to_have_count(TYPES)
    money = page.get_by_role("region", name="金额")
    typed = money.get_by_role("textbox").first
    await typed.fill("123.45万")
    await expect(money.get_by_text("壹佰贰拾叁万肆仟伍佰元整")).to_be_visible()
    await expect(money.get_by_text("¥1,234,500")).to_be_visible()
    await typed.blur()
    await expect(typed).to_have_value("1,234,500")
    day = page.get_by_role("region", name="日期", exact=True)
    await day.get_by_role("textbox").first.fill("2月30日")
    await expect(day.get_by_text("认不出是哪天")).to_be_visible()
    await day.get_by_role("textbox").first.fill("2026年8月5日")
    await day.get_by_role("textbox").first.blur()
    await expect(day.get_by_role("textbox").first).to_have_value("2026-08-05")


async def test_every_type_is_set_up_as_the_server_says(visit: Visit) -> None:
    visitor = await visit()
    told = (await visitor.api("GET", "/field-types"))["items"]
    assert [each["type"] for each in told] == list(FIELD_TYPES)
    page = await visitor.go("/about/fields")
    await expect(page.get_by_role("region")).to_have_count(TYPES)
    await page.evaluate(
        "document.querySelectorAll('section h2 button').forEach((each) => each.click())"
    )
    settings = sum(len(each["settings"]) for each in told)
    await expect(page.locator("section label[for]")).to_have_count(TYPES + settings)
    said: dict[str, str] = await page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('section:has(h2 code)')]"
        ".map((each) => [each.querySelector('code').innerText, each.innerText]))"
    )
    for each in told:
        here = said[each["type"]]
        assert all(setting["label"]["zh-CN"] in here for setting in each["settings"]), here
        assert each["settings"] or "没有可设置的项" in here
        assert ("由系统填写" in here) is (each["type"] in UNTYPED), here
        assert ("用公式筛选" in here) is (each["type"] in UNASKED), here
    await expect(page.get_by_role("combobox", name="比较方式")).to_have_count(TYPES - len(UNASKED))
    # What is set up is what is filled in, at once.
    choice = page.get_by_role("region", name="单选", exact=True)
    await choice.get_by_role("textbox", name="添加选项，按回车").fill("待定")
    await page.keyboard.press("Enter")
    await choice.get_by_role("button", name="上移“待定”").click()
    names = choice.get_by_role("textbox", name="选项名称")
    await expect(names.nth(2)).to_have_value("待定")
    await choice.locator("#sample-select").click()
    await expect(page.locator(".ant-select-item-option", has_text="待定").first).to_be_visible()


async def test_a_record_is_found_by_pinyin_and_a_file_sent(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.go("/about/fields")
    reference = page.get_by_role("region", name="引用")
    await reference.locator("#sample-reference").fill("zz")
    await page.get_by_role("option").first.wait_for(state="attached")
    await expect(page.locator(".ant-select-item-option").first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(reference.get_by_role("link")).to_be_visible()
    files = page.get_by_role("region", name="附件")
    sent = {"name": "报价.txt", "mimeType": "text/plain", "buffer": "单价 100 元".encode()}
    await files.locator("input[type=file]").set_input_files([sent])  # type: ignore[list-item]
    await expect(files.get_by_role("button", name="移除 报价.txt")).to_be_visible()
    await files.get_by_role("button", name="移除 报价.txt").click()
    await expect(files.get_by_text("报价.txt")).to_have_count(0)


async def test_a_position_is_kept_in_the_datum_of_chinese_maps(visit: Visit) -> None:
    here = {"latitude": 39.915, "longitude": 116.404}
    visitor = await visit(permissions=["geolocation"], geolocation=here)
    page = await visitor.go("/about/fields")
    place = page.get_by_role("region", name="位置")
    await place.get_by_role("button", name="重新定位").click()
    await expect(place.get_by_text("39.91640, 116.41024")).to_be_visible()


async def test_the_page_fits_a_phone_and_keeps_nobody_out(visit: Visit) -> None:
    visitor = await visit(viewport=NARROW)
    page = await visitor.go("/about/fields")
    await expect(page.get_by_role("region")).to_have_count(TYPES)
    await expect(page.get_by_role("combobox", name="比较方式")).to_have_count(TYPES - len(UNASKED))
    await visitor.check_fits()
    await visitor.check_access()


async def test_a_filter_asks_by_the_type_and_reads_what_was_saved(visit: Visit) -> None:
    visitor = await visit()
    account = await visitor.first("account")
    said = f'负责人 = ME() AND THISQUARTER(创建时间) AND 客户 = "{account["id"]}"'
    page = await visitor.go(f"/o/opportunity?view=-&filter={quote(said)}")
    await page.get_by_role("button", name="筛选", exact=True).click()
    panel = page.get_by_role("tooltip")
    # Titles stand where the formula has ids.
    await expect(panel.get_by_text(account["title"])).to_be_visible()
    await expect(panel.get_by_text("我自己")).to_be_visible()
    await expect(panel.get_by_text("在本季度")).to_be_visible()
    await panel.get_by_role("combobox", name="比较方式").nth(1).click()
    await page.get_by_title("在过去（天）").click()
    days = panel.get_by_role("combobox", name="多少天")
    await days.fill("30")
    await panel.get_by_text("按公式").click()
    text = panel.get_by_role("textbox", name="按公式")
    await expect(text).to_have_value(
        f'负责人 = ME() AND LASTDAYS(创建时间, 30) AND 客户 = "{account["id"]}"'
    )


async def test_tags_are_asked_for_all_of_several(visit: Visit) -> None:
    visitor = await visit()
    marks = ["筛选甲", "筛选乙"]
    await visitor.api("POST", "/records/lead", name="带两个标签", tags=marks)
    await visitor.api("POST", "/records/lead", name="带一个标签", tags=marks[:1])
    page = await visitor.go("/o/lead?view=-&filter=" + quote('HASANY(标签, "筛选甲")'))
    await expect(page.get_by_text("2 条", exact=True)).to_be_visible()
    await page.get_by_role("button", name="筛选", exact=True).click()
    panel = page.get_by_role("tooltip")
    await panel.get_by_role("combobox", name="比较方式").click()
    await page.get_by_title("含有全部").click()
    await panel.get_by_role("combobox", name="标签").fill("筛选乙，")
    await panel.get_by_role("button", name="应用").click()
    await expect(page.get_by_text("1 条", exact=True)).to_be_visible()
