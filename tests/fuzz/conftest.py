"""A house to be knocked at: the sales app with rows and people, served over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest_asyncio
import uvicorn
from tests.conftest import ADMIN_PASSWORD
from tests.doors import Sales, sign_in
from tests.fuzz.words import FORMULAS, GRAINS, Words
from tests.walks.harness import eventually, free_port
from tests.walks.test_live_object import SETTINGS

from changliu import main
from changliu.fields.registry import FIELD_TYPES

ROLES = ("admin", "rep", "stranger")


@dataclass(slots=True)
class House:
    """Where it answers, what is real in it, and the tokens of those who knock."""

    url: str
    words: Words
    logins: dict[str, str] = field(default_factory=dict)

    def headers(self, role: str) -> dict[str, str]:
        """What a role sends along."""
        token = self.logins.get(role)
        return {"authorization": token} if token else {}

    def sign_in(self, role: str) -> None:
        """Sign a role in again: its session was ended, its password perhaps changed."""
        body = {"login": role, "password": ADMIN_PASSWORD}
        answer = httpx.post(f"{self.url}/api/auth/login", json=body)
        if answer.status_code == 200:
            self.logins[role] = f"Bearer {answer.json()['token']}"


@pytest_asyncio.fixture(scope="module")
async def house(sales: Sales) -> AsyncIterator[House]:
    """The house of a module; what one request breaks the next one meets."""
    member = {"name": "小李", "login": "rep", "password": ADMIN_PASSWORD, "roles": ["rep"]}
    assert (await sales.client.post("/api/members", json=member)).status_code == 201
    words = await _learn(sales.client)
    async with _served(sales) as url:
        opened = House(url, words)
        async with httpx.AsyncClient(base_url=url) as client:
            for role in ("admin", "rep"):
                await sign_in(client, role, ADMIN_PASSWORD)
                opened.logins[role] = client.headers["authorization"]
        yield opened


@asynccontextmanager
async def _served(sales: Sales) -> AsyncIterator[str]:
    app, port = main.create_app(sales.platform), free_port()
    config = uvicorn.Config(app, port=port, http="httptools", log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: _started(server), 10)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def _started(server: uvicorn.Server) -> bool:
    return server.started


async def _learn(client: httpx.AsyncClient) -> Words:
    """Write a few rows of every kind, and note what can be named."""
    meta = (await client.get("/api/meta")).json()
    fields = {f["key"]: f for thing in meta["objects"] for f in thing["fields"]}
    team = (await client.post("/api/teams", json={"name": "一组"})).json()["id"]
    extra = {"name": "没有登录", "main_team": team}
    someone = (await client.post("/api/members", json=extra)).json()["id"]
    rows = [(name, await _row(client, name)) for name in ("account", "lead", "lead")]
    records = [row for _, row in rows]
    changes = [{"op": "create", "object": "account", "values": {"name": "成组"}}]
    made = (await client.post("/api/changesets", json={"changes": changes})).json()
    file = await client.post("/api/files", files={"file": ("走.txt", b"hello")})
    objects = [thing["key"] for thing in meta["objects"]]
    places = [{"object_key": name, "record_id": row, "field_key": "name"} for name, row in rows]
    real = await _definitions(client)
    places += [{"kind": kind, "key": key, "version": 1} for kind, key in real]
    named = {
        "object_key": objects,
        "object": [*objects, "*"],
        "id": [*records, someone, team],
        "owner": [someone, {"id": someone}],
        "member": [someone],
        "member_id": [someone],
        "team": [team],
        "team_id": [team],
        "main_team": [team],
        "changeset_id": [made["id"]],
        "file_id": [file.json()["id"]],
        "field": sorted(fields),
        "fields": ["name,owner.name", "*", *sorted(fields)],
        "sort": ["-score,name", "owner.name", *sorted(fields)],
        "name": ["sales"],
        "version": [1, 2],
        "from": [1],
        "to": [1, 2],
        "grain": list(GRAINS),
        **{key: list(FORMULAS) for key in ("filter", "formula", "condition", "when", "must")},
    }
    bodies = {
        **_bodies(someone, records),
        **{
            f"PUT /api/definitions/{kind}/{{key}}": [
                body for (of, _), body in real.items() if of == kind
            ]
            for kind in {kind for kind, _ in real}
        },
    }
    named["key"] = ["fuzzed", "lead.fuzzed", *(key for _, key in real)]
    values = {key: _values(each, records) for key, each in fields.items()}
    return Words(named, places, bodies, values)


async def _definitions(client: httpx.AsyncClient) -> dict[tuple[str, str], Any]:
    """The bodies of some definitions of every kind."""
    found = {}
    for kind in (item["kind"] for item in (await client.get("/api/definitions")).json()["items"]):
        items = (await client.get(f"/api/definitions/{kind}")).json()["items"]
        for key in [item["key"] for item in items][:: 1 + len(items) // 12]:
            answer = await client.get(f"/api/definitions/{kind}/{key}")
            found[kind, key] = answer.json()["body"]
    return found


def _bodies(someone: str, records: list[str]) -> dict[str, list[Any]]:
    ops = ("create", "update", "delete", "restore")
    changes = [
        {"op": op, "object": "lead", "id": record, "values": {"name": "改", "score": 5}}
        for op in ops
        for record in (None, *records)
    ]
    query = {
        "object": "lead",
        "group_by": [{"field": "status"}, {"field": "created_at", "grain": "month"}],
        "measures": [{"key": "n", "formula": "COUNT()"}, {"key": "s", "formula": "SUM(score)"}],
        "filter": "score > 1",
        "sort": "-n",
        "limit": 10,
    }
    fields = [
        {"key": f"x_{name}", "label": name, "type": name, **SETTINGS.get(name, {})}
        for name in FIELD_TYPES
    ]
    return {
        "POST /api/changesets": [
            {"mode": mode, "changes": changes[n : n + 3]}
            for n in range(len(changes))
            for mode in ("all", "each")
        ],
        "POST /api/query": [query],
        "POST /api/formulas/check": [
            {"object": "lead", "formula": text, "mode": mode}
            for text in FORMULAS
            for mode in ("row", "condition", "trigger", "aggregate")
        ],
        "POST /api/objects": [{"key": "fuzzed", "label": "新", "fields": fields}],
        "POST /api/objects/{object_key}/fields": fields,
        "POST /api/objects/{object_key}/plan": fields,
        "PATCH /api/objects/{object_key}/fields/{field_key}": fields,
        "POST /api/records/{object_key}/{record_id}/shares": [
            {"member": someone, "access": "read"}
        ],
    }


async def _row(client: httpx.AsyncClient, name: str) -> str:
    answer = await client.post(f"/api/records/{name}", json={"name": "苏州宏达"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _values(each: dict[str, Any], records: list[str]) -> list[Any]:
    options = [option["key"] for option in each.get("options", ())]
    if options:
        return [*options, options]
    return {
        "integer": [7, -(2**63)],
        "money": ["12.50", 1e300],
        "number": ["12.5", "9" * 300],
        "date": ["2026-03-01", "0001-01-01", "9999-12-31"],
        "datetime": ["2026-03-01T10:00:00+08:00", "9999-12-31T23:59:59-12:00"],
        "phone": ["13800138000"],
        "reference": [*records, {"id": records[0]}],
    }.get(each["type"], ["苏州宏达", "a@b.cn"])
