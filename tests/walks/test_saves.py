"""Saves under fire: server, workers, database killed while many write; nothing half, nor twice.

What a caller was told is true after every restart: an acknowledged write is there once, with its
history and its changeset; one in doubt is there whole or not at all; and asking again with the same
key gives the first answer.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import orjson
from psycopg import sql
from tests.doors import open_client, sign_in
from tests.walks.harness import KILLS, PASSWORD, Server, Site, eventually, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

from changliu import main
from changliu.identity.provision import ensure_admin
from changliu.kit.db import Tx
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform

CALLERS = 6
# Beyond what one glued statement takes: the steps run one by one.
MANY = 400
IDLE = ("derive", "check", "rollup", "recheck", "react")
TIMEOUT = httpx.Timeout(15)
OBJECT = {"key": "deal", "label": {"zh-CN": "商机", "en": "Deal"}}
FIELDS = (
    {"key": "name", "label": "名称", "type": "text", "required": True},
    {"key": "amount", "label": "金额", "type": "number"},
    {"key": "no", "label": "编号", "type": "autonumber", "pattern": "{0}-{YYYY}", "no_gaps": True},
)


@dataclass(frozen=True, slots=True)
class Write:
    """A request that may be sent again: `records` are the ids it creates."""

    key: str
    path: str
    body: Mapping[str, Any]
    records: tuple[UUID, ...]

    @property
    def headers(self) -> dict[str, str]:
        """What makes a repetition harmless."""
        return {"idempotency-key": self.key}


@dataclass
class Told:
    """Answers by idempotency key, and the writes that never got one."""

    answers: dict[str, Any] = field(default_factory=dict)
    writes: dict[str, Write] = field(default_factory=dict)
    stop: bool = False

    @property
    def doubtful(self) -> list[Write]:
        """Writes without an answer."""
        return [write for key, write in self.writes.items() if key not in self.answers]

    async def more(self) -> None:
        """Wait until somebody else has been answered."""
        before = len(self.answers)

        async def answered() -> bool:
            return len(self.answers) > before

        await eventually(answered, 60)


def one() -> Write:
    """A record on its own."""
    made = uuid7()
    body = {"id": str(made), "name": f"商机 {made}", "amount": "12.50"}
    return Write(str(uuid7()), "/api/records/deal", body, (made,))


def several(count: int) -> Write:
    """Records in one changeset, all or none."""
    ids = tuple(uuid7() for _ in range(count))
    changes = [
        {"op": "create", "object": "deal", "id": str(i), "values": {"name": f"商机 {i}"}}
        for i in ids
    ]
    return Write(str(uuid7()), "/api/changesets", {"mode": "all", "changes": changes}, ids)


async def design(client: httpx.AsyncClient) -> None:
    """Define the object that is written to."""
    answer = await client.post("/api/objects", json=OBJECT)
    assert answer.status_code in {200, 201}, answer.text
    for body in FIELDS:
        answer = await client.post("/api/objects/deal/fields", json=body)
        assert answer.status_code in {200, 201}, answer.text


async def send(client: httpx.AsyncClient, write: Write, told: Told) -> bool:
    """Send a write; True when it was acknowledged."""
    told.writes[write.key] = write
    try:
        answer = await client.post(write.path, json=write.body, headers=write.headers)
    except httpx.TransportError:
        return False
    if answer.status_code >= 500:
        # A server losing its database says so; the write stays in doubt.
        return False
    assert answer.status_code in {200, 201}, answer.text
    told.answers.setdefault(write.key, said(answer.json()))
    assert told.answers[write.key] == said(answer.json()), "a repetition got another answer"
    return True


def said(answer: dict[str, Any]) -> Any:
    """The part of an answer that must never change: ids and versions."""
    return answer["results"] if "results" in answer else (answer["id"], answer["version"])


async def caller(client: httpx.AsyncClient, told: Told) -> None:
    """Write until told to stop; ask again after half of the silences, sometimes after answers."""
    while not told.stop:
        write = one() if random.random() < 0.7 else several(3)
        acknowledged = await send(client, write, told)
        if random.random() < (0.1 if acknowledged else 0.5):
            await asyncio.sleep(random.uniform(0, 0.3))
            await send(client, write, told)
        await asyncio.sleep(0.2 if not acknowledged else random.uniform(0, 0.02))


async def check(site: Site, told: Told) -> None:
    """Compare the database with what callers were told."""
    async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
        rows = await _rows(tx, "SELECT id, split_part(f_3, '-', 1)::integer FROM {schema}.o_1")
        history = await _rows(tx, "SELECT record, changeset, op, version FROM {schema}.history")
        sets = await _rows(tx, "SELECT id, idempotency_key, changes FROM {schema}.changeset")
    stored = {row[0] for row in rows}
    assert sorted(row[1] for row in rows) == list(range(1, len(rows) + 1)), "a gap, or one twice"
    keys = {key: (made, changes) for made, key, changes in sets}
    assert len(keys) == len(sets)
    by_set: dict[UUID, set[UUID]] = {made: set() for made, _, _ in sets}
    assert len(history) == len(rows), "a record without its history, or with too much of it"
    for record, changeset, op, version in history:
        assert (op, version) == ("create", 1)
        by_set[changeset].add(record)
    for key, write in told.writes.items():
        there = stored & set(write.records)
        assert there in (set(), set(write.records)), "half a changeset"
        assert bool(there) == (key in keys), "records without their changeset, or the reverse"
        assert key not in told.answers or there, "an acknowledged write was lost"
        if there:
            made, changes = keys[key]
            assert by_set[made] == set(write.records)
            assert changes == len(write.records)
    assert stored == {i for w in told.writes.values() if w.key in keys for i in w.records}


async def _rows(tx: Tx, query: str) -> list[tuple[Any, ...]]:
    return await tx.rows(sql.SQL(query).format(schema=sql.Identifier(tx.schema)))


async def fire(site: Site, server: Server, told: Told) -> None:
    """Kill the server, or server and database, or the database alone, and start again."""
    for kill in range(max(3, KILLS // 2)):
        await told.more()
        await asyncio.sleep(random.uniform(0, 0.6))
        if kill % 3 != 2:
            server.kill9()
        if kill % 3 != 0:
            await site.kill_database(postmaster_only=kill % 2 == 0)
            await site.start_database()
        if not server.child.alive:
            await server.restart()


async def test_kill_9_loses_and_doubles_no_save() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site)
        await server.restart()
        told = Told()
        async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT) as client:
            await sign_in(client, "admin", PASSWORD)
            await design(client)
            callers = [asyncio.create_task(caller(client, told)) for _ in range(CALLERS)]
            firing = asyncio.create_task(fire(site, server, told))
            done, _ = await asyncio.wait([firing, *callers], return_when="FIRST_COMPLETED")
            told.stop = True
            for task in (*done, firing):
                await task
            await asyncio.gather(*callers)
            await check(site, told)
            assert len(told.answers) > CALLERS
            for write in [*told.doubtful, *random.sample(list(told.writes.values()), 20)]:
                assert await send(client, write, told)
        assert told.doubtful == []
        await check(site, told)
        await hold(site)


@asynccontextmanager
async def prepared(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The application in this process, signed in, with the object defined."""
    async with site.opened() as (database, workspace):
        await ensure_admin(database, workspace, PASSWORD)
        platform = Platform(database, site.settings, main.registries(site.settings))
        async with open_client(platform) as client:
            await sign_in(client, "admin", PASSWORD)
            await design(client)
            yield client


