"""Merging accounts that have 10,000 children, and taking it back; hand-written SQL as floor.

Each call merges the firm that has all orders into the next one, so 10,000 references move: with
checks, a history row each, and what the firms' roll-up says. The floor moves a second set of
orders by one UPDATE and writes the same number of history rows.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import WARM_UP, Comparison, World, compare, world
from benchmarks.save import PASSWORD
from changliu import main
from changliu.identity import provision
from changliu.kit.ids import uuid7
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Object
from changliu.schema.service import install_objects

BATCH, CHILDREN, CALLS = 5_000, 10_000, 3

OBJECTS: list[dict[str, Any]] = [
    {"key": "firm", "label": "Firm", "fields": [
        {"key": "name", "label": "Name", "type": "text"},
        {"key": "size", "label": "Size", "type": "rollup", "children": "orders",
         "function": "COUNT", "maintained": True}]},
    {"key": "order", "label": "Order", "fields": [
        {"key": "name", "label": "Name", "type": "text"},
        {"key": "firm", "label": "Firm", "type": "reference", "object": "firm",
         "inverse": {"key": "orders", "label": "Orders"}}]},
]  # fmt: skip
FLOOR = """
WITH moved AS (
  UPDATE {order} o SET {firm} = %(to)s, version = o.version + 1, updated_at = %(now)s
   WHERE o.{firm} = %(from)s AND o.deleted_at IS NULL RETURNING o.id, o.version
)
INSERT INTO {schema}.history
  (changeset, object, record, version, op, at, actor, via, diff, definitions)
SELECT %(changeset)s, '1', id, version, 'update', %(now)s, %(me)s, 'api',
  jsonb_build_object('f', jsonb_build_object('o', %(from)s::text, 'n', %(to)s::text)), '{{}}'
  FROM moved
"""


@dataclass
class Made:
    """A workspace with two firms full of orders, one for each side, and empty ones to go to."""

    bench: World
    door: Door
    member: UUID
    order: Object
    ours: list[str]
    floor: list[str]


async def run(scale: int) -> list[Comparison]:
    """Measure merges that move min(10,000, `scale`) orders."""
    async with world() as bench, _furnished(bench, min(CHILDREN, scale)) as made:
        name = f"merge an account with {min(CHILDREN, scale):,} children"
        merging = await compare(
            bench, name, lambda: _merged(made), lambda: _floor(made), rounds=1, calls=CALLS
        )
        back = await compare(
            bench, "merge it and take that back", lambda: _there_and_back(made), rounds=1, calls=1
        )
        return [merging, back]


@asynccontextmanager
async def _furnished(bench: World, children: int) -> AsyncIterator[Made]:
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(database, workspace, actor, OBJECTS)
    async with database.transaction(workspace) as tx:
        order = (await catalogue(tx)).object("order")
    registries = main.registries(bench.platform.settings)
    app = main.create_app(replace(bench.platform, registries=registries))
    async with app.router.lifespan_context(app):
        door = Door(app)
        await door.sign_in("admin", PASSWORD)
        firms = await _create(
            door, "firm", [{"name": str(i)} for i in range(2 * (CALLS + WARM_UP + 2))]
        )
        half = len(firms) // 2
        made = Made(bench, door, actor.member, order, firms[:half], firms[half:])
        for first in (made.ours[0], made.floor[0]):
            await _create(door, "order", [{"name": "o", "firm": first}] * children)
        yield made


async def _create(door: Door, target: str, values: list[dict[str, Any]]) -> list[str]:
    """Records of one object, `BATCH` a changeset; returns their ids."""
    made: list[str] = []
    for at in range(0, len(values), BATCH):
        changes = [{"op": "create", "object": target, "values": v} for v in values[at : at + BATCH]]
        answer = await door.call("POST", "/api/changesets", {"changes": changes})
        made += [row["id"] for row in answer["results"]]
    return made


async def _merge(made: Made) -> str:
    goes = made.ours.pop(0)
    change = {"op": "merge", "object": "firm", "id": made.ours[0], "from": [goes]}
    answer = await made.door.call("POST", "/api/changesets", {"changes": [change]})
    return str(answer["id"])


async def _merged(made: Made) -> None:
    await _merge(made)


async def _there_and_back(made: Made) -> None:
    goes = made.ours[0]
    done = await _merge(made)
    answer = await made.door.call("POST", f"/api/changesets/{done}/revert", {})
    assert not answer["kept"]
    made.ours.insert(0, goes)


async def _floor(made: Made) -> None:
    schema = made.bench.workspace.schema
    goes = made.floor.pop(0)
    query = sql.SQL(FLOOR).format(
        schema=sql.Identifier(schema),
        order=sql.Identifier(schema, made.order.table),
        firm=sql.Identifier(made.order.by_key["firm"].column or ""),
    )
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        values = {"to": made.floor[0], "from": goes, "now": tx.now, "me": made.member,
                  "changeset": uuid7()}  # fmt: skip
        await tx.execute(query, values)
