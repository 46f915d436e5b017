"""Row 3 of the performance page: leads from a CSV file through the whole of an import.

Two duplicate rules, one automation (a job for every thousand leads), history, keys for search. The
floor has the same effects: COPY into a staging table and one statement for every 5,000 rows, with
the same indexes, the same keys and the same questions for duplicates, but without reading cells,
rights, validation, messages, or a way to go on after a crash.
"""

import csv
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

from psycopg import sql

from benchmarks.ddl import work
from benchmarks.harness import Comparison, Cost, Meter, World, world
from benchmarks.save import LEAD, PASSWORD, OneJob
from changliu.definitions import service as definitions
from changliu.fields.registry import FIELD_TYPES
from changliu.identity import provision
from changliu.kit.ids import uuid7
from changliu.records.search.store.keys import keyed_rows
from changliu.rules.duplicates.kind import DuplicateKind
from changliu.rules.duplicates.participant import DuplicateParticipant
from changliu.schema.catalogue import catalogue
from changliu.schema.indexing.work import Indexing
from changliu.schema.matching import match_key
from changliu.schema.model import Object
from changliu.schema.searching import searchable_fields
from changliu.schema.service import install_objects
from changliu.transfer.model import ImportRequest
from changliu.transfer.service import Importer

SIZES = (10_000, 100_000)
BATCH = 5_000
HEADER = (
    "name", "phone", "source", "level", "score", "amount", "company", "title", "mail", "city",
    "wanted", "note",
)  # fmt: skip
TEXTS = ("苏州宏达机械有限公司", "采购经理", "苏州", "2026-12-01", "需要三台设备，下周出方案。")
# Compared with every lead there is, and with each other.
ALIKE = (("phone", "phone"), ("mail", "email"))
STAGE = sql.SQL(
    "CREATE TEMP TABLE staged (id uuid, name text, phone text, source text, level text,"
    " score text, amount text, company text, title text, mail text, city text, wanted text,"
    " note text) ON COMMIT DROP"
)
FLOOR = """
WITH keyed AS (
  SELECT *, {keys} FROM staged
), refused AS (
  SELECT id FROM keyed s WHERE {alike}
), made AS (
  INSERT INTO {t} (id, version, created_at, created_by, updated_at, updated_by, owner, team, {all})
  SELECT id, 1, %(now)s, %(me)s, %(now)s, %(me)s, %(me)s, NULL, name, phone, source, level,
    score::bigint, amount::numeric, company, title, mail, city, wanted::date, note FROM staged
  WHERE id NOT IN (SELECT id FROM refused)
  RETURNING *
), told AS (
  INSERT INTO {schema}.history
    (changeset, object, record, version, op, at, actor, via, diff, definitions)
  SELECT %(changeset)s, {object}, id, 1, 'create', %(now)s, %(me)s, 'import',
    jsonb_build_object({pairs}), '{{}}' FROM made
), found AS (
  INSERT INTO {schema}.search_key (record, object, spelled, keys)
  SELECT n.id, {object}, k.spelled, k.keys FROM made n CROSS JOIN LATERAL ({spelled}) k
), job AS (
  INSERT INTO {schema}.job (kind, payload, run_at, created_at)
  SELECT 'bench', jsonb_build_object('records', jsonb_agg(id)), %(now)s, %(now)s
  FROM (SELECT id, (row_number() OVER () - 1) / 1000 AS part FROM made) p GROUP BY part
)
INSERT INTO {schema}.changeset (id, at, actor, via, changes)
SELECT %(changeset)s, %(now)s, %(me)s, 'import', count(*) FROM made
"""
ALIKE_HERE = (
    "EXISTS (SELECT FROM {t} n WHERE n.deleted_at IS NULL AND {key} = s.{name})"
    " OR s.{name} IN (SELECT {name} FROM keyed GROUP BY 1 HAVING count(*) > 1)"
)


async def run(scale: int) -> list[Comparison]:
    """Measure importing 10,000 and 100,000 leads (bounded by `scale`)."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="changliu-bench-") as folder:
        for rows in dict.fromkeys(min(size, scale) for size in SIZES):
            file = Path(folder) / f"{rows}.csv"
            write_leads(file, rows)
            async with world() as bench:
                lines.append(await _line(bench, file, rows))
    return lines


def write_leads(file: Path, rows: int) -> None:
    """Write synthetic leads, as the benchmark of saving makes them."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for n in range(rows):
            kind = ("web", "fair", "friend")[n % 3], "ABC"[n % 3], n % 100, f"{n % 9000}.50"
            mail = f"a{n}@example.com"
            writer.writerow(["张伟", f"138{n:08d}", *kind, *TEXTS[:2], mail, *TEXTS[2:]])


