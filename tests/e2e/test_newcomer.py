"""The first half hour: an empty workspace, an app installed here, a colleague's phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect
from tests.e2e.conftest import PHONE, Visit
from tools.build_web import build
from tools.demo_server import DemoServer, demo_server

pytestmark = pytest.mark.feature("Z11")
ENGLISH = {"locale": "en-GB"}
# An install writes some 400 definitions; a loaded machine takes its time.
INSTALL_MS = 60_000


@pytest.fixture(scope="module")
def site() -> Iterator[DemoServer]:
    """A server begun in English, with nothing in it."""
    build()
    with demo_server(demo=False, language="en") as server:
        yield server


async def test_a_newcomer_installs_an_app_and_takes_it_away(visit: Visit) -> None:
    visitor = await visit(**ENGLISH)
    page = await visitor.go("/")
    await expect(page.get_by_text("My company")).to_be_visible()
    await expect(page.get_by_role("heading", name="Start here")).to_be_visible()
    await visitor.check_access()
    await page.get_by_role("link", name=re.compile("Install an app")).click()
    await page.get_by_role("listitem", name="Sales").get_by_role("button", name="Install").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Lead, Account, Contact")).to_be_visible(timeout=INSTALL_MS)
    await visitor.check_access()
    await dialog.get_by_role("button", name="Install").click()
    await expect(dialog).to_be_hidden(timeout=INSTALL_MS)
    menu = page.get_by_role("navigation", name="Navigation")
    await menu.get_by_role("link", name="Leads").click()
    await expect(page.get_by_text("No leads yet.")).to_be_visible()
    empty = page.get_by_role("region", name="List of leads")
    await expect(empty.get_by_role("button", name="New lead")).to_be_visible()
    await visitor.check_access()
    await page.goto("/")
    await expect(
        page.get_by_role("link", name=re.compile("Import leads from Excel"))
    ).to_be_visible()
    await page.goto("/apps")
    await page.get_by_role("button", name="Uninstall").click()
    await expect(dialog.get_by_text("definitions of 'Sales'")).to_be_visible(timeout=INSTALL_MS)
    forever = dialog.get_by_role("checkbox")
    await forever.click()
    gone = dialog.get_by_role("button", name="Uninstall and delete data")
    await expect(gone).to_be_disabled()
    await dialog.get_by_role("textbox").fill("Sales")
    await expect(dialog.get_by_text("go for good")).to_be_visible(timeout=INSTALL_MS)
    await expect(gone).to_be_enabled()
    await forever.click()
    await dialog.get_by_role("button", name="Uninstall").click()
    await expect(dialog).to_be_hidden(timeout=INSTALL_MS)
    await expect(page.get_by_role("region", name="Available")).to_be_visible()


async def test_a_colleague_is_added_and_signs_in_on_a_phone(visit: Visit) -> None:
    admin = await visit(**ENGLISH)
    page = await admin.go("/members")
    await expect(page.get_by_role("list", name="Members")).to_contain_text("Administrator")
    await page.get_by_role("button", name="Add member").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Wang")
    await dialog.get_by_label("Username").fill("wang")
    roles = dialog.get_by_role("combobox", name="Roles")
    await roles.fill("admin")
    await roles.press("Enter")
    await expect(dialog.get_by_title("Administrator")).to_be_visible()
    await roles.press("Backspace")
    await roles.press("Tab")
    await expect(dialog.get_by_title("Administrator")).to_be_hidden()
    password = await dialog.get_by_label("First password").input_value()
    await admin.check_access()
    await dialog.get_by_role("button", name="Add member").click()
    told = page.get_by_role("dialog", name="Ready to sign in")
    await expect(told.get_by_text(password)).to_be_visible()
    await admin.check_access()
    phone = await visit(None, **PHONE, **ENGLISH)
    page = await phone.go("/login")
    await page.get_by_label("Username").fill("wang")
    await page.get_by_label("Password").fill(password + "x")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("The username or the password is wrong")).to_be_visible()
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("ask an administrator to install an app")).to_be_visible()
    await phone.check_access()
    for barred in ("/apps", "/members"):
        await page.goto(barred)
        await expect(page.get_by_text("Nothing here.")).to_be_visible()


async def test_the_page_of_apps_fits_a_phone(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    page = await visitor.go("/apps")
    await expect(page.get_by_role("heading", name="应用", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="安装")).to_be_visible()
    await visitor.check_fits()
    await visitor.check_access()


async def test_the_workspace_is_renamed(visit: Visit) -> None:
    visitor = await visit(**ENGLISH)
    page = await visitor.go("/me")
    section = page.locator("section", has=page.get_by_role("heading", name="Workspace"))
    await section.get_by_role("button", name="Change").click()
    await section.get_by_role("textbox", name="Name").fill("River Trading")
    await section.get_by_role("button", name="Save").click()
    await expect(page.locator("aside").get_by_text("River Trading")).to_be_visible()
    await visitor.api("PATCH", "/workspace", name="My company")
