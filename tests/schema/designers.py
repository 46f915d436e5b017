"""Clients of the design doors: an administrator, who may change the structure, and a rep."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
from fastapi import FastAPI
from tests.conftest import ADMIN_PASSWORD

from changliu import main
from changliu.access.service import access_for
from changliu.definitions import api as definitions_api
from changliu.definitions.kind import KindRegistry
from changliu.identity import api as identity_api
from changliu.identity import provision, service
from changliu.identity.model import Actor
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.schema import api as schema_api
from changliu.schema.kind import KINDS
from changliu.schema.sight import Sights

PASSWORD = ADMIN_PASSWORD


def application(platform: Platform) -> FastAPI:
    """The application, with the rooms under test registered whatever main.py has so far."""
    wanted = {KindRegistry: KindRegistry(KINDS), Sights: Sights(access_for)}
    platform = replace(platform, registries={**wanted, **platform.registries})
    app = main.create_app(platform)
    doors = {
        "/api/auth/login": (identity_api.router,),
        "/api/meta": (schema_api.router,),
        "/api/definitions": (definitions_api.router, definitions_api.audit_router),
    }
    for path, routers in doors.items():
        for router in () if path in app.openapi()["paths"] else routers:
            app.include_router(router, prefix="/api")
        app.openapi_schema = None
    return app


async def people(platform: Platform, workspace: Workspace) -> None:
    """Make the members `admin` and `rep`."""
    await provision.ensure_admin(platform.database, workspace, PASSWORD)
    async with platform.database.transaction(workspace) as tx:
        await service.save_role(tx, "rep", {"zh-CN": "销售", "en": "Rep"}, [], "listed")
    await provision.account_add(
        platform.database, workspace, "rep", password=PASSWORD, roles=["rep"]
    )


@asynccontextmanager
async def signed_in(app: FastAPI, login: str) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client with a bearer token."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        answer = await client.post("/api/auth/login", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield client


async def administrator(platform: Platform, workspace: Workspace) -> Actor:
    """The actor of the member `admin`."""
    async with platform.database.transaction(workspace) as tx:
        row = await tx.row(f"SELECT id FROM {workspace.schema}.member WHERE name = '管理员'")
        assert row is not None
        return await service.actor(tx, row[0])
