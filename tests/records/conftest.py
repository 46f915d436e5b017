"""A small house: two objects, a team tree, members with different rights, and their clients."""

from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest_asyncio

from changliu.identity.service import actor as actor_of
from changliu.records.changeset import follow_up
from changliu.records.changeset import service as changeset_service
from changliu.schema.catalogue import catalogue as load_catalogue

PASSWORD = "correct horse battery"
ADMIN_PASSWORD = "only-for-tests-2026"

ACCOUNT = [
    {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text", "required": True},
    {"key": "amount", "label": {"zh-CN": "金额", "en": "Amount"}, "type": "money"},
    {"key": "size", "label": {"zh-CN": "人数", "en": "Size"}, "type": "integer"},
    {"key": "code", "label": {"zh-CN": "编号", "en": "Code"}, "type": "text", "unique": True},
    {
        "key": "industry",
        "label": {"zh-CN": "行业", "en": "Industry"},
        "type": "select",
        "options": [
            {"key": "made", "label": {"zh-CN": "制造业", "en": "Manufacturing"}},
            {"key": "bank", "label": {"zh-CN": "金融", "en": "Finance"}},
        ],
    },
    {
        "key": "phone",
        "label": {"zh-CN": "电话", "en": "Phone"},
        "type": "phone",
        "personal": True,
        "sensitive": True,
    },
    {"key": "extra", "label": {"zh-CN": "扩展", "en": "Extra"}, "type": "json"},
    {"key": "labels", "label": {"zh-CN": "标签", "en": "Tags"}, "type": "tags"},
    {
        "key": "parent",
        "label": {"zh-CN": "上级", "en": "Parent"},
        "type": "reference",
        "object": "account",
        "inverse": {"key": "branches", "label": {"zh-CN": "下级", "en": "Branches"}},
    },
    {
        "key": "double",
        "label": {"zh-CN": "两倍", "en": "Double"},
        "type": "formula",
        "formula": "金额*2",
    },
]

DEAL = [
    {"key": "title", "label": {"zh-CN": "主题", "en": "Title"}, "type": "text", "required": True},
    {
        "key": "account",
        "label": {"zh-CN": "客户", "en": "Account"},
        "type": "reference",
        "object": "account",
        "inverse": {"key": "deals", "label": {"zh-CN": "商机", "en": "Deals"}},
    },
    {"key": "amount", "label": {"zh-CN": "金额", "en": "Amount"}, "type": "money"},
    {"key": "number", "label": {"zh-CN": "单号", "en": "Number"}, "type": "text", "unique": True},
    {
        "key": "no",
        "label": {"zh-CN": "编号", "en": "No."},
        "type": "autonumber",
        "pattern": "D-{YYYY}-{0000}",
    },
    {
        "key": "stage",
        "label": {"zh-CN": "阶段", "en": "Stage"},
        "type": "select",
        "default": "open",
        "options": [
            {"key": "open", "label": {"zh-CN": "进行", "en": "Open"}},
            {"key": "won", "label": {"zh-CN": "赢单", "en": "Won"}},
        ],
    },
    {
        "key": "opened",
        "label": {"zh-CN": "开始日", "en": "Opened"},
        "type": "date",
        "default": {"formula": "TODAY()"},
    },
    {
        "key": "double",
        "label": {"zh-CN": "两倍", "en": "Double"},
        "type": "formula",
        "formula": "金额*2",
    },
]

ALL_VERBS = ["create", "read", "update", "delete"]
ROLES = {
    "rep": {
        "fields": "all",
        "grants": [{"object": o, "verbs": ALL_VERBS, "scope": "own"} for o in ("account", "deal")],
    },
    "manager": {
        "fields": "all",
        "grants": [
            {"object": o, "verbs": [*ALL_VERBS, "transfer"], "scope": "team_tree"}
            for o in ("account", "deal")
        ],
    },
    "reader": {
        "fields": "all",
        "grants": [{"object": "account", "verbs": ["read"], "scope": "all"}],
    },
    "narrow": {
        "fields": "listed",
        "grants": [
            {
                "object": "account",
                "verbs": ["create", "read", "update"],
                "scope": "own",
                "read": ["name", "size", "phone"],
                "write": ["name"],
            }
        ],
    },
}


class Client:
    """An HTTP client signed in as one member."""

    def __init__(self, http, token, member):
        self.http, self.token, self.member = http, token, member

    async def request(self, method, path, **options):
        headers = {**(options.pop("headers", None) or {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return await self.http.request(method, path, headers=headers, **options)

    async def get(self, path, **options):
        return await self.request("GET", path, **options)

    async def post(self, path, **options):
        return await self.request("POST", path, **options)

    async def put(self, path, **options):
        return await self.request("PUT", path, **options)

    async def patch(self, path, **options):
        return await self.request("PATCH", path, **options)

    async def delete(self, path, **options):
        return await self.request("DELETE", path, **options)


class House:
    """Everything a test of records needs, by name."""

    def __init__(self, platform, workspace, http):
        self.platform, self.workspace, self.http = platform, workspace, http
        self.anonymous = Client(http, None, None)

    @property
    def today(self):
        return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()

    async def sign_in(self, login, password=PASSWORD):
        answer = await self.http.post(
            "/api/auth/login", json={"login": login, "password": password}
        )
        assert answer.status_code == 200, answer.text
        client = Client(self.http, answer.json()["token"], None)
        client.member = (await client.get("/api/auth/session")).json()["member"]["id"]
        return client

    async def furnish(self):
        database = self.platform.database
        self.admin = await self.sign_in("admin", ADMIN_PASSWORD)
        for key, label, fields in (("account", "客户", ACCOUNT), ("deal", "商机", DEAL)):
            await self.ok(self.admin.post("/api/objects", json={"key": key, "label": label}))
            for field in fields:
                await self.ok(self.admin.post(f"/api/objects/{key}/fields", json=field))
            await self.ok(
                self.admin.patch(f"/api/objects/{key}", json={"title_field": fields[0]["key"]})
            )
        for key, body in ROLES.items():
            await self.ok(
                self.admin.put(f"/api/definitions/role/{key}", json={"label": key, **body})
            )
        self.parent_team = await self.team_of("总部", None)
        self.team = await self.team_of("一组", self.parent_team)
        self.far_team = await self.team_of("远方", None)
        self.rep = await self.hire("rep", "rep", self.team)
        self.other = await self.hire("other", "rep", self.team)
        self.far = await self.hire("far", "rep", self.far_team)
        self.manager = await self.hire("manager", "manager", self.parent_team)
        self.reader = await self.hire("reader", "reader", self.team)
        self.narrow = await self.hire("narrow", "narrow", self.team)
        async with database.transaction(self.workspace, write=False) as tx:
            self.catalogue = await load_catalogue(tx)
        return self

    async def ok(self, request):
        answer = await request
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def team_of(self, name, parent):
        return (
            await self.ok(self.admin.post("/api/teams", json={"name": name, "parent": parent}))
        )["id"]

    async def hire(self, name, role, team):
        await self.ok(
            self.admin.post(
                "/api/members",
                json={"name": name, "login": name, "password": PASSWORD, "roles": [role],
                      "teams": [team], "main_team": team},
            )
        )  # fmt: skip
        return await self.sign_in(name)

    def create(self, target, **values):
        return {"op": "create", "object": target, "values": values}

    async def changeset(self, *changes, **options):
        return await self.admin.post("/api/changesets", json={"changes": changes, **options})

    def field(self, target, key):
        return self.catalogue.object(target).by_key[key].id

    def column(self, target, key):
        return self.catalogue.object(target).by_key[key].column

    def table(self, target):
        return self.catalogue.object(target).table

    @asynccontextmanager
    async def transaction(self, member=None, write=True):
        async with self.platform.database.transaction(self.workspace, write=write) as tx:
            yield tx, await actor_of(tx, UUID(member or self.admin.member))

    def forget_plans(self):
        changeset_service._plans.clear()
        follow_up.forget()

    async def rows(self, query, params=()):
        """Run SQL as the workspace's role, as the program does."""
        async with self.platform.database.transaction(self.workspace) as tx:
            return await tx.rows(query.format(schema=self.workspace.schema), params)

    async def owner_rows(self, query, params=()):
        async with await psycopg.AsyncConnection.connect(self.platform.database.owner_dsn) as conn:
            cursor = await conn.execute(query.format(schema=self.workspace.schema), params)
            return await cursor.fetchall() if cursor.description else []

    async def count(self):
        """How much there is of everything a write may leave behind."""
        tables = ["changeset", "history", "job", self.table("account"), self.table("deal")]
        text = ", ".join(f"(SELECT count(*) FROM {{schema}}.{t})" for t in tables)
        return (await self.rows(f"SELECT {text}"))[0]


@pytest_asyncio.fixture(scope="module")
async def house(platform, workspace, client: httpx.AsyncClient):
    return await House(platform, workspace, client).furnish()
