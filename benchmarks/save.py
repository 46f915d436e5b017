"""Row 1 of the performance page: one lead saved by a rep with a job bound; and many at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import Comparison, World, analyse, compare, throughput, world
from changliu import main
from changliu.access.kind import RoleKind
from changliu.definitions import service as definitions
from changliu.formula.model import TrueNode
from changliu.identity import provision, service
from changliu.kit import clock
from changliu.kit.ids import uuid7
from changliu.records.changeset.participant import Clause, Enqueue, Participants, Placement
from changliu.schema.catalogue import catalogue
from changliu.schema.service import install_objects

PASSWORD = "bench horse 9"
_numbers = count(1)
FIELDS: list[dict[str, Any]] = [
    {"key": "name", "label": "Name", "type": "text", "required": True},
    {"key": "phone", "label": "Phone", "type": "phone", "unique": True},
    {"key": "source", "label": "Source", "type": "select",
     "options": [{"key": k, "label": k} for k in ("web", "fair", "friend")]},
    {"key": "level", "label": "Level", "type": "select",
     "options": [{"key": k, "label": k} for k in "ABC"]},
    {"key": "score", "label": "Score", "type": "integer"},
    {"key": "amount", "label": "Amount", "type": "money"},
    {"key": "company", "label": "Company", "type": "text"},
    {"key": "title", "label": "Title", "type": "text"},
    {"key": "mail", "label": "Mail", "type": "email"},
    {"key": "city", "label": "City", "type": "text"},
    {"key": "wanted", "label": "Wanted by", "type": "date"},
    {"key": "note", "label": "Note", "type": "long_text"},
]  # fmt: skip
LEAD = {"key": "lead", "label": "Lead", "title_field": "name", "fields": FIELDS}
ROLE = {
    "label": "Rep",
    "fields": "all",
    "grants": [{"object": "lead", "verbs": ["create", "read", "update"], "scope": "own"}],
}
# The same effects by hand: row, history, changeset, job; one statement, one commit.
FLOOR_ONE = """
WITH made AS (
  INSERT INTO {t} (id, version, created_at, created_by, updated_at, updated_by, owner, team,
    {name}, {phone}, {source}, {level}, {score}, {amount}, {company}, {title}, {mail}, {city},
    {wanted}, {note})
  VALUES (%(id)s, 1, %(now)s, %(me)s, %(now)s, %(me)s, %(me)s, %(team)s, %(name)s, %(phone)s,
    %(source)s, %(level)s, %(score)s, %(amount)s, %(company)s, %(title)s, %(mail)s, %(city)s,
    %(wanted)s, %(note)s)
  RETURNING id
), told AS (
  INSERT INTO {schema}.history
    (changeset, object, record, version, op, at, actor, via, diff, definitions)
  SELECT %(changeset)s, '1', id, 1, 'create', %(now)s, %(me)s, 'api', %(diff)s, '{{}}' FROM made
), job AS (
  INSERT INTO {schema}.job (kind, payload, run_at, created_at)
  SELECT 'bench', %(payload)s, %(later)s, %(now)s FROM made
)
INSERT INTO {schema}.changeset (id, at, actor, via, changes)
SELECT %(changeset)s, %(now)s, %(me)s, 'api', 1 FROM made
"""


class OneJob:
    """A participant with one react clause: the automation bound to every new lead."""

    async def clauses(self, tx: Any, target: Any, known: Any) -> tuple[Clause, ...]:
        """Return the clause."""
        del tx, target, known
        return (Clause("bench", Placement.REACT, TrueNode(), Enqueue("bench")),)


@dataclass(frozen=True)
class Made:
    """A workspace with leads, a signed-in rep, and what hand-written SQL needs to know."""

    bench: World
    rep: Door
    rep_id: UUID
    team: UUID
    table: sql.Identifier
    columns: dict[str, str]


async def run(scale: int) -> list[Comparison]:
    """Measure saving one lead and a changeset of 1,000 beside `scale` leads."""
    async with world() as bench, furnished(bench, scale) as made:
        lines = [
            await compare(
                bench, "create one lead, one job", lambda: create(made), lambda: by_hand(made)
            ),
            await compare(
                bench, "create 1,000 leads in one changeset", lambda: create_many(made, 1000),
                lambda: _many_by_hand(made, 1000), rounds=3, calls=2,
            ),
        ]  # fmt: skip
        lines[0].notes["creates_per_s_at_8"] = round(await throughput(lambda: create(made), 8))
        return lines


def _values() -> dict[str, Any]:
    number = next(_numbers)
    return {
        "name": "张伟", "phone": f"138{number:08d}", "source": "web", "level": "A", "score": 80,
        "amount": "1200.50", "company": "苏州宏达机械有限公司", "title": "采购经理",
        "mail": f"a{number}@example.com", "city": "苏州", "wanted": "2026-12-01",
        "note": "需要三台设备，下周出方案。",
    }  # fmt: skip


async def create(made: Made) -> None:
    """Create one lead over HTTP as the rep."""
    await made.rep.call("POST", "/api/records/lead", _values())


async def create_many(made: Made, count: int) -> None:
    """Create leads in one changeset."""
    changes = [{"op": "create", "object": "lead", "values": _values()} for _ in range(count)]
    await made.rep.call("POST", "/api/changesets", {"changes": changes})


def _row(made: Made, now: Any, changeset: UUID) -> dict[str, Any]:
    values, record = _values(), uuid7()
    diff = orjson.dumps({str(i): {"n": v} for i, v in enumerate(values.values())}).decode()
    return {
        **values, "id": record, "changeset": changeset, "now": now, "me": made.rep_id,
        "team": made.team, "diff": diff, "later": now + timedelta(days=300),
        "payload": orjson.dumps({"records": [str(record)]}).decode(),
    }  # fmt: skip


def _floor(made: Made, text: str) -> sql.Composed:
    names = {name: sql.Identifier(column) for name, column in made.columns.items()}
    schema = sql.Identifier(made.bench.workspace.schema)
    return sql.SQL(text).format(t=made.table, schema=schema, **names)  # type: ignore[arg-type]


async def by_hand(made: Made) -> None:
    """Create one lead, its history and its job by hand-written SQL."""
    query = _floor(made, FLOOR_ONE)
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        await tx.execute(query, _row(made, tx.now, uuid7()))


async def _many_by_hand(made: Made, count: int) -> None:
    text = FLOOR_ONE.split("\nINSERT INTO {schema}.changeset")[0] + "\nSELECT 1 FROM made"
    query, changeset = _floor(made, text), uuid7()
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        rows = [_row(made, tx.now, changeset) for _ in range(count)]
        async with tx.conn.cursor() as cursor:
            await cursor.executemany(query, rows)


@asynccontextmanager
async def furnished(bench: World, scale: int) -> AsyncIterator[Made]:
    """Make the object, the role and the rep, fill in `scale` leads, and sign the rep in."""
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(database, workspace, actor, [LEAD])
    async with database.transaction(workspace) as tx:
        await definitions.put(tx, actor, RoleKind(), "rep", ROLE)
        team = await service.ensure_team(tx, "east", "East")
        found = (await catalogue(tx)).object("lead")
    await provision.account_add(
        database, workspace, "rep", password=PASSWORD, name="Rep", roles=["rep"]
    )
    async with database.transaction(workspace) as tx:
        me = await service.ensure_member(tx, "Rep", team, ["rep"])
    columns = {f.key: f.column for f in found.stored if f.column}
    registries = {
        **main.registries(bench.platform.settings),
        Participants: Participants((OneJob(),)),
    }
    app = main.create_app(replace(bench.platform, registries=registries))
    async with app.router.lifespan_context(app):
        rep = Door(app)
        await rep.sign_in("rep", PASSWORD)
        table = sql.Identifier(workspace.schema, found.table)
        made = Made(bench, rep, me, team, table, columns)
        await _fill(made, scale)
        yield made


async def _fill(made: Made, scale: int) -> None:
    text = (
        "INSERT INTO {t} (id, version, created_at, created_by, updated_at, updated_by, owner,"
        " team, {name}, {phone}, {source}, {level}, {score}, {amount}) SELECT gen_random_uuid(),"
        " 1, at, %(me)s, at, %(me)s, %(me)s, %(team)s, '客户' || i, '139' || lpad(i::text, 8, '0'),"
        " 'web', 'B', i %% 100, i FROM (SELECT i, %(now)s::timestamptz - i * interval '1 second'"
        " AS at FROM generate_series(1, %(scale)s::int) i) s"
    )
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        now = clock.now()
        people = {"me": made.rep_id, "team": made.team, "now": now, "scale": scale}
        await tx.execute(_floor(made, text), people)
    await analyse(made.bench, made.table)
