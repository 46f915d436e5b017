"""The company of `doors_world` behind the real doors, and strategies for its rights."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from tests.access.doors_world import COMPUTED, CONDITIONS, STORED, World
from tests.records.conftest import ADMIN_PASSWORD, House

from changliu.kit import clock
from changliu.kit.ids import uuid7
from changliu.schema.catalogue import catalogue as load_catalogue


class Company(House):
    """The real thing: the same company behind the doors."""

    def __init__(self, platform: Any, workspace: Any, http: Any) -> None:
        super().__init__(platform, workspace, http)
        self.world = World()
        self.clients: dict[str, Any] = {}
        self.moved: tuple[str, dict[str, Any], dict[str, Any]] | None = None

    async def found(self) -> "Company":
        self.admin = await self.sign_in("admin", ADMIN_PASSWORD)
        for key in ("account", "deal"):
            await self.ok(self.admin.post("/api/objects", json={"key": key, "label": key}))
        for body in _fields():
            await self.ok(self.admin.post(f"/api/objects/{body.pop('on')}/fields", json=body))
        for key in ("account", "deal"):
            patch = {"title_field": "name"}
            await self.ok(self.admin.patch(f"/api/objects/{key}", json=patch))
        await self.ok(self.admin.patch("/api/objects/deal", json={"timeline": "created_at"}))
        head = await self._team("总部", None)
        part = await self._team("分部", head)
        far = await self._team("远方", None)
        for name in ("one", "two"):
            await self._role(name, [])
        for name, role, team in (
            ("boss", "one", head), ("rep", "one", part), ("mate", "two", part), ("far", "two", far)
        ):  # fmt: skip
            self.clients[name] = await self.hire(name, role, team)
            self.world.team_of[self.clients[name].member] = team
        await self._fill()
        async with self.transaction(write=False) as (tx, _):
            self.objects = {o.key: o.id for o in (await load_catalogue(tx)).objects}
        return self

    async def _team(self, name: str, parent: str | None) -> str:
        made = str(await self.team_of(name, parent))
        self.world.parents[made] = parent
        return made

    async def _role(self, key: str, grants: list[dict[str, Any]]) -> None:
        body = {"label": key, "fields": "listed", "grants": grants}
        await self.ok(self.admin.put(f"/api/definitions/role/{key}", json=body))

    async def grant(self, key: str, grants: list[dict[str, Any]]) -> None:
        sent = []
        for grant in grants:
            lists = {} if grant["fields"] == "all" else {k: grant[k] for k in ("read", "write")}
            lists |= {"condition": grant["condition"]} if grant["scope"] == "formula" else {}
            sent.append({k: grant[k] for k in ("object", "verbs", "scope", "fields")} | lists)
        await self._role(key, sent)

    async def lend(self, shares: list[tuple[str, int, str, str, bool]]) -> None:
        """Make these the only shares: object, place of the row, to whom, for what, still live."""
        await self.rows("DELETE FROM {schema}.share RETURNING id")
        await self.rows("UPDATE {schema}.state SET identity = identity + 1 RETURNING identity")
        self.world.shares = []
        for target, place, name, level, live in shares:
            member = self.clients[name].member
            to = {"member": member, "team": self.world.team_of[member]}
            kind = "team" if name in ("boss", "far") else "member"
            record = list(self.world.rows[target].values())[place]["id"]
            made = {"record": record, "to": to[kind], "access": level, "live": live}
            until = clock.now() + timedelta(hours=1 if live else -1)
            columns = f"(id, object, record, {kind}, access, expires_at, created_at, created_by)"
            given = [uuid7(), self.objects[target], record, to[kind], level, until, until, member]
            await self.rows(
                f"INSERT INTO {{schema}}.share {columns} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING RETURNING id",
                given,
            )
            known = {(s["record"], s["to"]) for s in self.world.shares}
            if (record, to[kind]) not in known:
                self.world.shares.append(made)

    async def _fill(self) -> None:
        dice = random.Random(7)
        owners = [c.member for c in self.clients.values()]
        for i in range(14):
            parent = dice.choice([None, *self.world.rows["account"]])
            await self.add("account", name=f"account {i}", amount=dice.randrange(9),
                           secret=dice.randrange(9), phone=f"1380000000{i % 10}", parent=parent,
                           owner=dice.choice(owners), paper=await self._paper(i))  # fmt: skip
        for i in range(24):
            await self.add("deal", name=f"deal {i}", amount=dice.randrange(9),
                           note=f"n{dice.randrange(3)}", owner=dice.choice(owners),
                           account=dice.choice([None, *self.world.rows["account"]]))  # fmt: skip

    async def _paper(self, number: int) -> str:
        sent = {"file": (f"{number}.txt", f"paper {number}".encode(), "text/plain")}
        made = await self.ok(self.admin.post("/api/files", files=sent))
        return str(made["id"])

    async def add(self, target: str, **values: Any) -> None:
        sent = values | ({"paper": [values["paper"]]} if "paper" in values else {})
        made = (await self.ok(self.changeset(self.create(target, **sent))))["results"][0]["id"]
        if "paper" in values:
            record = await self.ok(self.admin.get(f"/api/records/{target}/{made}"))
            self.world.files[values["paper"]] = record["values"]["paper"][0]
        team = self.world.team_of[values["owner"]]
        self.world.rows[target][made] = {"id": made, "team": team, **values}
        filled = {key for key in STORED[target] if values[key] is not None}
        self.world.touched[made] = filled

    async def move(self, target: str, place: int, values: dict[str, Any]) -> None:
        """Change one row, after putting the row changed before back: examples can be repeated."""
        if self.moved is not None:
            await self._change(*self.moved)
        row = list(self.world.rows[target].values())[place]
        values = {key: value for key, value in values.items() if key in row}
        self.moved = (target, row, {key: row[key] for key in values})
        await self._change(target, row, values)

    async def _change(self, target: str, row: dict[str, Any], values: dict[str, Any]) -> None:
        change = {"op": "update", "object": target, "id": row["id"], "values": values}
        await self.ok(self.changeset(change))
        row.update(values, team=self.world.team_of[values["owner"]])


def _fields() -> list[dict[str, Any]]:
    def named(on: str, key: str, kind: str, **rest: Any) -> dict[str, Any]:
        return {"on": on, "key": key, "label": key, "type": kind, **rest}

    stored = [
        named("account", "name", "text"),
        named("account", "amount", "number"),
        named("account", "secret", "money"),
        named("account", "phone", "phone", sensitive=True, personal=True),
        named("account", "parent", "reference", object="account", inverse={"key": "branches"}),
        named("account", "paper", "file"),
        named("deal", "name", "text"),
        named("deal", "amount", "money"),
        named("deal", "note", "text"),
        named("deal", "account", "reference", object="account", inverse={"key": "deals"}),
    ]
    # A title exists only once it is named, so what reads one comes last.
    formulas = [(k, o, f.replace("title", "name")) for k, (o, f, _) in COMPUTED.items()]
    return stored + [named(on, key, "formula", formula=text) for key, on, text in formulas]


@st.composite
def grants(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to two lines for each object; lines of one verb and scope unite."""
    found = []
    for target in STORED:
        keys = [*STORED[target], *(k for k, c in COMPUTED.items() if c[0] == target)]
        for _ in range(draw(st.integers(0, 2))):
            verbs = draw(
                st.sampled_from(
                    [["read"], ["read", "update"], ["read", "export"], ["export"], ["create"]]
                )
            )
            scope = draw(st.sampled_from(["own", "team", "team_tree", "all", "formula", "formula"]))
            formula = {"condition": draw(st.sampled_from(list(CONDITIONS[target])))}
            found.append({
                "object": target,
                "verbs": verbs,
                "scope": scope,
                **(formula if scope == "formula" else {}),
                "fields": draw(st.sampled_from(["all", "listed"])),
                "read": draw(st.lists(st.sampled_from(keys), unique=True)),
                "write": draw(st.lists(st.sampled_from(STORED[target]), unique=True, max_size=2)),
            })  # fmt: skip
        _completed([g for g in found if g["object"] == target])
    return found


def _completed(grants: list[dict[str, Any]]) -> None:
    """Exporting needs reading: a role that has the one verb only is refused."""
    if not any("read" in grant["verbs"] for grant in grants):
        for grant in grants:
            if grant["verbs"] == ["export"]:
                grant["verbs"] = ["read", "export"]


shares = st.lists(
    st.tuples(
        st.sampled_from(["account", "deal"]),
        st.integers(0, 13),
        st.sampled_from(["boss", "rep", "mate", "far"]),
        st.sampled_from(["read", "write"]),
        st.sampled_from([True, True, False]),
    ),
    max_size=4,
)
