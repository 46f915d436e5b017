"""Writers that collide: real deadlocks and real serialisation failures, DDL in between, imports.

PostgreSQL itself raises 40P01 and 40001 here; callers see neither.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.doors import open_client
from tests.walks.harness import eventually

from changliu import main
from changliu.kit.db import Database
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"


@asynccontextmanager
async def rival(house) -> AsyncIterator[psycopg.AsyncConnection]:
    """A transaction of somebody else, who takes locks in whatever order."""
    async with await psycopg.AsyncConnection.connect(house.platform.database.owner_dsn) as conn:
        yield conn


async def touch(house, conn, record: str) -> None:
    """Take a row as another writer does, changing nothing."""
    table = sql.Identifier(house.workspace.schema, house.table("account"))
    query = sql.SQL("UPDATE {} SET updated_at = updated_at WHERE id = %s").format(table)
    await conn.execute(query, [UUID(record)])


async def counted(house, column: str) -> int:
    """A counter of this database, told by PostgreSQL (backends report when idle)."""
    query = f"SELECT {column} FROM pg_stat_database WHERE datname = current_database()"
    async with rival(house) as conn:
        await conn.execute("SELECT pg_stat_clear_snapshot()")
        [[number]] = await (await conn.execute(query)).fetchall()
    return int(number)


async def waited_for(conn) -> bool:
    """Whether somebody waits for this connection's rows."""
    cursor = await conn.execute(WAITING, [conn.info.backend_pid])
    [[number]] = await cursor.fetchall()
    return bool(number)


def set_isolation(cluster, base: Database, level: str) -> None:
    """Set how new connections of the database see each other's work."""
    name = conninfo_to_dict(base.app_dsn)["dbname"]
    query = sql.SQL("ALTER DATABASE {} SET default_transaction_isolation = {}")
    with psycopg.connect(cluster.admin_dsn, autocommit=True) as conn:
        conn.execute(query.format(sql.Identifier(name), sql.Literal(level)))


async def pair(house) -> tuple[str, str]:
    """Two records; the first is locked first."""
    made = [uuid7(), uuid7()]
    answer = await house.changeset(
        *({**house.create("account", name="撞"), "id": str(i)} for i in made)
    )
    assert answer.status_code == 200, answer.text
    first, second = sorted(made)
    return str(first), str(second)


@pytest.mark.feature("Z12")
async def test_a_real_deadlock_is_not_seen_by_the_caller(house):
    first, second = await pair(house)
    before = await counted(house, "deadlocks")
    changes = [
        {"op": "update", "object": "account", "id": each, "values": {"name": "撞完"}}
        for each in (first, second)
    ]
    async with rival(house) as conn:
        await touch(house, conn, second)
        writing = asyncio.create_task(house.changeset(*changes))
        await eventually(lambda: waited_for(conn), 5)
        # The caller holds the first row and waits for the second: now it is a circle, and the
        # caller, who waited longer, is the one PostgreSQL throws out.
        await touch(house, conn, first)
        await conn.commit()
    answer = await writing
    assert answer.status_code == 200, answer.text
    assert [row["version"] for row in answer.json()["results"]] == [2, 2]

    async def told() -> bool:
        return await counted(house, "deadlocks") > before

    await eventually(told, 15)
    rows = await house.rows(
        "SELECT record::text, count(*) FROM {schema}.history WHERE record = ANY(%s) GROUP BY 1",
        [[first, second]],
    )
    assert sorted(rows) == [(first, 2), (second, 2)]


@pytest.mark.feature("Z12")
async def test_a_real_serialisation_failure_is_not_seen_by_the_caller(house, cluster):
    first, _ = await pair(house)
    base = house.platform.database
    set_isolation(cluster, base, "repeatable read")
    strict = Database(base.app_dsn, base.owner_dsn, base.eraser_dsn)
    await strict.open()
    platform = Platform(strict, house.platform.settings, main.registries(house.platform.settings))
    before = await counted(house, "xact_rollback")
    headers = {"authorization": f"Bearer {house.admin.token}"}
    path = f"/api/records/account/{first}"
    async with open_client(platform) as client, rival(house) as conn:
        assert (await client.get(path, headers=headers)).status_code == 200
        await touch(house, conn, first)
        writing = asyncio.create_task(client.patch(path, json={"name": "再"}, headers=headers))
        await eventually(lambda: waited_for(conn), 5)
        await conn.commit()
        answer = await writing
    await strict.close()
    set_isolation(cluster, base, "read committed")
    assert (answer.status_code, answer.json()["version"]) == (200, 2), answer.text

    async def told() -> bool:
        return await counted(house, "xact_rollback") > before

    await eventually(told, 15)


async def test_writers_go_on_while_the_structure_changes(house):
    first, second = await pair(house)
    stop = asyncio.Event()
    saved = {first: 1, second: 1}

    async def write(record: str) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            answer = await house.admin.patch(
                f"/api/records/account/{record}", json={"name": f"写{turn}"}
            )
            assert answer.status_code == 200, answer.text
            assert answer.json()["version"] == saved[record] + 1
            saved[record] += 1

    writers = [asyncio.create_task(write(each)) for each in (first, second)]
    for number in range(4):
        field = {"key": f"live_{number}", "label": "新", "type": "text", "unique": number == 2}
        made = await house.admin.post("/api/objects/account/fields", json=field)
        assert made.status_code == 201, made.text
        body = {f"live_{number}": f"值{number}"}
        answer = await house.admin.post("/api/records/account", json={"name": "新", **body})
        assert answer.status_code == 201, answer.text
    stop.set()
    await asyncio.gather(*writers)
    assert min(saved.values()) > 2


async def test_edits_and_deletes_of_one_record_leave_one_history(house):
    first, _ = await pair(house)
    path = f"/api/records/account/{first}"
    answers = await asyncio.gather(
        *(house.admin.patch(path, json={"name": f"改{n}"}) for n in range(4)),
        house.admin.delete(path),
        *(house.admin.patch(path, json={"size": n}) for n in range(4)),
        house.admin.post(f"{path}/restore", json={}),
    )
    assert {a.status_code for a in answers} <= {200, 204, 404, 409, 422}
    rows = await house.rows(
        "SELECT version, op FROM {schema}.history WHERE record = %s ORDER BY seq", [UUID(first)]
    )
    assert [version for version, _ in rows] == list(range(1, len(rows) + 1))
    done = sum(a.status_code in (200, 204) for a in answers)
    assert len(rows) <= done + 1
    deleted = [op for _, op in rows if op in ("delete", "restore")]
    assert deleted in (["delete"], ["delete", "restore"])
    there = (await house.admin.get(path)).status_code
    assert there == (404 if deleted[-1] == "delete" else 200)
