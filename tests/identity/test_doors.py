"""Every route of identity × who asks: what is open is listed here, everything else is shut."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from tests.identity.people import PASSWORD, Opened, code_of, everything

from changliu.identity import api
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform

NOBODY = str(UUID(int=1))

# Route → (status for a rep, status for an administrator); a stranger gets 401 everywhere but login.
RIGHTS: dict[str, tuple[int, int]] = {
    "POST /auth/login": (200, 200),
    "POST /auth/switch": (404, 404),
    "GET /auth/session": (200, 200),
    "GET /auth/sessions": (200, 200),
    "DELETE /auth/sessions/{session_id}": (404, 404),
    "DELETE /auth/sessions": (204, 204),
    "POST /auth/recovery-codes": (403, 403),
    "POST /auth/password": (403, 403),
    "POST /auth/totp": (200, 200),
    "POST /auth/totp/confirm": (409, 409),
    "DELETE /auth/totp": (403, 403),
    "GET /accounts/me": (200, 200),
    "PATCH /accounts/me": (204, 204),
    "GET /workspaces": (200, 200),
    "PATCH /workspace": (403, 200),
    "GET /tokens": (200, 200),
    "POST /tokens": (201, 201),
    "DELETE /tokens/{token_id}": (404, 404),
    "GET /members": (200, 200),
    "GET /members/{member_id}": (404, 404),
    "POST /members": (403, 201),
    "PATCH /members/{member_id}": (403, 404),
    "POST /members/{member_id}/disable": (403, 404),
    "POST /members/{member_id}/enable": (403, 404),
    "POST /members/{member_id}/account": (403, 404),
    "POST /members/{member_id}/password": (403, 404),
    "GET /teams": (200, 200),
    "POST /teams": (403, 201),
    "PATCH /teams/{team_id}": (403, 404),
    "DELETE /teams/{team_id}": (403, 404),
    "GET /roles": (403, 200),
    "POST /auth/logout": (204, 204),
}
BODIES: dict[str, Any] = {
    "POST /auth/login": {"login": "rep", "password": PASSWORD},
    "POST /auth/switch": {"workspace": "别家公司"},
    "POST /auth/recovery-codes": {"password": "wrong"},
    "POST /auth/password": {"old": "wrong", "new": "correct horse 10"},
    "POST /auth/totp/confirm": {"code": "not it"},
    "DELETE /auth/totp": {"password": "wrong"},
    "PATCH /accounts/me": {"language": None},
    "PATCH /workspace": {"name": "改了名的公司"},
    "POST /tokens": {"name": "x", "scopes": ["read"]},
    "POST /members": {"name": "新人"},
    "PATCH /members/{member_id}": {"name": "改名"},
    "POST /members/{member_id}/account": {"login": "late", "password": PASSWORD},
    "POST /members/{member_id}/password": {"password": "correct horse 11"},
    "POST /teams": {"name": "新团队"},
    "PATCH /teams/{team_id}": {"name": "改名"},
}


def routes() -> Iterator[str]:
    app = FastAPI()
    app.include_router(api.router)
    for path, methods in app.openapi()["paths"].items():
        yield from (f"{method.upper()} {path}" for method in methods)


def request_of(route: str) -> tuple[str, str]:
    method, path = route.split()
    for name in ("session_id", "token_id", "member_id", "team_id"):
        path = path.replace(f"{{{name}}}", NOBODY)
    return method, f"/api{path}"


def test_the_matrix_is_complete() -> None:
    assert sorted(routes()) == sorted(RIGHTS)


@pytest.mark.parametrize("route", [r for r in RIGHTS if r != "POST /auth/login"])
async def test_strangers(
    client: httpx.AsyncClient, platform: Platform, workspace: Workspace, route: str
) -> None:
    before = await everything(platform, workspace.schema)
    method, path = request_of(route)
    answer = await client.request(method, path, json=BODIES.get(route))
    assert code_of(answer) == (401, "session.missing")
    assert await everything(platform, workspace.schema) == before


@pytest.mark.parametrize("login", ["rep", "admin"])
@pytest.mark.parametrize("route", RIGHTS)
async def test_members(
    as_member: Opened, platform: Platform, workspace: Workspace, route: str, login: str
) -> None:
    method, path = request_of(route)
    expected = RIGHTS[route][0 if login == "rep" else 1]
    async with as_member(login) as caller:
        before = await everything(platform, workspace.schema)
        answer = await caller.request(method, path, json=BODIES.get(route))
        assert answer.status_code == expected, answer.text
        if expected >= 400:
            assert code_of(answer)[1]
            assert await everything(platform, workspace.schema) == before


@pytest.mark.parametrize("route", [r for r in BODIES if r != "POST /auth/login"])
async def test_strangers_learn_nothing_from_a_broken_body(
    client: httpx.AsyncClient, route: str
) -> None:
    method, path = request_of(route)
    answer = await client.request(
        method, path, content=b"{", headers={"content-type": "application/json"}
    )
    assert code_of(answer) == (401, "session.missing")


BROKEN: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "nul": (b'{"name": "a\\u0000b"}', {}, 400, "body.nul"),
    "raw nul": (b'{"name": "a\x00b"}', {}, 400, "body.json"),
    "gbk": ('{"name": "团队"}'.encode("gbk"), {}, 400, "body.charset"),
    "utf-16": ('{"name": "团队"}'.encode("utf-16"), {}, 400, "body.charset"),
    "mixed": ('{"name": "团队'.encode() + "乙".encode("gbk") + b'"}', {}, 400, "body.charset"),
    "declared gbk": (b"{}", {"content-type": "application/json; charset=GBK"}, 400, "body.charset"),
    "form": (b"name=x", {"content-type": "application/x-www-form-urlencoded"}, 400,
             "body.content_type"),
    "zipped": (b"{}", {"content-encoding": "gzip"}, 400, "body.encoding"),
    "deep": (b'{"name": ' + b"[" * 200 + b"]" * 200 + b"}", {}, 400, "body.depth"),
    "bottomless": (b"[" * 100_000, {}, 400, "body.depth"),
    "nan": (b'{"name": NaN}', {}, 400, "body.json"),
    "half": (b'{"name": "x"', {}, 400, "body.json"),
    "empty": (b"", {}, 400, "body.json"),
    "surrogate": (b'{"name": "\\ud800"}', {}, 400, "body.json"),
    "digits": (b'{"name": ' + b"9" * 5000 + b"}", {}, 400, "body.number"),
    "list": (b"[]", {}, 422, "request.invalid"),
    "huge": (b'{"name": "' + b"x" * (16 * 1024 * 1024) + b'"}', {}, 413, "body.too_large"),
    "long": (b'{"name": "' + b"x" * 101 + b'"}', {}, 422, "request.invalid"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_broken_bodies(
    admin: httpx.AsyncClient, platform: Platform, workspace: Workspace, name: str, language: str
) -> None:
    content, extra, status, code = BROKEN[name]
    headers = {"content-type": "application/json", "accept-language": language, **extra}
    before = await everything(platform, workspace.schema)
    answer = await admin.post("/api/teams", content=content, headers=headers)
    assert code_of(answer) == (status, code)
    assert answer.headers["content-language"] == language
    title = answer.json()["title"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in title) == (language == "zh-CN")
    assert await everything(platform, workspace.schema) == before
