"""A wide object: what 200 fields cost one saved record, and a changeset of 300.

The floor is the same rows, by hand: an insert (or update) of the columns sent and a history row.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import orjson
from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import Comparison, World, compare, world
from benchmarks.save import PASSWORD, ROLE
from changliu import main
from changliu.access.kind import RoleKind
from changliu.definitions import service as definitions
from changliu.identity import provision
from changliu.kit.ids import uuid7
from changliu.schema.catalogue import catalogue
from changliu.schema.service import install_objects

FIELDS, FILLED, ROWS = 200, 20, 300
_KINDS = ("text", "money", "date", "select", "integer", "boolean", "email", "percent")
_numbers = count(1)


@dataclass(frozen=True)
class Made:
    """A workspace with the wide object, a signed-in rep, and what hand-written SQL needs."""

    bench: World
    rep: Door
    table: sql.Identifier
    columns: dict[str, str]


async def run(scale: int) -> list[Comparison]:
    """Measure one record, then 300 in a changeset: made, and two fields of each changed."""
    del scale
    async with world() as bench, furnished(bench) as made:
        known = await _make(made, ROWS)
        return [
            await compare(bench, f"create 1 of {FIELDS} fields", lambda: _make(made, 1),
                          lambda: _made_by_hand(made, 1)),
            await compare(bench, f"change 1 of {FIELDS} fields", lambda: _change(made, known[:1]),
                          lambda: _changed_by_hand(made, known[:1])),
            await compare(bench, f"create {ROWS} of {FIELDS} fields", lambda: _make(made, ROWS),
                          lambda: _made_by_hand(made, ROWS), rounds=3, calls=1),
            await compare(bench, f"change {ROWS} of {FIELDS} fields", lambda: _change(made, known),
                          lambda: _changed_by_hand(made, known), rounds=3, calls=1),
        ]  # fmt: skip


def _field(at: int) -> dict[str, Any]:
    kind = _KINDS[at % len(_KINDS)]
    options = {"options": [{"key": k, "label": k} for k in "ABC"]} if kind == "select" else {}
    return {"key": f"k{at}", "label": f"K{at}", "type": kind, **options}


def _values() -> dict[str, Any]:
    number = next(_numbers)
    shown = {
        "text": f"苏州{number}", "money": "1200.50", "date": "2026-12-01", "select": "A",
        "integer": number, "boolean": True, "email": "a@example.com", "percent": "0.25",
    }  # fmt: skip
    return {f"k{at}": shown[_KINDS[at % len(_KINDS)]] for at in range(FILLED)}


async def _make(made: Made, many: int) -> list[str]:
    changes = [{"op": "create", "object": "wide", "values": _values()} for _ in range(many)]
    answer = await made.rep.call("POST", "/api/changesets", {"changes": changes})
    return [row["id"] for row in answer["results"]]


async def _change(made: Made, records: list[str]) -> None:
    changes = [
        {"op": "update", "object": "wide", "id": record,
         "values": {"k0": f"无锡{next(_numbers)}", "k1": str(next(_numbers))}}
        for record in records
    ]  # fmt: skip
    await made.rep.call("POST", "/api/changesets", {"changes": changes})


_INSERT = """
WITH sent AS (
  SELECT x.*, t.diff FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(row jsonb, diff jsonb),
    jsonb_populate_record(NULL::{t}, t.row) x
), done AS (
  INSERT INTO {t} (id, version, created_at, created_by, updated_at, updated_by, {sent})
  SELECT id, 1, %(now)s, id, %(now)s, id, {sent} FROM sent
)
INSERT INTO {schema}.history
  (changeset, object, record, version, op, at, actor, via, diff, definitions)
SELECT %(changeset)s, '1', id, 1, 'create', %(now)s, id, 'api', diff, '{{}}' FROM sent
"""
_UPDATE = """
WITH made AS (
  UPDATE {t} w SET {sent}, version = version + 1
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(id uuid, a text, b numeric, diff jsonb)
   WHERE w.id = t.id RETURNING w.id, t.diff
)
INSERT INTO {schema}.history
  (changeset, object, record, version, op, at, actor, via, diff, definitions)
SELECT %(changeset)s, '1', id, 2, 'update', %(now)s, id, 'api', diff, '{{}}' FROM made
"""


async def _made_by_hand(made: Made, many: int) -> None:
    names = [made.columns[f"k{at}"] for at in range(FILLED)]
    sent = sql.SQL(", ").join(map(sql.Identifier, names))
    rows = []
    for _ in range(many):
        values = dict(zip(names, _values().values(), strict=True))
        diff = {name: {"n": value} for name, value in values.items()}
        rows.append({"row": {"id": str(uuid7()), **values}, "diff": diff})
    await _by_hand(made, _INSERT, rows, sent)


async def _changed_by_hand(made: Made, records: list[str]) -> None:
    names = [made.columns["k0"], made.columns["k1"]]
    sets = sql.SQL("{} = t.a, {} = t.b").format(*map(sql.Identifier, names))
    rows = [
        {"id": record, "a": f"无锡{next(_numbers)}", "b": next(_numbers),
         "diff": {name: {"o": 1, "n": 2} for name in names}}
        for record in records
    ]  # fmt: skip
    await _by_hand(made, _UPDATE, rows, sets)


async def _by_hand(made: Made, text: str, rows: list[dict[str, Any]], sent: sql.Composable) -> None:
    schema = sql.Identifier(made.bench.workspace.schema)
    query = sql.SQL(text).format(t=made.table, schema=schema, sent=sent)  # type: ignore[arg-type]
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        sent_rows = orjson.dumps(rows).decode()
        params = {"rows": sent_rows, "changeset": uuid7(), "now": tx.now}
        await tx.execute(query, params)


@asynccontextmanager
async def furnished(bench: World) -> AsyncIterator[Made]:
    """Make the object, the role and the rep, and sign the rep in."""
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    body = {"key": "wide", "label": "Wide", "title_field": "k0",
            "fields": [_field(at) for at in range(FIELDS)]}  # fmt: skip
    await install_objects(database, workspace, actor, [body])
    async with database.transaction(workspace) as tx:
        grants = [{"object": "wide", "verbs": ["create", "read", "update"], "scope": "own"}]
        await definitions.put(tx, actor, RoleKind(), "rep", {**ROLE, "grants": grants})
        found = (await catalogue(tx)).object("wide")
    await provision.account_add(
        database, workspace, "rep", password=PASSWORD, name="Rep", roles=["rep"]
    )
    registries = main.registries(bench.platform.settings)
    app = main.create_app(replace(bench.platform, registries=registries))
    async with app.router.lifespan_context(app):
        rep = Door(app)
        await rep.sign_in("rep", PASSWORD)
        columns = {f.key: f.column for f in found.stored if f.column}
        table = sql.Identifier(workspace.schema, found.table)
        yield Made(bench, rep, table, columns)
