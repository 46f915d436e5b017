"""An application with an administrator, a rep without rights, and one who manages members."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from tests.identity.people import PASSWORD, Opened, open_client, token_of

from changliu import main
from changliu.identity import provision, service
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform


@pytest.fixture(scope="module")
def app(platform: Platform) -> FastAPI:
    return main.create_app(platform)


@pytest_asyncio.fixture(scope="module")
async def client(app: FastAPI, people: None) -> AsyncIterator[httpx.AsyncClient]:
    """An anonymous client of an application with people in it."""
    assert people is None
    async with open_client(app) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def people(platform: Platform, workspace: Workspace) -> None:
    """Members `admin`, `rep` and `people`, by these logins."""
    database = platform.database
    async with database.transaction(workspace) as tx:
        await service.save_role(tx, "rep", {"zh-CN": "销售", "en": "Rep"}, [], "listed")
        await service.save_role(
            tx, "people", {"zh-CN": "人事", "en": "People"}, ["members.manage"], "listed"
        )
    for login in ("rep", "people"):
        await provision.account_add(database, workspace, login, password=PASSWORD, roles=[login])


@pytest.fixture(scope="module")
def as_member(app: FastAPI, client: httpx.AsyncClient) -> Opened:
    """Open a client signed in with a bearer token."""

    @asynccontextmanager
    async def opened(login: str) -> AsyncIterator[httpx.AsyncClient]:
        token = await token_of(client, login)
        async with open_client(app, authorization=f"Bearer {token}") as inner:
            yield inner

    return opened


@pytest_asyncio.fixture(scope="module")
async def admin(as_member: Opened) -> AsyncIterator[httpx.AsyncClient]:
    async with as_member("admin") as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def rep(as_member: Opened) -> AsyncIterator[httpx.AsyncClient]:
    async with as_member("rep") as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def manager(as_member: Opened) -> AsyncIterator[httpx.AsyncClient]:
    async with as_member("people") as opened:
        yield opened
