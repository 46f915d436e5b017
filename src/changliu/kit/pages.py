"""The web app as files: hashed assets that never change, one page for every other address.

Addresses under `/NAME` have a page of their own when `NAME.html` was built (`/side`).

`tools/build_web.py` writes the folder; beside each text file lie its `.br` and `.gz`.
"""

import mimetypes
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from changliu.kit.labels import choose_language

INDEX = "index.html"
# Built files carry a hash of their content in their name.
FOREVER = "public, max-age=31536000, immutable"
# The browser keeps the page but asks whether it still holds.
ASK = "no-cache"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_UNBUILT = {
    "zh-CN": "网页还没有构建：请运行 make web，再刷新。接口 /api 可以正常使用。",
    "en": "The pages are not built: run make web, then reload. The API at /api works.",
}


def built_pages() -> Path:
    """Return where the built web app lies: inside the wheel, or `web/dist` of a checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "web"
    return shipped if shipped.is_dir() else package.parents[1] / "web" / "dist"


class Pages:
    """What no route answers: files of the web app; under `/api`, whatever `otherwise` says."""

    def __init__(self, folder: Path, otherwise: ASGIApp) -> None:
        self.folder, self.otherwise = folder.resolve(), otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path == "/api" or path.startswith("/api/"):
            await self.otherwise(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"allow": "GET, HEAD"})
        await self._answer(path, Headers(scope=scope))(scope, receive, send)

    def _answer(self, path: str, headers: Headers) -> Response:
        found = self._find(path)
        if found is not None:
            return _file(found, headers, FOREVER if path.startswith("/assets/") else ASK)
        # A file that is gone is missing; an address of the app is the app's to understand.
        if PurePosixPath(path).suffix:
            raise HTTPException(404)
        first = PurePosixPath(path.lstrip("/")).parts[:1]
        index = self._find(f"{first[0]}.html" if first else INDEX) or self._find(INDEX)
        if index is not None:
            return _file(index, headers, ASK)
        text = _UNBUILT[choose_language(headers.get("accept-language"))]
        return PlainTextResponse(text + "\n", 503, {"retry-after": "10"})

    def _find(self, path: str) -> Path | None:
        wanted = (self.folder / path.lstrip("/")).resolve()
        inside = wanted.is_relative_to(self.folder)
        hidden = any(part.startswith(".") for part in PurePosixPath(path).parts)
        return wanted if inside and not hidden and wanted.is_file() else None


def _file(path: Path, headers: Headers, caching: str) -> Response:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    told = {"cache-control": caching, "vary": "accept-encoding"}
    accepted = headers.get("accept-encoding", "")
    for name, suffix in ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if name in accepted and packed.is_file():
            return FileResponse(packed, headers={**told, "content-encoding": name}, media_type=kind)
    return FileResponse(path, headers=told, media_type=kind)
