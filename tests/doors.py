"""HTTP clients of the application served in this process, signed in by the public door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from changliu import main
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform


@dataclass(frozen=True, slots=True)
class Sales:
    """A module's own platform with the sales bundle; `client` is signed in as administrator."""

    platform: Platform
    workspace: Workspace
    client: httpx.AsyncClient


async def sign_in(client: httpx.AsyncClient, login: str, password: str) -> None:
    """Sign a client in by the public door; its later requests carry the token."""
    answer = await client.post("/api/auth/login", json={"login": login, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"


@asynccontextmanager
async def open_client(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application in this process; uncaught errors become answers, as in production."""
    app = main.create_app(platform)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened,
    ):
        yield opened
