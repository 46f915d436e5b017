"""One rule, every door: nothing that writes records gets past it, and no new door opens unseen."""

import ast
from pathlib import Path
from uuid import uuid4

import pytest
from tests.rules.conftest import RuleHouse

from changliu.fields.registry import FIELD_TYPES
from changliu.records.changeset.participant import Participants
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

pytestmark = pytest.mark.feature("Z3")
SOURCE = Path(__file__).parents[2] / "src" / "changliu"
# More rows than one statement takes: these go through temporary tables.
LARGE = 60
BAD, GOOD = "-1", "1"

# How changes enter the twelve steps.
ENTRANCES = ("submit", "run_staged")
# Who may hand records a changeset, and the door of this file that goes through it.
RULE = {"must": "amount >= 0", "message": "金额不能为负：{金额}"}
CALLERS = {
    "records/changeset/service.py": "submit itself",
    "records/changeset/revert.py": "taking back",
    "records/service.py": "every route of records",
    "transfer/sweep.py": "imports",
    "bundles/demo/service.py": "a bundle's demo data: tests/bundles/test_demo.py",
    "bundles/demo/removal.py": "demo data going: tests/bundles/test_demo.py",
    "records/teams/service.py": "records of a team that goes",
    "records/history/erasure/service.py": "erasure, through a participant list like the routes",
}


async def create(house: RuleHouse, _):
    answer = await house.admin.post("/api/records/deal", json={"title": "门", "amount": BAD})
    return answer.status_code, answer.text


async def update(house, _):
    made = await house.deal(amount=GOOD)
    path = f"/api/records/deal/{made['id']}"
    answer = await house.admin.patch(path, json={"amount": BAD})
    return answer.status_code, answer.text


async def small_all(house, _):
    changes = [house.create("deal", title="门", amount=a) for a in (GOOD, BAD)]
    answer = await house.changeset(*changes)
    return answer.status_code, answer.text


async def large_all(house, _):
    changes = [house.create("deal", title="门", amount=GOOD) for _ in range(LARGE)]
    answer = await house.changeset(*changes, house.create("deal", title="门", amount=BAD))
    return answer.status_code, answer.text


async def mass_update(house, _):
    made = [await house.deal(amount=GOOD) for _ in range(LARGE)]
    changes = [
        {"op": "update", "object": "deal", "id": m["id"], "values": {"amount": BAD}} for m in made
    ]
    answer = await house.changeset(*changes)
    return answer.status_code, answer.text


async def mixed(house, _):
    """A good create of another object falls with the bad one."""
    changes = [house.create("account", name="门"), house.create("deal", title="门", amount=BAD)]
    answer = await house.changeset(*changes)
    return answer.status_code, answer.text


async def replayed(house, _):
    key = {"Idempotency-Key": "door"}
    body = {"title": "门", "amount": BAD}
    for _ in range(2):
        answer = await house.admin.post("/api/records/deal", json=body, headers=key)
    return answer.status_code, answer.text


async def dry_run(house, _):
    answer = await house.changeset(house.create("deal", title="门", amount=BAD), dry_run=True)
    (row,) = answer.json()["results"]
    return (422 if "errors" in row else 200), answer.text


async def each_small(house, _):
    return await _each(house, 1)


async def each_large(house, _):
    return await _each(house, LARGE)


async def _each(house, good):
    changes = [house.create("deal", title="好", amount=GOOD) for _ in range(good)]
    answer = await house.changeset(
        *changes, house.create("deal", title="门", amount=BAD), mode="each"
    )
    *kept, refused = answer.json()["results"]
    assert all("id" in row for row in kept)
    return (422 if "errors" in refused else 200), answer.text


