"""The web app's files: found, packed, kept or asked for again, and never a file from elsewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from changliu.kit import http
from changliu.kit.pages import Pages

SCRIPT = b"console.log(1)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<div id=root></div>")
    (dist / "side.html").write_text("<div id=side></div>")
    (dist / "assets" / "app-1a2b.js").write_bytes(SCRIPT)
    (dist / "assets" / "app-1a2b.js.br").write_bytes(b"packed")
    (dist / ".stamp").write_text("hash")
    (tmp_path / "secret.txt").write_text("secret")
    return dist


@pytest_asyncio.fixture
async def site(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    http.install(app)
    app.router.default = Pages(folder, app.router.default)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def test_assets_are_kept_forever_and_sent_packed_to_who_unpacks(
    site: httpx.AsyncClient,
) -> None:
    plain = await site.get("/assets/app-1a2b.js", headers={"accept-encoding": "identity"})
    assert (plain.content, plain.headers["content-type"]) == (
        SCRIPT,
        "text/javascript; charset=utf-8",
    )
    assert "immutable" in plain.headers["cache-control"]
    sent = site.build_request("GET", "/assets/app-1a2b.js", headers={"accept-encoding": "gzip, br"})
    packed = await site.send(sent, stream=True)
    assert packed.headers["content-encoding"] == "br"
    assert b"".join([part async for part in packed.aiter_raw()]) == b"packed"


@pytest.mark.parametrize("path", ["/", "/o/lead", "/o/lead/0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"])
async def test_every_address_of_the_app_is_its_page(site: httpx.AsyncClient, path: str) -> None:
    page = await site.get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("path", ["/side", "/side/", "/side/o/lead/0197c1f0"])
async def test_the_sidebar_has_a_page_of_its_own(site: httpx.AsyncClient, path: str) -> None:
    page = await site.get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert page.text == "<div id=side></div>"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "root" in (await site.get("/sidestep")).text


@pytest.mark.parametrize(
    "path",
    ["/assets/gone.js", "/.stamp.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"],
)
async def test_no_other_file_is_sent(site: httpx.AsyncClient, path: str) -> None:
    missing = await site.get(path)
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


async def test_hidden_files_are_not_sent(site: httpx.AsyncClient) -> None:
    assert "hash" not in (await site.get("/.stamp")).text


async def test_the_api_answers_for_itself(site: httpx.AsyncClient) -> None:
    missing = await site.get("/api/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "path.unknown")
    refused = await site.post("/o/lead")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_pages_not_built_say_so(site: httpx.AsyncClient, folder: Path) -> None:
    (folder / "index.html").unlink()
    told = await site.get("/", headers={"accept-language": "en"})
    assert (told.status_code, "make web" in told.text) == (503, True)
