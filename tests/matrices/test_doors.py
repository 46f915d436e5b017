"""Rule × door: one refusal of each kind at everything that writes records."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import pytest_asyncio
from tests.matrices import doors
from tests.matrices.surfaces import SURFACES
from tests.records.conftest import DEAL, Client, House

from changliu import main
from changliu.fields.registry import FIELD_TYPES
from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.kit.settings import Settings
from changliu.records.changeset.participant import Participants
from changliu.timers.model import Fires
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

pytestmark = pytest.mark.feature("Z3")
# More rows than one statement takes: these go through temporary tables.
LARGE = 60
LIGHT = "total <= 1000"
NOBODY = "00000000-0000-7000-8000-000000000001"
TAKEN = "taken"


@dataclass(frozen=True)
class Case:
    """One kind of refusal: what is wrong, its codes, and as whom (None: the administrator)."""

    name: str
    bad: dict[str, Any]
    codes: tuple[str, ...]
    client: str | None = None


CASES = (
    Case("check", {"amount": "-1"}, ("rule.violated",)),
    Case("required", {"title": None}, ("field.required",)),
    Case("unique", {"number": TAKEN}, ("field.not_unique",)),
    Case("reference", {"account": NOBODY}, ("reference.missing", "import.no_such")),
    Case("recheck", {"account": "{heavy}", "amount": "5000"}, ("rule.violated",)),
    Case("scope", {"amount": "5000"}, ("access.denied", "access.out_of_scope"), "limited"),
    Case("field", {"number": "mine", "amount": "500"}, ("field.forbidden",), "limited"),
)
# Below 1,000 everything but numbers; numbers of deals below 100 only.
LIMITED = {
    "label": "有限",
    "fields": "listed",
    "rights": ["data.import"],
    "grants": [
        {"object": "deal", "verbs": ["create", "read", "update", "delete"], "scope": "formula",
         "condition": "amount < 1000", "write": ["title", "amount", "account"]},
        {"object": "deal", "verbs": ["create", "read", "update"], "scope": "formula",
         "condition": "amount < 100", "write": ["number"]},
        {"object": "deal", "verbs": ["import"], "scope": "all"},
    ],
}  # fmt: skip


class DoorHouse(House):
    limited: Client
    heavy: str

    async def prepared(self) -> "DoorHouse":
        """A rule of each placement, and somebody who may not do everything."""
        await self.furnish()
        total = {"key": "total", "label": "合计", "type": "rollup", "children": "deals",
                 "function": "SUM", "field": "amount", "maintained": True}  # fmt: skip
        await self.ok(self.admin.post("/api/objects/account/fields", json=total))
        for key, target, must in (("door", "deal", "amount >= 0"), ("late", "account", LIGHT)):
            rule = {"label": "r", "object": target, "must": must, "message": "不行"}
            await self.ok(self.admin.put(f"/api/definitions/rule/{key}", json=rule))
        await self.ok(self.admin.put("/api/definitions/role/limited", json=LIMITED))
        self.limited = await self.hire("limited", "limited", self.team)
        heavy = await self.ok(self.admin.post("/api/records/account", json={"name": "重"}))
        self.heavy = str(heavy["id"])
        await self.good(number=TAKEN)
        return self

    def filled(self, values: dict[str, Any]) -> dict[str, Any]:
        return {k: self.heavy if v == "{heavy}" else v for k, v in values.items()}

    def client(self, case: Case) -> Client:
        return getattr(self, case.client) if case.client else self.admin

    async def good(self, **values: Any) -> str:
        given = {"title": "好", "amount": "1", **values}
        made = await self.ok(self.admin.post("/api/records/deal", json=given))
        return str(made["id"])

    async def state(self) -> list[Any]:
        return await self.rows(f"SELECT t::text FROM {{schema}}.{self.table('deal')} t ORDER BY 1")


@pytest_asyncio.fixture(scope="module")
async def house(platform: Any, workspace: Any, client: Any) -> DoorHouse:
    return await DoorHouse(platform, workspace, client).prepared()


Door = Callable[[DoorHouse, Case, Path], Awaitable[set[str]]]


def codes_of(answer: Any) -> set[str]:
    assert 400 <= answer.status_code < 500, answer.text
    return {error["code"] for error in answer.json()["errors"]}


def new(house: DoorHouse, case: Case) -> dict[str, Any]:
    values = {"title": "门", "amount": "1", **house.filled(case.bad)}
    return {"op": "create", "object": "deal", "values": values}


async def create(house: DoorHouse, case: Case, _: Path) -> set[str]:
    values = new(house, case)["values"]
    return codes_of(await house.client(case).post("/api/records/deal", json=values))


async def update(house: DoorHouse, case: Case, _: Path) -> set[str]:
    path = f"/api/records/deal/{await house.good()}"
    return codes_of(await house.client(case).patch(path, json=house.filled(case.bad)))


async def submitted(house: DoorHouse, case: Case, good: int, **options: Any) -> Any:
    fine = {"op": "create", "object": "deal", "values": {"title": "好", "amount": "1"}}
    change = {
        "op": "update",
        "object": "deal",
        "id": await house.good(),
        "values": house.filled(case.bad),
    }
    body = {"changes": [*[fine] * good, new(house, case), change], **options}
    return await house.client(case).post("/api/changesets", json=body)


async def small_all(house: DoorHouse, case: Case, _: Path) -> set[str]:
    return codes_of(await submitted(house, case, 1))


async def large_all(house: DoorHouse, case: Case, _: Path) -> set[str]:
    return codes_of(await submitted(house, case, LARGE))


async def each_small(house: DoorHouse, case: Case, _: Path) -> set[str]:
    return _each(await submitted(house, case, 1, mode="each"))


async def each_large(house: DoorHouse, case: Case, _: Path) -> set[str]:
    return _each(await submitted(house, case, LARGE, mode="each"))


async def dry_run(house: DoorHouse, case: Case, _: Path) -> set[str]:
    return _each(await submitted(house, case, 1, dry_run=True))


def _each(answer: Any) -> set[str]:
    *fine, made, changed = answer.json()["results"]
    assert not any("errors" in row for row in fine)
    return {error["code"] for row in (made, changed) for error in row["errors"]}


async def selected(house: DoorHouse, case: Case, _: Path) -> set[str]:
    title = f"选 {await house.good()}"
    await house.good(title=title)
    body = {"op": "update", "filter": f'title = "{title}"', "values": house.filled(case.bad)}
    answer = await house.client(case).post("/api/records/deal/selection", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["changed"] == 0
    return {error["code"] for row in answer.json()["errors"] for error in row["errors"]}


async def imported(house: DoorHouse, case: Case, folder: Path) -> set[str]:
    file = folder / "deals.csv"
    file.write_text(_table(house, case), "utf-8")
    participants = house.platform.registry(Participants).items
    importer = Importer(house.platform.database, house.workspace, FIELD_TYPES, participants)
    summary = await importer.run(ImportRequest(file, object="deal"))
    return {f.code async for row in importer.refused(summary) for f in row.faults}


async def uploaded(house: DoorHouse, case: Case, _: Path) -> set[str]:
    """What the preview says is what happens."""
    client, file = house.client(case), {"file": ("deals.csv", _table(house, case).encode())}
    parts = {"object": "deal"}
    answer = await client.post("/api/imports", files=file, data=parts)
    assert answer.status_code == 201, answer.text
    made, path = answer.json(), f"/api/imports/{answer.json()['id']}"
    # Found by its number it would be changed: here it is to be another record.
    mapping = {**made["mapping"], "match": [], "mode": "create"}
    made = (await client.put(f"{path}/mapping", json=mapping)).json()
    said = {e["code"] for row in made["preview"]["errors"] for e in row["errors"]}
    assert (await client.post(f"{path}/commit", json={})).status_code == 202
    await Worker(house.platform.database, house.platform.registry(Registry)).drain()
    rows = (await client.get(f"{path}/errors")).json()["items"]
    assert said == {e["code"] for row in rows for e in row["errors"]}
    return said


def _table(house: DoorHouse, case: Case) -> str:
    values = {k: "重" if v == house.heavy else v for k, v in new(house, case)["values"].items()}
    names = {f["key"]: f["label"]["zh-CN"] for f in DEAL}
    head = ",".join(names[key] for key in values)
    return f"{head}\n{','.join(v or '' for v in values.values())}\n"


async def restored(house: DoorHouse, case: Case, _: Path) -> set[str]:
    """It was deleted before it would be refused."""
    before = {"unique": {"number": "free"}, "recheck": {"account": house.heavy, "amount": "600"}}
    record = await house.good(**before.get(case.name, {}))
    path = f"/api/records/deal/{record}"
    assert (await house.admin.delete(path)).status_code == 204
    async with _since(house, case, before.get(case.name, {}), must="amount > 1"):
        if case.client:
            await house.rows(*_moved(house, record))
        return codes_of(await house.client(case).post(f"{path}/restore"))


async def reverted(house: DoorHouse, case: Case, _: Path) -> set[str]:
    """Its values of before would be refused today; what cannot go back is kept and listed."""
    before, now = {
        "check": ({"amount": "1"}, {"amount": "7"}),
        "unique": ({"number": "once"}, {"number": "twice"}),
        "recheck": ({"account": house.heavy, "amount": "600"}, {"amount": "1"}),
    }[case.name]
    change = {"op": "update", "object": "deal", "id": await house.good(**before), "values": now}
    changeset = (await house.ok(house.changeset(change)))["id"]
    async with _since(house, case, before, must="amount > 5"):
        answer = await house.admin.post(f"/api/changesets/{changeset}/revert", json={})
        (kept,) = answer.json()["kept"]
        return {kept["code"]}


async def team_moved(house: DoorHouse, case: Case, _: Path) -> set[str]:
    """The team goes, its records to another; since they were saved, the rule has changed."""
    gone, other = [await _team(house, name) for name in ("gone", "other")]
    await house.good(team=gone)
    async with _since(house, case, {}, must="amount > 1"):
        answer = await house.admin.delete(f"/api/teams/{gone}", params={"move_to": other})
    return codes_of(answer)


async def _team(house: DoorHouse, name: str) -> str:
    return str((await house.ok(house.admin.post("/api/teams", json={"name": name})))["id"])


@asynccontextmanager
async def _since(
    house: DoorHouse, case: Case, taken: dict[str, Any], must: str
) -> AsyncIterator[None]:
    """What has come about since: a stricter rule, or another record in the place."""
    other = None
    if case.name == "check":
        await _with_rule(house, must)
    elif taken:
        other = await house.good(**taken)
    yield
    await _with_rule(house, "amount >= 0")
    if other is not None:
        assert (await house.admin.delete(f"/api/records/deal/{other}")).status_code == 204


def _moved(house: DoorHouse, record: str) -> tuple[str, list[str]]:
    """Put a record of the trash outside of what `limited` reaches."""
    column = house.column("deal", "amount")
    text = f"UPDATE {{schema}}.{house.table('deal')} SET {column} = 5000 WHERE id = %s RETURNING id"
    return text, [record]


async def _with_rule(house: DoorHouse, must: str) -> None:
    body = {"label": "r", "object": "deal", "must": must, "message": "不行"}
    await house.ok(house.admin.put("/api/definitions/rule/door", json=body))


DOORS: tuple[Door, ...] = (
    create, update, small_all, large_all, each_small, each_large, dry_run, imported, uploaded,
    restored, reverted, team_moved, selected,
)  # fmt: skip
# Where a kind of refusal has no place at a door, and why.
NOT_THERE = {
    ("imported", "scope"): "run at the command line, by whoever owns the server",
    ("imported", "field"): "the same",
    ("restored", "required"): "a record comes back as it was: what it lacks, it lacked before",
    ("restored", "reference"): "what it points to may be in the trash, too; it is shown as gone",
    ("restored", "field"): "restoring writes no field",
    ("reverted", "required"): "a blank of before goes back as it was",
    ("reverted", "reference"): "the same",
    ("reverted", "scope"): "by the rows of update: tests/records/changeset/test_take_back.py",
    ("reverted", "field"): "the same",
    ("team_moved", "required"): "a record moves as it is: what it lacks, it lacked before",
    ("team_moved", "unique"): "no unique value is written",
    ("team_moved", "reference"): "no reference to a record is written",
    ("team_moved", "recheck"): "no roll-up reads a team here, so none moves",
    ("team_moved", "scope"): "whoever may delete a team, an administrator here, reaches all rows",
    ("team_moved", "field"): "the same",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_nothing_wrong_gets_in(
    house: DoorHouse, tmp_path: Path, door: Door, case: Case
) -> None:
    if (door.__name__, case.name) in NOT_THERE:
        pytest.skip(NOT_THERE[door.__name__, case.name])
    found = await door(house, case, tmp_path)
    assert found
    assert found <= ({*case.codes, "record.missing"} if case.client else set(case.codes))
    for wrong in ("-1", "5000"):
        kept = f"SELECT 1 FROM {{schema}}.{house.table('deal')} WHERE deleted_at IS NULL AND "
        assert not await house.rows(f"{kept} {house.column('deal', 'amount')} = {wrong}")


def test_every_writing_route_is_classified() -> None:
    writing = {r for r in SURFACES if not r.startswith("GET ")}
    rest = writing - set(doors.RECORDS) - set(doors.DELETES) - set(doors.NO_RULES)
    assert not [r for r in rest if not r.split(" ")[1].startswith(doors.APART)]
    known = {door.__name__ for door in DOORS}
    assert set(doors.RECORDS.values()) <= known


def test_every_command_job_and_timer_is_classified(tmp_path: Path) -> None:
    named = {f"command {name}" for name in _commands(main.cli)}
    assert named == {"command import"} | {f"command {c}" for c in doors.COMMANDS_APART}
    registries = main.registries(Settings(data=tmp_path))
    registry, fires = registries[Registry], registries[Fires]
    assert isinstance(registry, Registry)
    assert isinstance(fires, Fires)
    jobs = {f"job {name}" for name in set(registry.handlers) - doors.JOBS_APART}
    assert jobs <= set(doors.NO_RULES)
    calls = {f"external {name}" for name in set(registry.externals) - doors.EXTERNALS_APART}
    assert calls <= {*doors.NO_RULES, *doors.RECORDS}
    assert not fires.by_kind


def _commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"
