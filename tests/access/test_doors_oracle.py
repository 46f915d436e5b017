"""Random roles and rows at every door that reads, against the naive reading of `doors_world`."""
# ruff: noqa: ARG005 -- every filter takes sight and row, whether it needs both or not

import asyncio
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.access.doors_world import COMPUTED, LISTS, STORED, TARGETS, Sight, World
from tests.records.conftest import ADMIN_PASSWORD, House
from tests.records.query.test_list import waiter

NUMBERS = st.integers(0, 9)
# Filters: text, the paths it names, and what it says of a row.
ACCOUNT_FILTERS = {
    "amount > 4": (["amount"], lambda s, r: s.get("account", r, "amount") > 4),
    "secret > 4": (["secret"], lambda s, r: r["secret"] > 4),
    'phone = "13800000003"': (["phone"], lambda s, r: r["phone"] == "13800000003"),
    'title = "account 3"': (["title"], lambda s, r: r["name"] == "account 3"),
    "double > 8": (["double"], lambda s, r: r["amount"] * 2 > 8),
    "both > 9": (["both"], lambda s, r: r["amount"] + r["secret"] > 9),
    "worth > 6": (["worth"], lambda s, r: s.world.computed("worth", r) > 6),
    "parent.amount > 2": (
        ["parent.amount"],
        lambda s, r: (s.get("account", r, "parent.amount") or 0) > 2,
    ),
    "parent.parent.secret > 2": (
        ["parent.parent.secret"],
        lambda s, r: (s.get("account", r, "parent.parent.secret") or 0) > 2,
    ),
    "parent.both > 2": (
        ["parent.both"],
        lambda s, r: (s.get("account", r, "parent.both") or 0) > 2,
    ),
    "ISBLANK(parent.name)": (
        ["parent.name"],
        lambda s, r: s.get("account", r, "parent.name") is None,
    ),
    "COUNT(deals) > 1": (["deals"], lambda s, r: len(s.children("account", r, "deals")) > 1),
    "SUM(deals.amount) > 5": (
        ["deals.amount"],
        lambda s, r: sum(d["amount"] for d in s.children("account", r, "deals")) > 5,
    ),
    'COUNT(deals, note = "n1") > 0': (
        ["deals.note"],
        lambda s, r: any(d["note"] == "n1" for d in s.children("account", r, "deals")),
    ),
    "COUNT(parent.deals) > 1": (
        ["parent.deals"],
        lambda s, r: len(s.children("account", r, "parent.deals")) > 1,
    ),
    "SUM(branches.secret) > 3": (
        ["branches.secret"],
        lambda s, r: sum(b["secret"] for b in s.children("account", r, "branches")) > 3,
    ),
    'owner.phone = "1"': (["nothing"], lambda s, r: False),
    'owner.email = "1"': (["nothing"], lambda s, r: False),
}
DEAL_FILTERS = {
    "amount > 4": (["amount"], lambda s, r: r["amount"] > 4),
    'note = "n1"': (["note"], lambda s, r: r["note"] == "n1"),
    "through > 4": (["through"], lambda s, r: (s.world.computed("through", r) or 0) > 4),
    'named = "account 3"': (["named"], lambda s, r: s.world.computed("named", r) == "account 3"),
    "account.secret > 4": (
        ["account.secret"],
        lambda s, r: (s.get("deal", r, "account.secret") or 0) > 4,
    ),
    'account.parent.name = "account 1"': (
        ["account.parent.name"],
        lambda s, r: s.get("deal", r, "account.parent.name") == "account 1",
    ),
    "account.worth > 6": (
        ["account.worth"],
        lambda s, r: (s.get("deal", r, "account.worth") or 0) > 6,
    ),
    "SUM(account.deals.amount) > 6": (
        ["account.deals.amount"],
        lambda s, r: sum(d["amount"] for d in s.children("deal", r, "account.deals")) > 6,
    ),
}
FILTERS = {"account": ACCOUNT_FILTERS, "deal": DEAL_FILTERS}
PATHS = {
    "account": ("amount", "secret", "both", "worth", "parent.amount", "parent.parent.secret",
                "name", "title", "parent.name", "parent", "phone", "parent.phone"),
    "deal": ("amount", "note", "through", "named", "account.amount", "account.both",
             "account.title", "account.parent.name", "account", "account.phone"),
}  # fmt: skip


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
            sent.append({k: grant[k] for k in ("object", "verbs", "scope", "fields")} | lists)
        await self._role(key, sent)

    async def _fill(self) -> None:
        dice = random.Random(7)
        owners = [c.member for c in self.clients.values()]
        for i in range(14):
            parent = dice.choice([None, *self.world.rows["account"]])
            await self.add("account", name=f"account {i}", amount=dice.randrange(9),
                           secret=dice.randrange(9), phone=f"1380000000{i % 10}", parent=parent,
                           owner=dice.choice(owners))  # fmt: skip
        for i in range(24):
            await self.add("deal", name=f"deal {i}", amount=dice.randrange(9),
                           note=f"n{dice.randrange(3)}", owner=dice.choice(owners),
                           account=dice.choice([None, *self.world.rows["account"]]))  # fmt: skip

    async def add(self, target: str, **values: Any) -> None:
        made = (await self.ok(self.changeset(self.create(target, **values))))["results"][0]["id"]
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
            verbs = draw(st.sampled_from([["read"], ["read"], ["read", "update"], ["create"]]))
            found.append({
                "object": target,
                "verbs": verbs,
                "scope": draw(st.sampled_from(["own", "team", "team_tree", "all"])),
                "fields": draw(st.sampled_from(["all", "listed"])),
                "read": draw(st.lists(st.sampled_from(keys), unique=True)),
                "write": draw(st.lists(st.sampled_from(STORED[target]), unique=True, max_size=2)),
            })  # fmt: skip
    return found


