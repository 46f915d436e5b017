"""Lines onto parents with maintained roll-ups, in changesets of 5,000; hand-written SQL as floor.

100,000 lines onto 20,000 parents at scale 100,000: each call is one changeset of 5,000 lines on
5,000 parents drawn in turn, with a COUNT, a SUM with a condition, and a roll-up a level higher.
The floor inserts the same rows and moves the same columns by one delta UPDATE per level.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import Comparison, World, compare, world
from benchmarks.save import PASSWORD
from changliu import main
from changliu.identity import provision
from changliu.kit.ids import uuid7
from changliu.records.rollups.service import drift
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue
from changliu.schema.service import install_objects

BATCH = 5_000
_numbers = count()


def _rollup(key: str, children: str, function: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": key, "type": "rollup", "children": children,
            "function": function, "maintained": True, **more}  # fmt: skip


OBJECTS: list[dict[str, Any]] = [
    {"key": "firm", "label": "Firm", "fields": [
        {"key": "name", "label": "Name", "type": "text"},
        _rollup("total", "orders", "SUM", field="total")]},
    {"key": "order", "label": "Order", "fields": [
        {"key": "firm", "label": "Firm", "type": "reference", "object": "firm",
         "inverse": {"key": "orders", "label": "Orders"}},
        _rollup("count", "lines", "COUNT"),
        _rollup("total", "lines", "SUM", field="amount", filter="amount > 0")]},
    {"key": "line", "label": "Line", "fields": [
        {"key": "order", "label": "Order", "type": "reference", "object": "order",
         "inverse": {"key": "lines", "label": "Lines"}},
        {"key": "amount", "label": "Amount", "type": "money"}]},
]  # fmt: skip
FLOOR = """
WITH made AS (
  INSERT INTO {line} (id, version, created_at, created_by, updated_at, updated_by, owner,
    {order_ref}, {amount})
  SELECT x.id, 1, %(now)s, %(me)s, %(now)s, %(me)s, %(me)s, x.parent, x.amount
  FROM unnest(%(ids)s::uuid[], %(parents)s::uuid[], %(amounts)s::numeric[])
    AS x(id, parent, amount)
  RETURNING id, {order_ref} AS parent, {amount} AS amount
), told AS (
  INSERT INTO {schema}.history
    (changeset, object, record, version, op, at, actor, via, diff, definitions)
  SELECT %(changeset)s, '1', id, 1, 'create', %(now)s, %(me)s, 'api',
    jsonb_build_object('a', amount, 'p', parent), '{{}}' FROM made
), low AS (
  UPDATE {order} p SET {count} = p.{count} + d.n, {total} = p.{total} + d.s
  FROM (SELECT parent, count(*) AS n, sum(amount) FILTER (WHERE amount > 0) AS s
        FROM made GROUP BY parent) d
  WHERE p.id = d.parent RETURNING p.{firm_ref} AS firm, d.s
)
UPDATE {firm} p SET {firm_total} = p.{firm_total} + d.s
FROM (SELECT firm, sum(s) AS s FROM low GROUP BY firm) d WHERE p.id = d.firm
"""


@dataclass(frozen=True)
class Made:
    """A workspace with firms and orders, a signed-in administrator, names for the floor."""

    bench: World
    door: Door
    member: UUID
    found: Catalogue
    orders: list[str]


async def run(scale: int) -> list[Comparison]:
    """Measure changesets of 5,000 lines onto `scale` / 5 orders of `scale` / 50 firms."""
    async with world() as bench, _furnished(bench, scale) as made:
        lines = [
            await compare(
                bench, "5,000 lines, two levels of roll-ups", lambda: _ours(made),
                lambda: _floor(made), rounds=2, calls=2,
            ),
            await compare(
                bench, "1 line, two levels of roll-ups", lambda: _ours(made, 1),
                lambda: _floor(made, 1), rounds=3, calls=20,
            ),
        ]  # fmt: skip
        async with bench.platform.database.transaction(bench.workspace) as tx:
            lines[0].notes["drift"] = len(await drift(tx))
        return lines


@asynccontextmanager
async def _furnished(bench: World, scale: int) -> AsyncIterator[Made]:
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(database, workspace, actor, OBJECTS)
    async with database.transaction(workspace) as tx:
        found = await catalogue(tx)
    registries = main.registries(bench.platform.settings)
    app = main.create_app(replace(bench.platform, registries=registries))
    async with app.router.lifespan_context(app):
        door = Door(app)
        await door.sign_in("admin", PASSWORD)
        firms = await _create(door, "firm", [{"name": str(i)} for i in range(max(1, scale // 50))])
        wanted = [{"firm": firms[i % len(firms)]} for i in range(max(1, scale // 5))]
        yield Made(bench, door, actor.member, found, await _create(door, "order", wanted))


async def _create(door: Door, target: str, values: list[dict[str, Any]]) -> list[str]:
    """Records of one object, `BATCH` a changeset; returns their ids."""
    made: list[str] = []
    for at in range(0, len(values), BATCH):
        changes = [{"op": "create", "object": target, "values": v} for v in values[at : at + BATCH]]
        answer = await door.call("POST", "/api/changesets", {"changes": changes})
        made += [row["id"] for row in answer["results"]]
    return made


def _next_orders(made: Made, size: int) -> list[str]:
    return [made.orders[next(_numbers) % len(made.orders)] for _ in range(size)]


async def _ours(made: Made, size: int = BATCH) -> None:
    lines = [{"order": order, "amount": "12.50"} for order in _next_orders(made, size)]
    await _create(made.door, "line", lines)


async def _floor(made: Made, size: int = BATCH) -> None:
    names = {"schema": sql.Identifier(made.bench.workspace.schema)}
    for target in made.found.objects:
        names[target.key] = sql.Identifier(made.bench.workspace.schema, target.table)
    line, order, firm = (made.found.object(key).by_key for key in ("line", "order", "firm"))
    columns = {
        "order_ref": line["order"].column, "amount": line["amount"].column,
        "firm_ref": order["firm"].column, "count": order["count"].kept,
        "total": order["total"].kept, "firm_total": firm["total"].kept,
    }  # fmt: skip
    names |= {name: sql.Identifier(column or "") for name, column in columns.items()}
    query = sql.SQL(FLOOR).format(**names)
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        values = {
            "ids": [uuid7() for _ in range(size)], "parents": _next_orders(made, size),
            "amounts": [12.5] * size, "now": tx.now, "me": made.member, "changeset": uuid7(),
        }  # fmt: skip
        await tx.execute(query, values)
