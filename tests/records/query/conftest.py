"""A house of companies and deals with random rows, read by an administrator and three others."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest_asyncio
from fastapi import FastAPI
from tests.conftest import ADMIN_PASSWORD
from tests.records.query.query_house import (
    COMPANY,
    COMPUTED,
    DEAL,
    HIDDEN,
    ROLES,
    House,
    random_rows,
)

from changliu import main
from changliu.access.kind import RoleKind
from changliu.definitions import service as definitions
from changliu.identity import provision, service
from changliu.kit.db import Tx, Workspace
from changliu.kit.platform import Platform
from changliu.records.search.handlers import make_batch
from changliu.schema.service import catalogue, install_objects

PASSWORD = ADMIN_PASSWORD
TEAMS = {"sales": None, "east": "sales", "west": "sales", "other": None}
IN_TEAM = {"lead": "east", "boss": "sales", "rep": "east"}


@pytest_asyncio.fixture(scope="module")
async def house(platform: Platform, workspace: Workspace) -> AsyncIterator[House]:
    made = House(platform, workspace)
    await _people(made)
    await _objects(made)
    await _grant(made)
    random_rows(made)
    await made.insert("company", made.companies)
    await made.insert("deal", made.deals)
    async with platform.database.transaction(workspace) as tx:
        while await make_batch(tx):
            pass
    async with AsyncExitStack() as stack:
        app = main.create_app(platform)
        for login in made.members:
            made.clients[login] = await stack.enter_async_context(_client(app))
            await _sign_in(made.clients[login], login)
        yield made


def _client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")


async def _sign_in(client: httpx.AsyncClient, login: str) -> None:
    answer = await client.post("/api/auth/login", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"


async def _people(made: House) -> None:
    database, workspace = made.platform.database, made.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        for key, parent in TEAMS.items():
            made.teams[key] = await service.ensure_team(tx, key, key, parent)
        for role in ROLES:
            await service.save_role(tx, role, {"zh-CN": role, "en": role}, [], "all")
    for login in ROLES:
        await provision.account_add(
            database, workspace, login, password=PASSWORD, name=login, roles=[login]
        )
    async with database.transaction(workspace) as tx:
        for login, team in IN_TEAM.items():
            made.members[login] = await service.ensure_member(tx, login, made.teams[team], [login])
            made.names[made.members[login]] = login
        admin = await provision.acting(tx)
        made.members["admin"], made.names[admin.member] = admin.member, admin.name


async def _objects(made: House) -> None:
    database, workspace = made.platform.database, made.workspace
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    bodies = [
        {**body, "fields": [*body["fields"], *COMPUTED[body["key"]]]} for body in (COMPANY, DEAL)
    ]
    await install_objects(database, workspace, actor, [*bodies, HIDDEN])
    async with database.transaction(workspace) as tx:
        known = await catalogue(tx)
    for body in (COMPANY, DEAL):
        found = known.object(body["key"])
        made.tables[found.key] = found.table
        made.columns[found.key] = {f.key: f.column for f in found.stored}


async def _grant(made: House) -> None:
    async with made.platform.database.transaction(made.workspace) as tx:
        actor = await provision.acting(tx)
        for role, (scope, _) in ROLES.items():
            company = {"object": "company", "verbs": ["read"], "scope": scope}
            if role == "boss":
                company |= {"fields": "listed", "read": ["name", "industry", "size", "total"]}
            grants = [
                company,
                {
                    "object": "deal",
                    "verbs": ["read"],
                    "scope": scope,
                    "fields": "listed",
                    "read": [k for k in made.columns["deal"] if k != "secret"] + ["double"],
                },
            ]
            await _put_role(tx, actor, role, grants)


async def _put_role(tx: Tx, actor: service.Actor, role: str, grants: list[dict]) -> None:
    body = {"label": role, "fields": "all", "grants": grants}
    await definitions.put(tx, actor, RoleKind(), role, body)