@pytest_asyncio.fixture(scope="module")
async def company(platform: Any, workspace: Any, client: Any) -> Company:
    return await Company(platform, workspace, client).found()


@pytest.mark.feature("Z3")
async def test_doors_agree_with_the_naive_reading(company: Company) -> None:
    """List, record, history, catalogue, filter, sort, group: nothing more and nothing less."""
    wait = waiter()

    @settings(
        max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate], database=None,
    )  # fmt: skip
    @given(grants(), grants(), st.data())
    def check(one: list[Any], two: list[Any], data: st.DataObject) -> None:
        wait(company.grant("one", one))
        wait(company.grant("two", two))
        values = {"owner": data.draw(st.sampled_from(list(company.world.team_of))),
                  "amount": data.draw(NUMBERS), "secret": data.draw(NUMBERS)}  # fmt: skip
        target = data.draw(st.sampled_from(["account", "deal"]))
        wait(company.move(target, data.draw(st.integers(0, 13)), values))
        for name in data.draw(st.permutations(list(company.clients)))[:2]:
            client = company.clients[name]
            role = one if name in ("boss", "rep") else two
            sight = Sight(company.world, client.member, role)
            wait(_catalogue(client, sight))
            for target in STORED:
                wait(_records(client, sight, target))
                row = data.draw(st.sampled_from(list(company.world.rows[target].values())))
                wait(_one(client, sight, target, row))
                for text in data.draw(_some(FILTERS[target])):
                    wait(_filtered(client, sight, target, text))
                for path in data.draw(_some(PATHS[target])):
                    wait(_sorted(client, sight, target, path, data.draw(st.booleans())))
                    wait(_grouped(client, sight, target, path))

    await asyncio.to_thread(check)


def _some(choices: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(choices)), min_size=2, max_size=2, unique=True)


async def _catalogue(client: Any, sight: Sight) -> None:
    meta = (await client.get("/api/meta")).json()
    seen = {o["key"]: {f["key"] for f in o["fields"]} for o in meta["objects"]}
    granted = {g["object"] for g in sight.grants}
    assert set(seen) == granted
    for target, keys in seen.items():
        every = (*STORED[target], *(k for k, c in COMPUTED.items() if c[0] == target))
        assert keys == {key for key in every if sight.reads(target, key)}, target
    listed = {(o["key"], each["key"]) for o in meta["objects"] for each in o["lists"]}
    for target, key in listed:
        assert sight.reads(*LISTS[target, key])


async def _records(client: Any, sight: Sight, target: str) -> None:
    answer = await client.get(f"/api/records/{target}?limit=500&count=true")
    if not sight.sees(target):
        assert answer.status_code == 404
        return
    found = answer.json()
    expected = {row["id"]: sight.wire(target, row) for row in sight.rows(target)}
    assert found["total"] == len(expected)
    assert {item["id"]: item["values"] for item in found["items"]} == expected
    named = sight.reads(target, "title")
    for item in found["items"]:
        assert item["title"] == (sight.world.rows[target][item["id"]]["name"] if named else None)


