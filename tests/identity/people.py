"""Whom these tests act as, and how they sign in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from changliu.kit.platform import Platform

PASSWORD = "only-for-tests-2026"  # the administrator's, as the template database has it
SITE = "http://localhost:8000"

Opened = Callable[[str], AbstractAsyncContextManager[httpx.AsyncClient]]


@asynccontextmanager
async def open_client(
    app: FastAPI, base_url: str = SITE, **headers: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that turns uncaught errors into answers, as a server does."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers) as opened:
        yield opened


async def token_of(client: httpx.AsyncClient, login: str, password: str = PASSWORD) -> str:
    answer = await client.post("/api/auth/login", json={"login": login, "password": password})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["token"]
    return token


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["code"]


async def everything(platform: Platform, schema: str) -> dict[str, list[Any]]:
    """Every row of identity's tables, to prove that a refused request changed nothing."""
    tables = [f"changliu.{name}" for name in ("account", "membership", "token")]
    tables += [
        f'"{schema}".{name}'
        for name in ("team", "member", "team_member", "role", "member_role", "state")
    ]
    async with platform.database.ddl() as tx:
        return {t: await tx.rows(f"SELECT x::text FROM {t} x ORDER BY 1") for t in tables}
