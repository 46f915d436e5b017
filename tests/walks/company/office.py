"""The company behind the real doors: founded by the command line and HTTP, a seat for everybody."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.walks.company.truth import Truth, Viewer, director
from tests.walks.harness import CLI, PASSWORD, ROOT, Server

MAPPINGS = ROOT / "tests" / "acceptance" / "mappings"
FILES = (
    ("sales_teams.csv", "maven_teams.yaml"),
    ("products.csv", "maven_products.yaml"),
    ("accounts.csv", "maven_accounts.yaml"),
    ("sales_pipeline.csv", "maven_pipeline.yaml"),
)
OPS = Viewer("Ops", "sales_ops", frozenset())
# Signing in is made slow on purpose; a few at a time.
AT_A_TIME = 4


@dataclass(slots=True)
class Seat:
    """Somebody signed in; requests return the response, whatever it is."""

    viewer: Viewer
    http: httpx.AsyncClient
    headers: dict[str, str]
    member: str

    async def get(self, path: str, **params: str) -> httpx.Response:
        """Ask below `/api`."""
        return await self.http.get(f"/api{path}", params=params, headers=self.headers)

    async def send(
        self, method: str, path: str, body: Any = None, key: str | None = None
    ) -> httpx.Response:
        """Send JSON below `/api`, perhaps with an idempotency key."""
        headers = self.headers | ({"idempotency-key": key} if key else {})
        return await self.http.request(method, f"/api{path}", json=body, headers=headers)

    async def read(self, path: str, **params: str) -> Any:
        """Ask for what must be there."""
        return done(await self.get(path, **params))

    async def figures(
        self, target: str, *group: str, filter_: str = "", **measures: str
    ) -> list[dict[str, Any]]:
        """Ask `/query`."""
        body = {
            "object": target,
            "group_by": [{"field": name} for name in group],
            "measures": [{"key": k, "formula": f} for k, f in measures.items()],
            "filter": filter_,
        }
        rows: list[dict[str, Any]] = done(await self.send("POST", "/query", body))["rows"]
        return rows

    async def pages(self, target: str, **params: str) -> list[dict[str, Any]]:
        """Every record of a list, page by page, as an export walks it."""
        items: list[dict[str, Any]] = []
        asked = {"limit": "500", **params}
        while True:
            page = await self.read(f"/records/{target}", **asked)
            items += page["items"]
            if page["next"] is None:
                return items
            asked["cursor"] = page["next"]


@dataclass(slots=True)
class Office:
    """The company: its server, its truth, a seat for everybody, ids of what the files name."""

    server: Server
    truth: Truth
    http: httpx.AsyncClient
    seats: dict[str, Seat] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    deals: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)

    @property
    def ops(self) -> Seat:
        """Sales operations: every record, data.revert, audit.read; not personal.erase."""
        return self.seats[OPS.name]

    async def command(self, *arguments: str, **environment: str) -> int:
        """Run a command on the data folder to its end; its output is `text("command")`."""
        child = self.server.site.child("command", *CLI, *arguments)
        return await child.start(**environment).ended(120)

    async def found(self, folder: Path) -> None:
        """Install the app, import the files (one import is killed), and seat everybody."""
        assert await self.command("bundle", "install", "sales") == 0
        for file, mapping in FILES:
            bring = ("import", str(folder / file), "--map", str(MAPPINGS / mapping))
            if file == "sales_pipeline.csv":
                assert await self.command(*bring, CHANGLIU_CRASH_AT="import.committed") == -9
            assert await self.command(*bring) == 0, self.server.site.text("command")
        admin = await self._sign_in(Viewer("admin", "admin", frozenset()), "admin")
        await self._hire(admin)
        gate = asyncio.Semaphore(AT_A_TIME)

        async def seat(viewer: Viewer) -> None:
            async with gate:
                self.seats[viewer.name] = await self._seat(admin, viewer)

        await asyncio.gather(*(seat(viewer) for viewer in (*self.truth.viewers(), OPS)))
        self.seats["admin"] = admin
        await self._hand_out_accounts()
        await self.learn_ids()

    async def _hire(self, admin: Seat) -> None:
        teams = {t["name"]: t["id"] for t in (await admin.read("/teams"))["items"]}
        for region in sorted(set(self.truth.region_of.values())):
            team = {"main_team": teams[region], "teams": [teams[region]]}
            body = {"name": director(region), "roles": ["manager"], **team}
            done(await admin.send("POST", "/members", body))
        done(await admin.send("POST", "/members", {"name": OPS.name, "roles": [OPS.role]}))
        people = (await admin.read("/members", limit="200"))["items"]
        self.members = {p["name"]: p["id"] for p in people}

    async def _seat(self, admin: Seat, viewer: Viewer) -> Seat:
        login = viewer.name.lower().replace(" ", ".")
        place = f"/members/{self.members[viewer.name]}/account"
        done(await admin.send("POST", place, {"login": login, "password": PASSWORD}))
        return await self._sign_in(viewer, login)

    async def _sign_in(self, viewer: Viewer, login: str) -> Seat:
        body = {"login": login, "password": PASSWORD}
        token = done(await self.http.post("/api/auth/login", json=body))["token"]
        seat = Seat(viewer, self.http, {"authorization": f"Bearer {token}"}, "")
        seat.member = (await seat.read("/auth/session"))["member"]["id"]
        return seat

    async def _hand_out_accounts(self) -> None:
        items = await self.ops.pages("account", fields="name")
        self.accounts = {item["values"]["name"]: item["id"] for item in items}
        owners = self.truth.account_owner.items()
        await self.save(
            update("account", self.accounts[name], owner=self.members[owner])
            for name, owner in owners
        )

    async def learn_ids(self) -> None:
        """Learn the id of every deal by its code, of every product by its name."""
        named = await self.ops.pages("product", fields="name")
        self.products = {item["values"]["name"]: item["id"] for item in named}
        items = await self.ops.pages("opportunity", fields="external_code")
        self.deals = {item["values"]["external_code"]: item["id"] for item in items}

    async def save(self, changes: Iterable[dict[str, Any]]) -> Any:
        """Have sales operations save a changeset."""
        return done(await self.ops.send("POST", "/changesets", {"changes": list(changes)}))


def update(target: str, record: str, **values: Any) -> dict[str, Any]:
    """One update of a changeset."""
    return {"op": "update", "object": target, "id": record, "values": values}


def done(answer: httpx.Response) -> Any:
    """The body of an answer that must be a success."""
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def same(told: Any, true: Any, *where: Any) -> None:
    """Assert that an answer is the truth; names both when it is not."""
    assert told == true, f"{where}: told {told!r:.1500}, but true is {true!r:.1500}"
