"""Rows 2 and 5 of the performance page: a rep's list of 20, and a figure by level and region."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import Comparison, World, analyse, compare, throughput, world
from changliu import main
from changliu.access.kind import RoleKind
from changliu.definitions import service as definitions
from changliu.identity import provision, service
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.schema.service import catalogue, install_objects

PASSWORD = "bench horse 9"
REPS = 200
LEVELS, REGIONS = ("A", "B", "C", "D"), tuple(f"r{i}" for i in range(12))
LEAD = {
    "key": "lead",
    "label": "Lead",
    "title_field": "name",
    "fields": [
        {"key": "name", "label": "Name", "type": "text"},
        {"key": "phone", "label": "Phone", "type": "text"},
        {"key": "score", "label": "Score", "type": "integer"},
        {"key": "amount", "label": "Amount", "type": "money"},
        {"key": "note", "label": "Note", "type": "long_text"},
        {
            "key": "level",
            "label": "Level",
            "type": "select",
            "options": [{"key": k, "label": k} for k in LEVELS],
        },
        {
            "key": "area",
            "label": "Area",
            "type": "select",
            "options": [{"key": k, "label": k} for k in REGIONS],
        },
    ],
}
# The same answers by hand: every column of the page, rights and order included.
OWN_FILTERED = """
SELECT id, version, created_at, created_by, updated_at, updated_by, owner, team, {all}
  FROM {t} WHERE deleted_at IS NULL AND owner = %s
   AND {level} = 'A' AND {area} = ANY('{{r1,r2,r3}}')
 ORDER BY {score} DESC NULLS LAST, id LIMIT 20
"""
OWN_NEWEST = """
SELECT id, version, created_at, created_by, updated_at, updated_by, owner, team, {all}
  FROM {t} WHERE deleted_at IS NULL AND owner = %s
 ORDER BY created_at DESC, id LIMIT 20
"""
TEAMS_NEWEST = """
SELECT id, version, created_at, created_by, updated_at, updated_by, owner, team, {all}
  FROM {t} WHERE deleted_at IS NULL AND (owner = %s OR team = ANY(%s))
 ORDER BY created_at DESC, id LIMIT 20
"""
ALL_BY_SCORE = """
SELECT id, version, created_at, created_by, updated_at, updated_by, owner, team, {all}
  FROM {t} WHERE deleted_at IS NULL AND {score} IS NOT NULL
 ORDER BY {score} DESC, id LIMIT 20
"""
FIGURES_ALL = """
SELECT {level}, {area}, count(*), sum({amount}) FROM {t}
 WHERE deleted_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2
"""
FIGURES_OWN = """
SELECT {level}, {area}, count(*), sum({amount}) FROM {t}
 WHERE deleted_at IS NULL AND owner = %s GROUP BY 1, 2 ORDER BY 1, 2
"""
# Every lead is a rep's, by its number; its score, level and area are thrown by the same dice.
FILL = """
INSERT INTO {t} (id, version, created_at, created_by, updated_at, updated_by, owner, team,
  {name}, {phone}, {score}, {amount}, {note}, {level}, {area})
SELECT gen_random_uuid(), 1, at, who, at, who, who, team, '客户' || i,
  '138' || lpad(i::text, 8, '0'), h %% 101, (h %% 100000) / 100.0, repeat('跟进记录 ', 8),
  (%(levels)s::text[])[1 + h / 101 %% 4], (%(areas)s::text[])[1 + h / 1009 %% 12]
FROM (
  SELECT i, %(now)s::timestamptz - i * interval '1 second' AS at,
    (%(reps)s::uuid[])[1 + i %% %(n)s] AS who,
    (%(teams)s::uuid[])[1 + i %% %(n)s %% %(k)s] AS team, hashint8(i) & 2147483647 AS h
  FROM generate_series(%(first)s::int, %(last)s::int) i) s