async def _one(client: Any, sight: Sight, target: str, row: dict[str, Any]) -> None:
    place = f"/api/records/{target}/{row['id']}"
    record, past = await client.get(place), await client.get(f"{place}/history?limit=500")
    if not sight.sees_row(target, row):
        absent = await client.get(f"/api/records/{target}/00000000-0000-7000-8000-000000000000")
        assert (record.status_code, record.text) == (404, absent.text)
        assert (past.status_code, past.text) == (404, absent.text)
        return
    assert record.json()["values"] == sight.wire(target, row)
    changes = [c for item in past.json()["items"] for c in item["changes"]]
    named = {c["field"] for c in changes} - {"owner", "team"}
    assert named == {k for k in sight.world.touched[row["id"]] if sight.reads(target, k)}
    for change in changes:
        if sight.masks(target, change["field"]):
            assert "****" in change["to"]
        if (target, change["field"]) in TARGETS and change["to"]:
            other = TARGETS[target, change["field"]]
            assert change["to"] == sight.reference(other, change["to"]["id"])


async def _filtered(client: Any, sight: Sight, target: str, text: str) -> None:
    paths, holds = FILTERS[target][text]
    asked = {"filter": text, "fields": "", "limit": "500", "count": "true"}
    answer = await client.get(f"/api/records/{target}", params=asked)
    if not sight.sees(target):
        assert answer.status_code == 404
    elif not sight.names_all(target, paths):
        assert answer.status_code == 422, (text, answer.text)
        assert answer.json()["errors"][0]["code"] == "formula.field"
    else:
        assert answer.status_code == 200, (text, answer.text)
        expected = {row["id"] for row in sight.rows(target) if holds(sight, row)}
        assert {item["id"] for item in answer.json()["items"]} == expected, text
        assert answer.json()["total"] == len(expected)


async def _sorted(client: Any, sight: Sight, target: str, path: str, descending: bool) -> None:
    asked = {"sort": f"{'-' * descending}{path}", "limit": "4", "fields": path}
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"/api/records/{target}", params=asked)
        if not sight.sees(target):
            assert answer.status_code == 404
            return
        if not sight.names_all(target, [path]):
            assert answer.status_code == 422, (path, answer.text)
            return
        assert answer.status_code == 200, (path, answer.text)
        found += answer.json()["items"]
        asked["cursor"] = answer.json()["next"]
        if asked["cursor"] is None:
            break
    assert {item["id"] for item in found} == {row["id"] for row in sight.rows(target)}
    assert len(found) == len(sight.rows(target))
    keys = [_key(sight, target, path, item["id"]) for item in found]
    filled = [key for key in keys if key is not None]
    assert filled == sorted(filled, reverse=descending), (path, keys)
    assert keys[: len(filled)] == filled  # blanks come last
    if path != "title":
        expected = [_shown(sight, target, path, item["id"]) for item in found]
        assert [item["values"][path] for item in found] == expected


def _value(sight: Sight, target: str, path: str, row_id: str) -> Any:
    return sight.get(target, sight.world.rows[target][row_id], path)


def _key(sight: Sight, target: str, path: str, row_id: str) -> Any:
    value = _value(sight, target, path, row_id)
    if value is None or path not in ("parent", "account"):
        return value
    if not sight.reads("account", "title"):
        return value  # by id
    return sight.reference("account", value)["title"]


def _shown(sight: Sight, target: str, path: str, row_id: str) -> Any:
    value = _value(sight, target, path, row_id)
    if value is not None and path in ("parent", "account"):
        return sight.reference("account", value)
    return str(value) if isinstance(value, int) else value


async def _grouped(client: Any, sight: Sight, target: str, path: str) -> None:
    measures = [{"key": "rows", "formula": "COUNT()"}, {"key": "sum", "formula": "SUM(amount)"}]
    body = {"object": target, "group_by": [{"field": path}], "measures": measures}
    answer = await client.post("/api/query", json=body)
    if not sight.sees(target):
        assert answer.status_code == 404
    elif not sight.names_all(target, [path, "amount"]):
        assert answer.status_code == 422, (path, answer.text)
    else:
        assert answer.status_code == 200, (path, answer.text)
        counts, sums = Counter[str](), Counter[str]()
        for row in sight.rows(target):
            group = str(_shown(sight, target, path, row["id"]))
            counts[group] += 1
            sums[group] += row["amount"]
        found = {
            str(row[path]): (row["rows"], Decimal(row["sum"])) for row in answer.json()["rows"]
        }
        assert found == {key: (counts[key], sums[key]) for key in counts}, path