async def die(site: Site, writes: list[tuple[str, Write]], token: str) -> list[int]:
    """Write in processes that die at a step each; return their exit codes."""
    requests = [
        {
            "step": step,
            "method": "POST",
            "path": write.path,
            "body": write.body,
            "headers": {**write.headers, "authorization": token},
        }
        for step, write in writes
    ]
    file = site.data / "requests.json"
    file.write_bytes(orjson.dumps(requests))
    child = site.child("saves", "-m", "tests.walks.one_save", str(site.data), str(file))
    await child.start().ended(120)
    return [int(line) for line in site.text("saves").splitlines()]


async def test_dying_at_any_step_of_a_write_leaves_all_or_nothing() -> None:
    told = Told()
    writes = [(s, w) for s in KILLED["saves"] for w in (one(), several(MANY))]
    told.writes = {write.key: write for _, write in writes}
    async with new_site() as site, prepared(site) as client:
        codes = await die(site, writes, client.headers["authorization"])
        assert len(codes) == len(writes)
        assert set(codes) <= {0, -signal.SIGKILL}
        passed = {(s, len(w.records)) for (s, w), c in zip(writes, codes, strict=True) if c == 0}
        # A plan in parts leaves out the steps that have nothing to do.
        assert passed <= {(step, MANY) for step in IDLE}
        await check(site, told)
        async with site.opened() as (database, workspace), database.transaction(workspace) as tx:
            kept = await _rows(tx, "SELECT count(*) FROM {schema}.changeset")
        assert kept == [(2 + len(passed),)], "only a death after the commit leaves the write"
        for write in told.doubtful:
            assert await send(client, write, told)
        await check(site, told)
        await hold(site)
