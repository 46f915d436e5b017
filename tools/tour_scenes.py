"""What the tour photographs beside plain addresses: menus, dialogs, waiting, failing, empty pages.

Buttons are found by the words of the web app's own i18n files, so a scene works in each language.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, Route
from tools.build_web import WEB
from tools.demo_server import DemoServer

_WORDS = WEB / "src" / "i18n"
_HOLE = re.compile(r"{{(\w+)(?:, (\w+))?}}")
_TRASHED = "待恢复的客户"


def _said(value: str, form: str | None) -> str:
    """A name inside an English sentence begins small, as web/src/lib/plural.ts has it."""
    return value[:1].lower() + value[1:] if form == "within" and value[1:2].islower() else value


@dataclass(slots=True)
class Tourist:
    """One page in one language, and what a person does on it."""

    page: Page
    language: str
    server: DemoServer

    @property
    def narrow(self) -> bool:
        """Whether the page is as wide as a phone."""
        size = self.page.viewport_size
        return size is not None and size["width"] < 768

    def word(self, key: str, **values: object) -> str:
        """Return a text of the web app; raises `KeyError` when there is none."""
        part, *path = key.split(".")
        found: Any = json.loads((_WORDS / self.language / f"{part}.json").read_text("utf-8"))
        for name in path:
            found = found[name]
        return _HOLE.sub(lambda match: _said(str(values[match[1]]), match[2]), str(found))

    def button(self, key: str, **values: object) -> Locator:
        """Return the button called by a text."""
        name = self.word(key, **values)
        return self.page.get_by_role("button", name=name, exact=True).first

    async def press(self, *keys: str) -> None:
        """Press buttons one after another."""
        for key in keys:
            await self.button(key).click()

    async def choose(self, button: str, item: str) -> None:
        """Open a menu and choose from it."""
        await self.press(button)
        await self.page.get_by_role("menuitem", name=self.word(item), exact=True).click()

    async def api(self, method: str, path: str, **body: Any) -> Any:
        """Ask the API as the member who is signed in."""
        answer = await self.page.context.request.fetch(
            f"/api{path}", method=method, data=body or None, headers={"origin": self.server.url}
        )
        return None if answer.status == 204 else await answer.json()


Act = Callable[[Tourist], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A page, its address, and what is done before (`set`) and after (`act`) it opens."""

    key: str
    address: str
    act: Act | None = None
    set: Act | None = None
    # Only where there is room for it, or only where there is none.
    size: int | None = None
    login: str | None = "admin"


def _press(*keys: str) -> Act:
    return lambda tourist: tourist.press(*keys)


def _choose(button: str, item: str) -> Act:
    return lambda tourist: tourist.choose(button, item)


def _type(*keys: str) -> Act:
    async def act(tourist: Tourist) -> None:
        for key in keys:
            await tourist.page.keyboard.press(key)

    return act


async def _never(route: Route) -> None:
    """Leave a request without an answer."""


async def _fails(route: Route) -> None:
    words = {"zh-CN": "服务出错了，请稍后重试。", "en": "The service failed. Please try again."}
    language = (route.request.headers.get("accept-language") or "zh-CN").split(",")[0]
    told = words.get(language, words["en"])
    problem = {"code": "kit.broken", "title": told, "status": 500, "detail": told, "errors": []}
    await route.fulfill(status=500, json=problem, content_type="application/problem+json")


async def _nothing(route: Route) -> None:
    empty = {"items": [], "next": None, "total": 0}
    await route.fulfill(json=empty)


def _records(answer: Callable[[Route], Awaitable[None]]) -> Act:
    return lambda tourist: tourist.page.route("**/api/records/**", answer)


async def _notices(tourist: Tourist) -> None:
    name = re.compile(re.escape(tourist.word("notifications.bell")))
    await tourist.page.get_by_role("button", name=name).first.click()
    await tourist.page.get_by_text(tourist.word("notifications.readAll")).first.wait_for()


async def _some_selected(tourist: Tourist) -> None:
    boxes = tourist.page.get_by_role("row").get_by_role("checkbox")
    for number in (1, 2, 4):
        await boxes.nth(number).click()


async def _mass_change(tourist: Tourist) -> None:
    await _some_selected(tourist)
    await tourist.press("list.massEdit")
    await tourist.page.get_by_role("combobox").last.click()
    await tourist.page.keyboard.press("ArrowDown")
    await tourist.page.keyboard.press("Enter")


async def _head_menu(tourist: Tourist) -> None:
    head = tourist.page.get_by_role("columnheader").nth(2)
    await head.hover()
    await head.get_by_role("button").last.click()


async def _found(tourist: Tourist) -> None:
    await tourist.page.keyboard.press("Control+k")
    await tourist.page.get_by_role("combobox").fill("zz")
    await tourist.page.get_by_role("option").nth(2).wait_for()


async def _code_asked(tourist: Tourist) -> None:
    told = {"type": "", "title": "", "status": 401, "detail": "", "errors": []}
    answer = {**told, "code": "totp.required"}

    async def ask(route: Route) -> None:
        await route.fulfill(status=401, json=answer, content_type="application/problem+json")

    await tourist.page.route("**/api/auth/login", ask)


async def _sign_in(tourist: Tourist) -> None:
    await tourist.page.get_by_label(tourist.word("login.login")).fill("nobody")
    await tourist.page.get_by_label(tourist.word("login.password")).fill("wrong-password")
    await tourist.press("login.submit")


