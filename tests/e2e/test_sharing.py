"""A manager shares a view with her team; people of another team never see it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import Visitor

PASSWORD = "correct horse battery 9"
PHONE = {"width": 390, "height": 844}


async def _people(admin: Visitor) -> dict[str, str]:
    """A manager and a rep of one team, a rep of another; returns team ids by name."""
    teams = {}
    for name in ("共享一区", "共享二区"):
        teams[name] = (await admin.api("POST", "/teams", name=name))["id"]
    below = await admin.api("POST", "/teams", name="共享一组", parent=teams["共享一区"])
    teams["共享一组"] = below["id"]
    for login, role, team in (
        ("share-boss", "manager", "共享一区"),
        ("share-rep", "rep", "共享一组"),
        ("share-far", "rep", "共享二区"),
    ):
        given = {"login": login, "password": PASSWORD, "roles": [role], "name": login}
        given |= {"teams": [teams[team]], "main_team": teams[team]}
        await admin.api("POST", "/members", **given)
    return teams


Guests = dict[str, Visitor]


@pytest_asyncio.fixture
async def guests(visit: Visit) -> AsyncIterator[Guests]:
    """Administrator, manager, her rep, a rep of another team: each in their own browser."""
    admin = await visit()
    known = {team["name"] for team in (await admin.api("GET", "/teams"))["items"]}
    if "共享一区" not in known:
        await _people(admin)
    found = {"admin": admin}
    for login in ("share-boss", "share-rep", "share-far"):
        guest = await visit(None)
        guest.site = replace(guest.site, passwords={**guest.site.passwords, login: PASSWORD})
        await guest.sign_in(login)
        found[login] = guest
    yield found
    for view in (await admin.api("GET", "/views"))["items"]:
        if view.get("maker"):
            await admin.api("DELETE", f"/views/{view['key']}")


async def _grouped_by_region(boss: Visitor) -> Page:
    for number, amount in enumerate((1000, 2500)):
        name = f"分区商机{number}"
        await boss.api(
            "POST", "/records/opportunity", name=name, stage="prospecting", amount=amount
        )
    page = await boss.go("/o/opportunity?view=opportunity_all")
    await page.get_by_role("button", name="分组", exact=True).click()
    await page.get_by_role("combobox", name="分组").fill("所属团队")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    row = page.get_by_role("row").filter(has=page.get_by_role("button", name="共享一区"))
    await expect(row).to_contain_text("3,500")
    return page


async def test_a_manager_gives_her_team_a_view(guests: Guests) -> None:
    boss = guests["share-boss"]
    page = await _grouped_by_region(boss)
    await page.get_by_role("button", name="另存为视图").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="视图名称").fill("一区看商机")
    # She may not share with everybody, nor with roles of the whole company.
    await expect(dialog.get_by_role("radio")).to_have_count(2)
    await dialog.get_by_text("指定团队可见").click()
    await expect(dialog.get_by_text("共享一区")).to_be_visible()
    await boss.check_access()
    await dialog.get_by_role("button", name="保存").click()
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("一区看商机")
    # Her team's people find it under the team, by whom it is shared.
    rep = guests["share-rep"]
    page = await rep.go("/o/opportunity")
    await page.get_by_role("heading", level=1).click()
    menu = page.get_by_role("menu")
    await expect(menu.get_by_text("团队视图")).to_be_visible()
    entry = menu.get_by_role("menuitem", name="一区看商机")
    await expect(entry).to_contain_text("share-boss")
    await rep.check_access()
    await entry.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("一区看商机")
    await expect(page.get_by_role("button", name="分组：所属团队")).to_be_visible()
    # It is not theirs to change.
    await page.get_by_role("button", name="视图", exact=True).click()
    await expect(page.get_by_role("menuitem", name="另存为视图")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="删除视图")).to_have_count(0)
    # Nobody of another team sees it.
    page = await guests["share-far"].go("/o/opportunity")
    await page.get_by_role("heading", level=1).click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="一区看商机")).to_have_count(0)


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
async def test_she_makes_it_her_teams_first_view_and_withdraws_it(
    guests: Guests, size: dict[str, int] | None
) -> None:
    boss, rep = guests["share-boss"], guests["share-rep"]
    if size:
        await boss.page.set_viewport_size({"width": size["width"], "height": size["height"]})
    body = {"object": "account", "label": "一区的客户", "columns": ["name"]}
    kept = await boss.api("POST", "/views", **body)
    page = await boss.go(f"/o/account?view={kept['key']}")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("一区的客户")
    await page.get_by_role("button", name="视图", exact=True).click()
    await page.get_by_role("menuitem", name="名称与可见范围").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="视图名称").fill("一区先看这个")
    await dialog.get_by_text("指定团队可见").click()
    first = dialog.get_by_role("combobox", name="设为哪些角色的默认视图")
    await first.fill("销售")
    await page.get_by_title("销售", exact=True).click()
    await dialog.get_by_role("textbox", name="视图名称").click()
    await boss.check_access()
    await dialog.get_by_role("button", name="保存").click()
    await expect(heading).to_have_text("一区先看这个")
    theirs = await rep.go("/o/account")
    await expect(theirs.get_by_role("heading", level=1)).to_have_text("一区先看这个")
    await page.get_by_role("button", name="视图", exact=True).click()
    await page.get_by_role("menuitem", name="删除视图").click()
    await page.get_by_role("dialog").get_by_role("button", name="确定").click()
    await expect(page.get_by_text("视图已删除")).to_be_visible()
    await theirs.reload()
    await expect(theirs.get_by_role("heading", level=1)).not_to_have_text("一区先看这个")


async def test_a_filter_asks_for_my_team(guests: Guests) -> None:
    boss = guests["share-boss"]
    for login, name in (("share-rep", "团队筛选甲公司"), ("share-boss", "团队筛选乙公司")):
        await guests[login].api("POST", "/records/account", name=name)
    page = await boss.go("/o/account?view=-&filter=owner=ME()&q=团队筛选")
    await expect(page.get_by_text("1 条", exact=True)).to_be_visible()
    await page.get_by_role("button", name="筛选").click()
    panel = page.get_by_role("tooltip")
    await panel.get_by_role("combobox", name="负责人").click()
    await page.get_by_title("我的团队", exact=True).click()
    await expect(panel.get_by_text("是我的团队的")).to_be_visible()
    await page.get_by_role("button", name="应用").click()
    await expect(page.get_by_text("2 条", exact=True)).to_be_visible()
    await page.get_by_role("button", name="筛选").click()
    await page.get_by_text("按公式").click()
    text = page.get_by_role("textbox", name="按公式")
    await expect(text).to_have_value("ISMYTEAM(负责人)")