"""
PIECE = 100_000
FILTERED = {"filter": 'level = "A" AND area IN ("r1", "r2", "r3")', "sort": "-score", "limit": "20"}
NEWEST = {"sort": "-created_at", "limit": "20"}
BY_SCORE = {"sort": "-score", "limit": "20"}
BY_LEVEL_AND_AREA = {
    "object": "lead",
    "group_by": [{"field": "level"}, {"field": "area"}],
    "measures": [{"key": "n", "formula": "COUNT()"}, {"key": "sum", "formula": "SUM(amount)"}],
}
SCOPES = {"rep": "own", "manager": "team"}
# Leads beside which row 2 asks for lists a second.
RATED = 200_000
# Managers of 3 of 20 teams read 150,000 of a million leads.
TEAMS, MANAGED = 20, 3


@dataclass(frozen=True)
class Leads:
    """A workspace full of leads, a door per role, and what hand-written SQL needs to know."""

    bench: World
    doors: dict[str, Door]
    params: dict[str, list[Any]]
    table: sql.Identifier
    columns: dict[str, str]
    people: dict[str, Any]

    async def grow(self, first: int, last: int) -> None:
        """Add the leads from number `first` to below `last`."""
        names = {name: sql.Identifier(column) for name, column in self.columns.items()}
        query = sql.SQL(FILL).format(t=self.table, **names)
        options = {"levels": list(LEVELS), "areas": list(REGIONS)}
        fixed = {**self.people, "n": REPS, "k": TEAMS, **options}
        database, workspace = self.bench.platform.database, self.bench.workspace
        for start in range(first, last, PIECE):
            async with database.transaction(workspace) as tx:
                until = min(last, start + PIECE) - 1
                values = {**fixed, "now": tx.now, "first": start, "last": until}
                await tx.execute(query, values)
        await analyse(self.bench, self.table)


async def run(scale: int) -> list[Comparison]:
    """Measure lists and figures over `scale` leads."""
    part = min(scale, RATED)
    async with world() as bench, leads(bench, part) as made:
        name = f"list 20 own, filter, by score, of {part:,}"
        rated = await listed(made, name, "rep", FILTERED, OWN_FILTERED)
        rate = await throughput(lambda: get(made.doors["rep"], FILTERED), 8)
        rated.notes["per_s_at_8"] = round(rate)
        await made.grow(part, scale)
        return [
            rated,
            await listed(made, "list 20 own, filter, by score", "rep", FILTERED, OWN_FILTERED),
            await listed(made, "list 20 own, newest", "rep", NEWEST, OWN_NEWEST),
            await listed(made, "list 20 of 3 teams, newest", "manager", NEWEST, TEAMS_NEWEST),
            await listed(made, "list 20 of all, by score", "admin", BY_SCORE, ALL_BY_SCORE),
            await figures(made, "count+sum by level × area, all", "admin", FIGURES_ALL),
            await figures(made, "count+sum by level × area, own", "rep", FIGURES_OWN),
        ]


async def listed(
    made: Leads, name: str, login: str, wanted: dict[str, str], floor: str
) -> Comparison:
    """Time a list as one of the signed-in against the same rows by hand."""
    door, params = made.doors[login], made.params[login]
    return await compare(
        made.bench, name, lambda: get(door, wanted), lambda: _floor(made, floor, params)
    )


async def figures(made: Leads, name: str, login: str, floor: str) -> Comparison:
    """Time count and sum by level and area against the same figures by hand."""
    door, params = made.doors[login], made.params[login]
    return await compare(
        made.bench,
        name,
        lambda: door.call("POST", "/api/query", BY_LEVEL_AND_AREA),
        lambda: _floor(made, floor, params),
        calls=2 if login == "admin" else 20,
    )


async def get(door: Door, params: dict[str, str]) -> None:
    """Ask for a page of leads, which must not be empty."""
    answer = await door.call("GET", "/api/records/lead", params=params)
    assert answer["items"]


async def _floor(made: Leads, text: str, params: list[Any]) -> None:
    names = {name: sql.Identifier(column) for name, column in made.columns.items()}
    every = sql.SQL(", ").join(names.values())
    query = sql.SQL(text).format(t=made.table, all=every, **names)
    database, workspace = made.bench.platform.database, made.bench.workspace
    async with database.transaction(workspace, write=False, timeout_ms=LIST_TIMEOUT_MS) as tx:
        await tx.rows(query, params)


@asynccontextmanager
async def leads(bench: World, scale: int) -> AsyncIterator[Leads]:
    """Fill a workspace with leads of 200 reps in 20 teams and sign three of them in."""
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(database, workspace, actor, [LEAD])
    people = await _people(bench, actor)
    async with database.transaction(workspace) as tx:
        found = (await catalogue(tx)).object("lead")
    columns = {f.key: f.column for f in found.stored if f.column}
    table = sql.Identifier(workspace.schema, found.table)
    params = {
        "admin": [], "rep": [people["rep"]],
        "manager": [people["manager"], people["teams"][:MANAGED]],
    }  # fmt: skip
    app = main.create_app(bench.platform)
    async with app.router.lifespan_context(app):
        doors = {login: Door(app) for login in params}
        for login, door in doors.items():
            await door.sign_in(login, PASSWORD)
        made = Leads(bench, doors, params, table, columns, people)
        await made.grow(0, scale)
        yield made


async def _people(bench: World, actor: service.Actor) -> dict[str, Any]:
    database, workspace = bench.platform.database, bench.workspace
    async with database.transaction(workspace) as tx:
        for role, scope in SCOPES.items():
            grants = [{"object": "lead", "verbs": ["read"], "scope": scope}]
            body = {"label": role, "fields": "all", "grants": grants}
            await definitions.put(tx, actor, RoleKind(), role, body)
    for login in SCOPES:
        await provision.account_add(
            database, workspace, login, password=PASSWORD, name=login, roles=[login]
        )
    async with database.transaction(workspace) as tx:
        teams = [await service.ensure_team(tx, f"t{i}", f"Team {i}") for i in range(TEAMS)]
        reps = [
            await service.ensure_member(tx, f"rep{i}", teams[i % TEAMS], ["rep"])
            for i in range(REPS - 1)
        ]
        me = await service.ensure_member(tx, "rep", teams[-1], ["rep"])
        for team in teams[:MANAGED]:
            manager = await service.ensure_member(tx, "manager", team, ["manager"])
    return {"teams": teams, "reps": [*reps, me], "rep": me, "manager": manager}
