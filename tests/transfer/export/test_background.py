"""Large exports: made by a job, fetched by the one who asked, bounded, cancelled, expired."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from psycopg import sql
from tests.records.conftest import Client, House
from tests.transfer.export.conftest import Desk, rows_of_csv
from tests.walks.harness import eventually

from changliu.jobs.model import Job, Registry
from changliu.jobs.worker import Worker
from changliu.kit import clock
from changliu.transfer.export import api
from changliu.transfer.export.model import EXPORT, LIFE
from changliu.transfer.export.work import Exporting

pytestmark = pytest.mark.feature("Z19")
ROWS = 1_200


@pytest_asyncio.fixture(scope="module")
async def takers(house: House, desk: Desk) -> tuple[Client, Client]:
    grant = {"object": "account", "verbs": ["read", "export"], "scope": "all"}
    await desk.role("taker", grant)
    accounts = [house.create("account", name=f"第{i}家", size=i) for i in range(ROWS)]
    await house.ok(house.changeset(*accounts))
    return (
        await house.hire("taker", "taker", house.team),
        await house.hire("second", "taker", house.team),
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job makes what has more than a thousand rows: as ten times as many would be."""
    monkeypatch.setattr(api, "AT_ONCE", 1_000)


async def ask(client: Client, **asked: str) -> dict[str, Any]:
    answer = await client.get(
        "/api/exports/account", params={"format": "csv", "key": "false", **asked}
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/exports/{answer.json()['id']}"
    document: dict[str, Any] = answer.json()
    return document


async def work(house: House) -> None:
    await Worker(house.platform.database, house.platform.registry(Registry)).drain()


async def test_a_job_makes_the_file_for_the_one_who_asked(
    house: House, takers: tuple[Client, Client]
) -> None:
    mine, other = takers
    asked = await ask(mine, fields="name,size", sort="size")
    place = f"/api/exports/{asked['id']}"
    assert (asked["state"], asked["total"], asked["file"]) == ("waiting", ROWS, None)
    early = await mine.get(f"{place}/file")
    assert (early.status_code, early.json()["code"]) == (409, "export.unfinished")
    await work(house)
    done = (await mine.get(place)).json()
    assert (done["state"], done["done"], done["file"]) == ("done", ROWS, f"{place}/file")
    rows = rows_of_csv((await mine.get(done["file"])).content)
    assert rows[1:] == [[f"第{i}家", str(i)] for i in range(ROWS)]
    for client in (other, house.admin):
        for path in (place, f"{place}/file"):
            assert (await client.get(path)).json()["code"] == "export.missing"
    log = (await house.admin.get("/api/audit/exports?limit=1")).json()["items"][0]
    assert (log["job"], log["rows"], log["member"]) == (asked["id"], ROWS, mine.member)
    audit = (await house.admin.get("/api/audit?kind=export&limit=2")).json()["items"]
    assert [(line["action"], line["name"], line["subject"]) for line in audit] == [
        ("export.fetched", "account", asked["id"]),
        ("export.made", "account", asked["id"]),
    ]
    assert audit[1]["actor"]["id"] == mine.member
    assert (audit[1]["diff"]["rows"], audit[1]["diff"]["sha256"]) == (ROWS, log["sha256"])
    listed = (await mine.get("/api/exports")).json()["items"]
    assert [job["id"] for job in listed] == [asked["id"]]


async def test_three_at_a_time_and_a_cancelled_one_is_not_made(
    house: House, takers: tuple[Client, Client]
) -> None:
    _, mine = takers
    asked = [await ask(mine) for _ in range(3)]
    fourth = await mine.get("/api/exports/account")
    assert (fourth.status_code, fourth.json()["code"]) == (429, "export.busy")
    assert (await mine.delete(f"/api/exports/{asked[0]['id']}")).status_code == 204
    await work(house)
    states = [(await mine.get(f"/api/exports/{a['id']}")).json()["state"] for a in asked]
    assert states == ["cancelled", "done", "done"]
    place = f"/api/exports/{asked[1]['id']}"
    assert (await mine.delete(place)).status_code == 204
    gone = await mine.get(f"{place}/file")
    assert (gone.status_code, gone.json()["code"]) == (409, "export.expired")


async def test_dropped_while_its_file_is_put_in_place_nothing_stays(
    house: House, takers: tuple[Client, Client]
) -> None:
    _, mine = takers
    asked, before = await ask(mine), await files_of(house)
    database, job = house.platform.database, job_of(asked)
    exporting = Exporting(house.platform.settings.data)
    made = await exporting.work(database, house.workspace, job)
    async with database.transaction(house.workspace) as tx:
        await exporting.finish(tx, job, made)
        [[backend]] = await tx.rows("SELECT pg_backend_pid()")
        dropping = asyncio.create_task(mine.delete(f"/api/exports/{asked['id']}"))

        async def arrived() -> bool:
            return dropping.done() or await waiting_for(house, backend) == 1

        await eventually(arrived, 100)
        assert not dropping.done(), "it would answer what is not so yet"
    assert (await dropping).status_code == 204
    shown = (await mine.get(f"/api/exports/{asked['id']}")).json()
    assert shown["state"] == "cancelled"
    assert await files_of(house) == before, "its file went with it"
    await work(house)


def job_of(asked: dict[str, Any]) -> Job:
    """The job that makes an export, as a worker would take it."""
    payload = {"export": asked["id"]}
    return Job(0, EXPORT, None, payload, clock.now(), 0, 1, None, clock.now())


async def waiting_for(house: House, backend: int) -> int:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"
    async with house.platform.database.transaction(house.workspace) as tx:
        [[number]] = await tx.rows(query, [backend])
    return int(number)


async def files_of(house: House) -> list[Any]:
    async with house.platform.database.transaction(house.workspace) as tx:
        query = sql.SQL("SELECT id FROM {}.file ORDER BY id").format(sql.Identifier(tx.schema))
        return await tx.rows(query)


async def test_rights_are_asked_when_it_is_made_and_when_it_is_fetched(
    house: House, desk: Desk, takers: tuple[Client, Client]
) -> None:
    mine, _ = takers
    made, late = await ask(mine), None
    await work(house)
    late = await ask(mine)
    await desk.role("taker", {"object": "account", "verbs": ["read"], "scope": "all"})
    try:
        await work(house)
        refused = (await mine.get(f"/api/exports/{late['id']}")).json()
        assert (refused["state"], refused["problem"]["code"]) == ("failed", "export.denied")
        fetched = await mine.get(f"/api/exports/{made['id']}/file")
        assert (fetched.status_code, fetched.json()["code"]) == (403, "export.denied")
    finally:
        grant = {"object": "account", "verbs": ["read", "export"], "scope": "all"}
        await desk.role("taker", grant)


async def test_a_file_expires(house: House, takers: tuple[Client, Client]) -> None:
    mine, _ = takers
    asked = await ask(mine)
    await work(house)
    past = LIFE + timedelta(minutes=1)
    await house.rows(
        "UPDATE {schema}.export_job SET finished_at = finished_at - %s WHERE id = %s RETURNING 1",
        [past, asked["id"]],
    )
    assert (await mine.get(f"/api/exports/{asked['id']}")).json()["file"] is None
    gone = await mine.get(f"/api/exports/{asked['id']}/file")
    assert (gone.status_code, gone.json()["code"]) == (409, "export.expired")


async def test_erasing_a_person_reaches_files_and_questions(
    house: House, takers: tuple[Client, Client]
) -> None:
    mine, _ = takers
    person = {"name": "张三", "phone": "13912345678"}
    made = (await house.ok(house.changeset(house.create("account", **person))))["results"][0]
    asked = await ask(mine)
    await work(house)
    await mine.get("/api/exports/account", params={"filter": 'name = "139 1234 5678"'})
    erased = await house.admin.post(
        f"/api/records/account/{made['id']}/erase", json={"reason": "本人要求"}
    )
    assert erased.status_code == 200, erased.text
    gone = await mine.get(f"/api/exports/{asked['id']}/file")
    assert (gone.status_code, gone.json()["code"]) == (409, "export.expired")
    log = (await house.admin.get("/api/audit/exports?limit=5")).json()["items"]
    assert "1234 5678" not in str(log)
    assert log[0]["filter"] == "（内容已随个人信息抹除）"
