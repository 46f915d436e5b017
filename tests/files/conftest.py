"""An office with files: one object, members of different reach, a data folder of its own."""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.conftest import ADMIN_PASSWORD
from tests.doors import open_client, sign_in

from changliu.files.folder import Folder, folder_of
from changliu.identity.service import actor as actor_of
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform

PASSWORD = "correct horse battery 9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 24
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
LIMIT_MB = 2
MEGABYTE = 1024 * 1024

CASE = {
    "key": "case",
    "label": {"zh-CN": "案卷", "en": "Case"},
    "fields": [
        {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"},
        {"key": "papers", "label": {"zh-CN": "资料", "en": "Papers"}, "type": "file"},
        {"key": "inner", "label": {"zh-CN": "内部资料", "en": "Inner papers"}, "type": "file"},
        {
            "key": "deed",
            "label": {"zh-CN": "契约", "en": "Deed"},
            "type": "file",
            "max_files": 1,
            "max_size": 1,
            "accept": ["application/pdf", ".docx"],
        },
        {"key": "pictures", "label": {"zh-CN": "图片", "en": "Pictures"}, "type": "image"},
        {"key": "voice", "label": {"zh-CN": "录音", "en": "Voice"}, "type": "audio"},
        {
            "key": "covert",
            "label": {"zh-CN": "密件", "en": "Covert"},
            "type": "file",
            "sensitive": True,
        },
    ],
}


def role(scope: str, read: list[str], write: list[str]) -> dict[str, Any]:
    """A role of listed fields at one scope."""
    verbs = ["create", "read", "update", "delete"]
    grant = {"object": "case", "verbs": verbs, "scope": scope, "read": read, "write": write}
    return {"label": scope, "fields": "listed", "grants": [grant]}


OPEN = ["name", "papers", "deed", "pictures", "voice"]
ROLES = {
    "clerk": role("own", OPEN, OPEN),
    "chief": role("team", [*OPEN, "inner", "covert"], [*OPEN, "inner"]),
    "visitor": {
        "label": "访客",
        "fields": "listed",
        "grants": [{"object": "case", "verbs": ["read"], "scope": "all", "read": ["name"]}],
    },
}
PEOPLE = {"ann": "clerk", "bob": "clerk", "eve": "chief", "zoe": "visitor"}


@dataclass
class Person:
    """A member's HTTP client."""

    client: httpx.AsyncClient
    member: str

    async def upload(self, content: bytes, name: str = "纸.txt", **options: Any) -> httpx.Response:
        """Upload one file."""
        return await self.client.post(
            "/api/files", files={"file": (name, content, "application/x-lie")}, **options
        )

    async def file(self, content: bytes, name: str = "纸.txt") -> str:
        """Upload one file and return its id."""
        answer = await self.upload(content, name)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def sees(self, file: str) -> int:
        """The status of asking for a file."""
        return (await self.client.get(f"/api/files/{file}")).status_code

    async def create(self, **values: Any) -> httpx.Response:
        """Create a case."""
        return await self.client.post("/api/records/case", json=values)

    async def case(self, **values: Any) -> dict[str, Any]:
        """Create a case and return it."""
        answer = await self.create(**values)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def change(self, case: str, **values: Any) -> httpx.Response:
        """Change a case."""
        return await self.client.patch(f"/api/records/case/{case}", json=values)


@dataclass
class Office:
    """Everything a test of files needs."""

    platform: Platform
    workspace: Workspace
    people: dict[str, Person]

    @property
    def folder(self) -> Folder:
        """Where the workspace's files lie."""
        return folder_of(self.platform.settings.data, self.workspace.schema)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def on_disk(self, content: bytes) -> bool:
        """Whether these bytes are in their place."""
        return self.folder.place(hashlib.sha256(content).hexdigest()).is_file()

    async def rows(self, query: str, params: Any = ()) -> list[Any]:
        """Run SQL as the workspace's role."""
        async with self.platform.database.transaction(self.workspace) as tx:
            return await tx.rows(query.format(schema=self.workspace.schema), params)  # type: ignore[arg-type]

    async def actor(self, tx: Any, name: str) -> Any:
        """A member as an actor."""
        return await actor_of(tx, self.people[name].member)  # type: ignore[arg-type]


@pytest_asyncio.fixture(scope="module")
async def office(
    platform: Platform, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """An office of its own per module."""
    data: Path = tmp_path_factory.mktemp("data")
    changes = {"data": data, "max_upload_mb": LIMIT_MB}
    platform = replace(platform, settings=platform.settings.model_copy(update=changes))
    async with contextlib.AsyncExitStack() as stack:
        office = Office(platform, workspace, {})

        async def join(name: str, password: str) -> Person:
            client = await stack.enter_async_context(open_client(platform))
            await sign_in(client, name, password)
            session = (await client.get("/api/auth/session")).json()
            office.people[name] = Person(client, session["member"]["id"])
            return office.people[name]

        admin = (await join("admin", ADMIN_PASSWORD)).client
        assert (await admin.post("/api/objects", json=CASE)).status_code == 201
        for key, body in ROLES.items():
            answer = await admin.put(f"/api/definitions/role/{key}", json=body)
            assert answer.status_code in (200, 201), answer.text
        team = (await admin.post("/api/teams", json={"name": "一组"})).json()["id"]
        for name, key in PEOPLE.items():
            body = {"name": name, "login": name, "password": PASSWORD, "roles": [key],
                    "teams": [team], "main_team": team}  # fmt: skip
            answer = await admin.post("/api/members", json=body)
            assert answer.status_code == 201, answer.text
            await join(name, PASSWORD)
        yield office
