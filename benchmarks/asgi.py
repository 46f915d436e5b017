"""The application's door without a network or a client library: what is timed is our code."""

from typing import Any
from urllib.parse import urlencode

import orjson

from changliu.kit.memory import settle


class Door:
    """Calls an ASGI application in this process as one signed-in caller."""

    def __init__(self, app: Any) -> None:
        self.app = app
        settle()
        self.headers: list[tuple[bytes, bytes]] = [(b"host", b"localhost:8000")]

    async def sign_in(self, login: str, password: str) -> None:
        """Log in and keep the token."""
        answer = await self.call("POST", "/api/auth/login", {"login": login, "password": password})
        self.headers.append((b"authorization", b"Bearer " + answer["token"].encode()))

    async def call(
        self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None
    ) -> Any:
        """Return the answer's JSON; raises RuntimeError for anything but success."""
        raw = b"" if body is None else orjson.dumps(body)
        headers = [*self.headers, (b"content-length", str(len(raw)).encode())]
        if raw:
            headers.append((b"content-type", b"application/json"))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": urlencode(params or {}).encode(), "headers": headers,
            "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8000),
        }  # fmt: skip
        sent: list[dict[str, Any]] = []
        waiting = [{"type": "http.request", "body": raw, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        if sent[0]["status"] >= 300:
            raise RuntimeError(f"{method} {path}: {sent[0]['status']} {content[:500].decode()}")
        return orjson.loads(content) if content else None
