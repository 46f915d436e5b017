"""Camera, microphone, position, pen, by the browser's own means: Chromium plays all of them."""

import base64
import re
import statistics
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect
from tests.e2e.conftest import Visit
from tests.e2e.pages import PATIENCE_MS, Visitor
from tools.browser import ARGUMENTS, chromium
from tools.demo_server import DemoServer

HERE = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12}
# What is drawn onto pictures, as it is drawn, and how bright their foot was before.
FOOT = 120
LISTEN = """
const draw = CanvasRenderingContext2D.prototype.fillText;
window.drawn = [];
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.drawn.push(text);
  return draw.call(this, text, ...rest);
};
const fill = CanvasRenderingContext2D.prototype.fillRect;
CanvasRenderingContext2D.prototype.fillRect = function (...rest) {
  const { width, height } = this.canvas;
  const foot = this.getImageData(0, height - 120, width, 120).data;
  const weights = [0.299, 0.587, 0.114, 0];
  window.before = foot.reduce((sum, each, at) => sum + each * weights[at % 4], 0) / (width * 120);
  return fill.apply(this, rest);
};
"""
# Grey values of a picture, row by row, and its width.
GREY = """async (bytes) => {
  const data = Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([data]));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const { data: rgba } = pen.getImageData(0, 0, picture.width, picture.height);
  const grey = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < grey.length; at += 1)
    grey[at] = 0.299 * rgba[4 * at] + 0.587 * rgba[4 * at + 1] + 0.114 * rgba[4 * at + 2];
  let text = "";
  for (let at = 0; at < grey.length; at += 4096)
    text += String.fromCharCode(...grey.subarray(at, at + 4096));
  return [picture.width, btoa(text)];
}"""


async def _gallery(visitor: Visitor, name: str) -> tuple[Page, Locator]:
    page = await visitor.go("/about/fields")
    return page, page.get_by_role("region", name=name, exact=True)


async def _grey(page: Page, picture: bytes) -> tuple[int, bytes]:
    width, grey = await page.evaluate(GREY, base64.b64encode(picture).decode())
    return width, base64.b64decode(grey)


async def _kept(page: Page, row: Locator) -> bytes:
    """The bytes of the file a row has uploaded, as the server gives them back."""
    # A file on its way has one button alone, the one that stops it.
    opening = row.get_by_role("listitem").get_by_role("button", name=re.compile(r"^(?!移除)"))
    await opening.first.click()
    address = await page.get_by_role("link", name="下载").get_attribute("href")
    await page.keyboard.press("Escape")
    answer = await page.context.request.get(str(address))
    assert answer.ok
    return await answer.body()


async def test_a_photo_bears_when_where_and_who(visit: Visit) -> None:
    visitor = await visit(permissions=["geolocation", "camera"], geolocation=HERE)
    await visitor.page.add_init_script(LISTEN)
    page, row = await _gallery(visitor, "拍照")
    await row.get_by_role("button", name="拍照").click()
    camera = page.get_by_role("dialog", name="拍照")
    await expect(camera.get_by_role("button", name="拍下")).to_be_enabled()
    await camera.get_by_role("button", name="拍下").click()
    await expect(row.get_by_role("button", name="移除 photo-")).to_be_visible()
    time, place = await page.evaluate("window.drawn")
    assert re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d", time)
    assert place.startswith("31.230400, 121.473700 (±12 m)")
    assert (await visitor.api("GET", "/auth/session"))["member"]["name"] in place
    picture = await _kept(page, row)
    # No EXIF goes along: what the phone knows of itself stays there.
    assert picture.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in picture
    width, grey = await _grey(page, picture)
    foot = grey[-width * FOOT :]
    # The stamp lies on a darkened band, its letters are white.
    before = await page.evaluate("window.before")
    assert statistics.median(foot) < before * 0.8
    assert sum(value > 230 for value in foot) > 300


async def test_a_recording_plays_back(visit: Visit) -> None:
    visitor = await visit(permissions=["microphone"])
    page, row = await _gallery(visitor, "录音")
    await row.get_by_role("button", name="录音", exact=True).click()
    await expect(row.get_by_role("timer")).to_have_text(re.compile(r"0:0[1-9]"))
    await row.get_by_role("button", name="停止").click()
    player = row.locator("audio").last
    await expect(player).to_be_visible()
    heard = await player.evaluate(
        """async (audio) => {
          await audio.play();
          while (audio.currentTime < 0.3) await new Promise((go) => setTimeout(go, 50));
          audio.pause();
          return audio.error;
        }"""
    )
    assert heard is None
    assert len(await _kept(page, row)) > 1_000


async def test_a_signature_is_drawn_and_kept_as_a_picture(visit: Visit) -> None:
    visitor = await visit()
    page, row = await _gallery(visitor, "签名")
    await row.get_by_role("button", name="手写签名").click()
    await expect(row.get_by_role("button", name="使用")).to_be_disabled()
    await visitor.check_access()
    sheet = row.get_by_role("img", name="请在这里签名")
    # Where it lies once nothing above it moves any more.
    await sheet.hover()
    box = await sheet.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 30, box["y"] + 30)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    await page.mouse.up()
    await row.get_by_role("button", name="使用").click()
    await expect(row.get_by_role("button", name="移除 signature.png")).to_be_visible()
    _, grey = await _grey(page, await _kept(page, row))
    assert 200 < sum(value < 128 for value in grey) < len(grey) / 4


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Where the camera's film lies; Chromium reads it when the camera is opened."""
    return tmp_path / "camera.y4m"


async def test_a_code_that_is_shown_is_read_by_a_camera(
    site: DemoServer, visit: Visit, film: Path
) -> None:
    visitor = await visit()
    page, row = await _gallery(visitor, "条码")
    await row.get_by_role("textbox").first.fill("CL-扫码-0815")
    await row.get_by_role("textbox").first.blur()
    await row.get_by_role("button", name="显示二维码").click()
    shown = page.get_by_role("img", name="CL-扫码-0815")
    await expect(shown).to_be_visible()
    _film(film, *await _grey(page, await shown.screenshot(animations="disabled")))
    wanted = [*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=wanted)
        settings: dict[str, Any] = {"base_url": site.url, "permissions": ["camera"]}
        context = await browser.new_context(**settings, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        scanning = Visitor(await context.new_page(), site)
        await scanning.sign_in("admin")
        other, row = await _gallery(scanning, "条码")
        complaints: list[str] = []
        other.on("pageerror", lambda error: complaints.append(str(error)))
        await row.get_by_role("button", name="扫码").click()
        await expect(row.get_by_role("textbox").first).to_have_value("CL-扫码-0815")
        await expect(other.get_by_role("dialog")).to_be_hidden()
        assert complaints == []
        await browser.close()


def _film(path: Path, width: int, grey: bytes) -> None:
    """Write a picture, three times as large and in the middle of a frame, as a film of Y4M."""
    wide, high, scale = 800, 600, 3
    lines = [grey[at : at + width] for at in range(0, len(grey), width)]
    across, down = (wide - width * scale) // 2, (high - len(lines) * scale) // 2
    assert across >= 0
    assert down >= 0
    luma = bytearray(b"\xff" * (wide * high))
    for number, line in enumerate(lines):
        broad = b"".join(bytes([value]) * scale for value in line)
        for again in range(scale):
            start = (down + number * scale + again) * wide + across
            luma[start : start + len(broad)] = broad
    frame = b"FRAME\n" + bytes(luma) + b"\x80" * (wide * high // 2)
    path.write_bytes(f"YUV4MPEG2 W{wide} H{high} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