async def imported(house, tmp_path):
    file = tmp_path / "deals.csv"
    file.write_text(f"主题,金额\n门,{BAD}\n", encoding="utf-8")
    participants = house.platform.registry(Participants).items
    importer = Importer(house.platform.database, house.workspace, FIELD_TYPES, participants)
    summary = await importer.run(ImportRequest(file, object="deal"))
    refused = [row async for row in importer.refused(summary)]
    codes = [fault.code for row in refused for fault in row.faults]
    return (422 if summary.counts.refused else 200), " ".join(codes)


async def _before_the_rule(house):
    """A record as it could be saved before there was the rule."""
    await house.rule("door", active=False, **RULE)
    made = await house.deal(title="门", amount=BAD)
    return made, f"/api/records/deal/{made['id']}"


async def restored(house, _):
    _, path = await _before_the_rule(house)
    assert (await house.admin.delete(path)).status_code == 204
    await house.rule("door", **RULE)
    answer = await house.admin.post(f"{path}/restore")
    return answer.status_code, answer.text


async def reverted(house, _):
    made, path = await _before_the_rule(house)
    change = {"op": "update", "object": "deal", "id": made["id"], "values": {"amount": GOOD}}
    changeset = (await house.changeset(change)).json()["id"]
    await house.rule("door", **RULE)
    answer = await house.admin.post(f"/api/changesets/{changeset}/revert", json={})
    document = answer.json()
    assert (document["records"], document["kept_count"]) == (0, 1)
    assert [kept["id"] for kept in document["kept"]] == [made["id"]]
    assert (await house.admin.get(path)).json()["values"]["amount"] == GOOD
    return 422, answer.text


async def team_moved(house, _):
    made, path = await _before_the_rule(house)
    gone, other = [await _team(house) for _ in range(2)]
    change = {"op": "update", "object": "deal", "id": made["id"], "values": {"team": gone}}
    assert (await house.changeset(change)).status_code == 200
    await house.rule("door", **RULE)
    answer = await house.admin.delete(f"/api/teams/{gone}", params={"move_to": other})
    assert (await house.admin.get(path)).json()["team"]["id"] == gone
    await house.rule("door", active=False, **RULE)
    assert (await house.admin.delete(path)).status_code == 204
    return answer.status_code, answer.text


async def _team(house):
    body = {"name": f"组{uuid4().hex[:6]}"}
    return (await house.ok(house.admin.post("/api/teams", json=body)))["id"]


DOORS = [create, update, small_all, large_all, mass_update, mixed, replayed, dry_run,
         each_small, each_large, imported, restored, reverted, team_moved]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
async def test_a_rule_holds_at_every_door(house, tmp_path, door):
    await house.rule("door", **RULE)
    status, said = await door(house, tmp_path)
    assert status == 422, said
    assert "rule.violated" in said
    found = await house.rows(
        f"SELECT count(*) FROM {{schema}}.{house.table('deal')}"
        f" WHERE {house.column('deal', 'amount')} < 0 AND deleted_at IS NULL"
    )
    assert found == [(0,)]
    account = house.table("account")
    assert await house.rows(
        f"SELECT count(*) FROM {{schema}}.{account} WHERE {house.column('account', 'name')} = '门'"
    ) == [(0,)]


async def test_a_rule_is_live_in_the_next_request_and_gone_in_the_one_after(house, platform):
    body = {"title": "活", "amount": "-3"}
    await house.without("door")
    for _ in range(3):
        assert (await house.admin.post("/api/records/deal", json=body)).status_code == 201
        await house.rule("door", must="amount >= 0")
        assert (await house.rep.post("/api/records/deal", json=body)).status_code == 422
        await house.rule("door", must="amount >= 0", active=False)
        assert (await house.rep.post("/api/records/deal", json=body)).status_code == 201
        await house.without("door")
    assert platform.registry(Participants).items


def test_only_known_rooms_hand_changesets_to_records():
    """Whoever adds a caller of an entrance adds its door to `DOORS` and its file to `CALLERS`."""
    callers = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ENTRANCES:
                callers.add(file.relative_to(SOURCE).as_posix())
    assert callers == set(CALLERS)
