"""An application whose administrator designs objects."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from tests.schema import designers

from changliu.identity.model import Actor
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform


@pytest.fixture(scope="module")
def app(platform: Platform) -> FastAPI:
    return designers.application(platform)


@pytest_asyncio.fixture(scope="module")
async def actor(platform: Platform, workspace: Workspace) -> Actor:
    await designers.people(platform, workspace)
    return await designers.administrator(platform, workspace)


@pytest_asyncio.fixture(scope="module")
async def admin(app: FastAPI, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    assert actor.rights
    async with designers.signed_in(app, "admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def rep(app: FastAPI, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    assert actor.rights
    async with designers.signed_in(app, "rep") as client:
        yield client
