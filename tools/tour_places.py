"""What the tour sees at the edges: beside a chat, files looked at, pictures of a gallery, sharing.

Files it needs are made here, small and readable, and kept as a comment or a visit would keep them.
"""

import html
import io
import zipfile
from typing import Any

from tools.tour_scenes import Act, Scene, Tourist

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_QUOTED = ("设备采购合同（样本）", "甲方：南京沃德医疗器械有限公司", "交货：合同签订后 45 天")
_NAMES = ("报价现场.png", "采购合同.pdf", "技术方案.docx")
_DEAL, _GRID = "/o/opportunity/{first}", "/o/opportunity?view=opportunity_all"
_SIDE = {"width": 360, "height": 640}


def _document(paragraphs: tuple[str, ...]) -> bytes:
    """Return a Word document of some paragraphs."""
    said = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    body = f'<w:document xmlns:w="{_SPACE}"><w:body>{said}</w:body></w:document>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", body)
    return held.getvalue()


async def _drawn(tourist: Tourist, title: str, colour: str) -> tuple[bytes, bytes]:
    """Return a sheet with a title as a picture and as a PDF."""
    page = await tourist.page.context.new_page()
    told = "".join(f"<p>{html.escape(text)}</p>" for text in _QUOTED)
    style = f"margin:0;padding:48px;font:22px sans-serif;background:{colour};color:#fff"
    await page.set_viewport_size({"width": 800, "height": 600})
    await page.set_content(f'<body style="{style}"><h1>{html.escape(title)}</h1>{told}')
    made = await page.screenshot(), await page.pdf(print_background=True)
    await page.close()
    return made


async def _kept(tourist: Tourist, name: str, kind: str, content: bytes) -> str:
    """Upload a file; returns its id."""
    file: Any = {"name": name, "mimeType": kind, "buffer": content}
    answer = await tourist.page.context.request.post(
        "/api/files", multipart={"file": file}, headers={"origin": tourist.server.url}
    )
    return str((await answer.json())["id"])


async def _files(tourist: Tourist) -> None:
    """Say something with files on the deal that is looked at, once."""
    first = (await tourist.api("GET", "/records/opportunity?limit=1"))["items"][0]["id"]
    path = f"/records/opportunity/{first}/comments"
    there = (await tourist.api("GET", path))["items"]
    if any(comment["files"] for comment in there):
        return
    picture, sheet = await _drawn(tourist, _QUOTED[0], "#2b5797")
    kinds = ("image/png", "application/pdf", _WORD)
    contents = (picture, sheet, _document(_QUOTED))
    ids = [await _kept(tourist, *each) for each in zip(_NAMES, kinds, contents, strict=True)]
    await tourist.api("POST", path, text="合同和方案在这里，请看附件。", files=ids)


def _opened(name: str) -> Act:
    async def act(tourist: Tourist) -> None:
        if tourist.narrow:
            await tourist.page.get_by_role("tab").last.click()
        await tourist.page.get_by_role("button", name=name).first.click()
        shown = tourist.page.get_by_role("dialog", name=tourist.word("preview.label", name=name))
        await shown.wait_for()
        await shown.locator("img, canvas, [class*=paper], p").first.wait_for()

    return act


async def _photographed(tourist: Tourist) -> None:
    """Put pictures on some visits, once."""
    found = await tourist.api("GET", "/records/activity?filter=NOTBLANK(photo)&limit=1")
    if found["items"]:
        return
    visits = await tourist.api("GET", '/records/activity?filter=kind="visit"&limit=5')
    colours = ("#2b5797", "#2d7d4f", "#8a5a2b", "#6b4a8f", "#4a5560")
    for visit, colour in zip(visits["items"], colours, strict=False):
        picture, _ = await _drawn(tourist, visit["title"], colour)
        photo = await _kept(tourist, "现场.png", "image/png", picture)
        await tourist.api("PATCH", f"/records/activity/{visit['id']}", photo=[photo])


async def _beside(tourist: Tourist) -> None:
    await tourist.page.set_viewport_size(_SIDE)  # type: ignore[arg-type]


async def _asked_beside(tourist: Tourist) -> None:
    await tourist.page.get_by_role("searchbox").fill("zz")
    await tourist.page.locator("main a, li a").first.wait_for()


async def _save_as(tourist: Tourist) -> None:
    """A phone has no room for it beside the name: it is behind the bookmark."""
    if tourist.narrow:
        await tourist.choose("list.view", "list.saveAs")
    else:
        await tourist.press("list.saveAs")
    await tourist.page.get_by_role("dialog").wait_for()


async def _shared_with_teams(tourist: Tourist) -> None:
    await _save_as(tourist)
    dialog = tourist.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").first.fill("华东团队商机")
    await dialog.get_by_text(tourist.word("list.whose.teams")).click()


async def _own_view(tourist: Tourist) -> None:
    """Save the view, then open its name and readers."""
    await _save_as(tourist)
    dialog = tourist.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").first.fill("我的大单")
    await dialog.get_by_role("button", name=tourist.word("ui.save"), exact=True).click()
    await dialog.wait_for(state="detached")
    await tourist.choose("list.view", "list.viewSettings")
    await tourist.page.get_by_role("dialog").wait_for()


async def _pressed(tourist: Tourist, word: str) -> None:
    await tourist.press(word)
    await tourist.page.get_by_role("dialog").locator("li, input").first.wait_for()


PLACE_SCENES = (
    Scene("members-add", "/members", lambda t: _pressed(t, "members.add")),
    Scene("apps-uninstall", "/apps", lambda t: _pressed(t, "apps.uninstall")),
    Scene("side", "/side", None, _beside, size=390),
    Scene("side-found", "/side", _asked_beside, _beside, size=390),
    Scene("side-account", "/side/o/account/{first}", None, _beside, size=390),
    Scene("side-contact", "/side/o/contact/{first}", None, _beside, size=390),
    Scene("side-deal", "/side/o/opportunity/{first}", None, _beside, size=390),
    Scene("gallery-pictures", "/o/activity?view=activity_photos", None, _photographed),
    Scene("preview-image", _DEAL, _opened(_NAMES[0]), _files),
    Scene("preview-pdf", _DEAL, _opened(_NAMES[1]), _files),
    Scene("preview-office", _DEAL, _opened(_NAMES[2]), _files),
    Scene("list-save-as", f"{_GRID}&sort=name", _save_as),
    Scene("share-teams", f"{_GRID}&sort=name", _shared_with_teams),
    Scene("share-settings", f"{_GRID}&sort=-amount", _own_view),
)