async def importer(bench: World) -> Importer:
    """Install leads, twice, with rules against duplicates and indexes; return what imports."""
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(database, workspace, actor, [LEAD, {**LEAD, "key": "by_hand"}])
    async with database.transaction(workspace) as tx:
        for key in ("lead", "by_hand"):
            groups = [[{"field": field, "method": method}] for field, method in ALIKE]
            rule = {"label": key, "object": key, "match": groups, "level": "block"}
            await definitions.put(tx, actor, DuplicateKind(), f"{key}_alike", rule)
    await work(bench, Indexing(), {})
    participants = (DuplicateParticipant(), OneJob())
    return Importer(database, workspace, FIELD_TYPES, participants, actor.member)


async def _line(bench: World, file: Path, rows: int) -> Comparison:
    imports = await importer(bench)

    async def ours() -> None:
        summary = await imports.run(ImportRequest(file, object="lead"))
        assert summary.counts.created == rows, summary.faults[:3]

    async def floor() -> None:
        await _by_hand(bench, file)

    costs = [await _timed(bench, work) for work in (ours, floor)]
    per_row = {
        "rows": rows,
        "rows_per_s": round(rows / costs[0].p50 * 1000),
        "floor_rows_per_s": round(rows / costs[1].p50 * 1000),
        "cpu_us_per_row": round(costs[0].cpu / rows * 1000, 1),
        "floor_cpu_us_per_row": round(costs[1].cpu / rows * 1000, 1),
    }
    name = f"import {rows:,} leads, 2 duplicate rules, a job each 1,000"
    return Comparison(name, costs[0], costs[1], per_row)


async def _timed(bench: World, work: Callable[[], Awaitable[None]]) -> Cost:
    meter = Meter(bench.settings)
    app, server = meter.read()
    began = time.perf_counter()
    await work()
    wall = round((time.perf_counter() - began) * 1000, 1)
    app_now, server_now = meter.read()
    return Cost(
        wall, wall, round((app_now - app) * 1000, 1), round((server_now - server) * 1000, 1)
    )


async def _by_hand(bench: World, file: Path) -> None:
    database, workspace = bench.platform.database, bench.workspace
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
        found = (await catalogue(tx)).object("by_hand")
    query = _floor(found, bench)
    for part in _parts(file):
        async with database.transaction(workspace) as tx:
            await tx.execute(STAGE)
            async with tx.conn.cursor() as cursor, cursor.copy("COPY staged FROM STDIN") as copy:
                for row in part:
                    await copy.write_row([uuid7(), *row])
            values = {"now": tx.now, "me": actor.member, "changeset": uuid7()}
            await tx.execute(query, values)


def _floor(found: Object, bench: World) -> sql.Composed:
    columns = [sql.Identifier(str(found.by_key[name].column)) for name in HEADER]
    pairs = [sql.SQL("{}, {}").format(sql.Literal(c.as_string(None)), c) for c in columns]
    table = sql.Identifier(bench.workspace.schema, found.table)
    named = [(field, method, f"n.{found.by_key[field].column}") for field, method in ALIKE]
    alike = [
        sql.SQL(ALIKE_HERE).format(
            t=table,
            key=sql.SQL(match_key([(column, method)])),  # type: ignore[arg-type]
            name=sql.Identifier(f"{field}_key"),
        )
        for field, method, column in named
    ]
    keys = [f"{match_key([(field, method)])} AS {field}_key" for field, method in ALIKE]
    return sql.SQL(FLOOR).format(
        t=table,
        schema=sql.Identifier(bench.workspace.schema),
        object=sql.Literal(found.id),
        all=sql.SQL(", ").join(columns),
        pairs=sql.SQL(", ").join(pairs),
        keys=sql.SQL(", ".join(keys)),  # type: ignore[arg-type]
        alike=sql.SQL(" OR ").join(alike),
        spelled=sql.SQL(_escaped(keyed_rows(searchable_fields(found), "n"))),  # type: ignore[arg-type]
    )


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _parts(file: Path) -> Iterator[list[list[str]]]:
    with file.open(encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        next(reader)
        while part := list(islice(reader, BATCH)):
            yield part
