"""The small house with a manager of people, a disabled member and another workspace beside it."""

import json
from typing import Any

import pytest_asyncio
from tests.records.conftest import PASSWORD, Client, House

from changliu import main
from changliu.identity import provision
from changliu.kit.postgres.migrations import create_workspace

# A denied request changes no row. Left out, each for its reason:
# session: when it was last used is written down, whatever was asked (every five minutes);
# sign_in_attempt: wrong passwords count first, or guessing would be free (decision 0023).
# Sequences are no rows: a number drawn by a write that was then refused is not given back.
COUNTED = {"session", "sign_in_attempt"}


class Callers(House):
    """Clients by kind of caller, ids by name, and a picture of every row there is."""

    clients: dict[str, Client]
    names: dict[str, str]

    async def prepared(self) -> "Callers":
        await self.furnish()
        await self._roles()
        theirs = await self.ok(
            self.admin.post("/api/changesets", json={"changes": [
                self.create("account", name="别家", phone="13800000000", team=self.far_team),
                self.create("account", name="去掉", team=self.far_team),
            ]})
        )  # fmt: skip
        gone = await self.hire("gone", "rep", self.team)
        await self.ok_empty(self.admin.post(f"/api/members/{gone.member}/disable"))
        sent = {"file": ("a.txt", b"a file of the administrator", "text/plain")}
        file = (await self.ok(self.admin.post("/api/files", files=sent)))["id"]
        self.clients = {
            "anonymous": self.anonymous,
            "disabled": gone,
            "rep": self.rep,
            "manager": self.manager,
            "admin": self.admin,
            "elsewhere": await self._elsewhere(),
        }
        self.names = {
            "account": "account",
            "theirs": theirs["results"][0]["id"],
            "doomed": theirs["results"][1]["id"],
            "changeset": theirs["id"],
            "file": file,
            "person": self.other.member,
            "nobody": "00000000-0000-7000-8000-000000000001",
        }
        return self

    async def _roles(self) -> None:
        verbs = ["create", "read", "update", "delete", "transfer", "share"]
        grants = [{"object": "account", "verbs": verbs, "scope": "team_tree"}]
        rights = ["members.manage", "audit.read"]
        body = {"label": "经理", "fields": "all", "rights": rights, "grants": grants}
        await self.ok(self.admin.put("/api/definitions/role/manager", json=body))
        await self.ok(
            self.admin.patch(f"/api/members/{self.manager.member}",
                             json={"teams": [self.team], "main_team": self.team})
        )  # fmt: skip

    async def ok_empty(self, request: Any) -> None:
        assert (await request).is_success

    async def _elsewhere(self) -> Client:
        database = self.platform.database
        other = await create_workspace(database.owner_dsn, main.chain(), "别家公司", "UTC")
        await provision.account_add(
            database, other, "elsewhere", password=PASSWORD, roles=["admin"]
        )
        return await self.sign_in("elsewhere")

    def filled(self, text: Any) -> Any:
        """Put ids in the place of names, in a path or a body."""
        whole = text if isinstance(text, str) else json.dumps(text)
        for name, value in self.names.items():
            whole = whole.replace(f"{{{name}}}", value)
        return whole if isinstance(text, str) else json.loads(whole)

    async def picture(self) -> dict[str, str]:
        """A hash of the rows of every table: of all workspaces and of the control schema."""
        async with self.platform.database.ddl() as tx:
            tables = await tx.rows(
                "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n"
                " ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname <> 'pg_catalog'"
                " AND n.nspname <> 'information_schema' AND n.nspname <> 'pg_toast'"
            )
            wanted = [(s, t) for s, t in tables if t not in COUNTED]
            parts = [
                f"SELECT '{s}.{t}', md5(string_agg(x::text, '|' ORDER BY x::text))"
                f' FROM "{s}"."{t}" x'
                for s, t in wanted
            ]
            return dict(await tx.rows(" UNION ALL ".join(parts)))


@pytest_asyncio.fixture(scope="module")
async def callers(platform: Any, workspace: Any, client: Any) -> Callers:
    return await Callers(platform, workspace, client).prepared()