async def _refused(tourist: Tourist) -> None:
    await tourist.press("ui.save")


async def _commented(tourist: Tourist) -> None:
    record = tourist.page.url.rsplit("/", 1)[-1]
    path = f"/records/opportunity/{record}/comments"
    if not (await tourist.api("GET", path)).get("items"):
        await tourist.api("POST", path, text="报价已发给客户，下周二电话确认。")
        await tourist.page.reload()
        await tourist.page.locator("h1").first.wait_for()
    if tourist.narrow:
        await tourist.page.get_by_role("tab").last.click()


async def _trashed(tourist: Tourist) -> None:
    found = await tourist.api("GET", f"/records/account?q={_TRASHED}")
    for record in found["items"]:
        await tourist.api("DELETE", f"/records/account/{record['id']}")
    made = await tourist.api("POST", "/records/account", name=_TRASHED)
    await tourist.api("DELETE", f"/records/account/{made['id']}")


async def _merged(tourist: Tourist) -> None:
    await tourist.choose("record.more", "tools.merge")
    field = tourist.page.get_by_role("dialog").get_by_role("combobox").first
    await field.fill("公司")
    await tourist.page.locator(".ant-select-item-option").nth(2).click()


async def _crossed(tourist: Tourist) -> None:
    """Change a cell while somebody else has changed it."""
    page = tourist.page
    await page.route("**/api/events/stream", lambda route: route.abort())
    await page.reload()
    record = page.url.rsplit("/", 1)[-1]
    before = await tourist.api("GET", f"/records/account/{record}")
    await tourist.button("record.edit").click()
    field = page.locator("#form-address")
    await field.fill("科创路 8 号 A 座")
    await tourist.api("PATCH", f"/records/account/{record}", address="科创路 8 号 B 座 6 层")
    await tourist.press("ui.save")
    await page.get_by_role("dialog").wait_for()
    old = before["values"]["address"]
    await tourist.api("PATCH", f"/records/account/{record}", address=old)


_DEAL, _ACCOUNT = "/o/opportunity/{first}", "/o/account/{first}"
_GRID = "/o/opportunity?view=opportunity_all"

SCENES = (
    Scene("login-refused", "/login", _sign_in, login=None),
    Scene("login-code", "/login", _sign_in, _code_asked, login=None),
    Scene("home-rep", "/", login="rep"),
    Scene("home-manager", "/", login="manager"),
    Scene("menu-member", "/", lambda t: t.page.locator("button[class*=member]").click()),
    Scene("notices", "/", _notices, login="rep"),
    Scene("palette", "/", _type("Control+k")),
    Scene("palette-found", "/", _found),
    Scene("shortcuts", "/", _type("Shift+?"), size=1440),
    Scene("drawer", "/", _press("shell.more"), size=390),
    Scene("list-mine", "/o/opportunity?view=opportunity_mine", login="rep"),
    Scene("list-grid", _GRID),
    Scene("list-grouped", f"{_GRID}&group=stage,owner"),
    Scene("list-views", "/o/opportunity", lambda t: t.page.locator("h1").click()),
    Scene("list-filter", "/o/opportunity?view=opportunity_mine", _press("list.filter")),
    Scene("list-columns", _GRID, _press("list.columns"), size=1440),
    Scene("list-head-menu", _GRID, _head_menu, size=1440),
    Scene("list-more", _GRID, _press("list.more")),
    Scene("list-selected", _GRID, _some_selected, size=1440),
    Scene("list-mass", _GRID, _mass_change, size=1440),
    Scene("list-arrange", _GRID, _press("list.arrange"), size=390),
    Scene("list-nothing", "/o/lead?q=没有这样的"),
    Scene("list-empty", "/o/lead", None, _records(_nothing)),
    Scene("list-waiting", _GRID, None, _records(_never)),
    Scene("list-failed", _GRID, None, _records(_fails)),
    Scene("board-waiting", "/o/opportunity", None, _records(_never)),
    Scene("record-timeline", _DEAL, _commented),
    Scene("record-line", f"{_DEAL}?edit", _press("record.addLine"), size=390),
    Scene("record-menu", _DEAL, _press("record.more")),
    Scene("record-share", _DEAL, _choose("record.more", "tools.share")),
    Scene("record-transfer", _DEAL, _choose("record.more", "tools.transfer")),
    Scene("record-why", _DEAL, _choose("record.more", "tools.why")),
    Scene("record-delete", _DEAL, _choose("record.more", "record.remove")),
    Scene("record-merge", _ACCOUNT, _merged),
    Scene("record-conflict", _ACCOUNT, _crossed),
    Scene("record-refused", "/o/account/new", _refused),
    Scene("panel-new", "/o/account?new=contact"),
    Scene("trash-full", "/o/account/trash", None, _trashed),
    Scene("missing", "/nowhere"),
    Scene("missing-record", "/o/account/0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"),
    Scene("second-step", "/me", _press("profile.turnOn")),
)


def scenes(plain: Mapping[str, list[str]]) -> list[Scene]:
    """Return every scene: the addresses of pages first, then what is done on them."""
    pages = [
        Scene(f"{key}-{number}" if number else key, address)
        for key, addresses in plain.items()
        for number, address in enumerate(addresses)
    ]
    return [Scene("login", "/login", login=None), *pages, *SCENES]
