"""Row 3 of the performance page: leads from a CSV file, one automation bound, rows per second."""

import csv
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

from psycopg import sql

from benchmarks.harness import Comparison, Cost, Meter, World, world
from benchmarks.save import LEAD, PASSWORD, OneJob
from changliu.fields.registry import FIELD_TYPES
from changliu.identity import provision
from changliu.kit.ids import uuid7
from changliu.schema.catalogue import catalogue
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
# The same effects by hand: rows, history with its diff, jobs of 1,000 ids, a changeset; COPY into
# a staging table, a commit every 5,000 rows.
STAGE = sql.SQL(
    "CREATE TEMP TABLE staged (id uuid, name text, phone text, source text, level text,"
    " score text, amount text, company text, title text, mail text, city text, wanted text,"
    " note text) ON COMMIT DROP"
)
FLOOR = """
WITH made AS (
  INSERT INTO {t} (id, version, created_at, created_by, updated_at, updated_by, owner, team, {all})
  SELECT id, 1, %(now)s, %(me)s, %(now)s, %(me)s, %(me)s, NULL, name, phone, source, level,
    score::bigint, amount::numeric, company, title, mail, city, wanted::date, note FROM staged
  RETURNING *
), told AS (
  INSERT INTO {schema}.history
    (changeset, object, record, version, op, at, actor, via, diff, definitions)
  SELECT %(changeset)s, '1', id, 1, 'create', %(now)s, %(me)s, 'import',
    jsonb_build_object({pairs}), '{{}}' FROM made
), job AS (
  INSERT INTO {schema}.job (kind, payload, run_at, created_at)
  SELECT 'bench', jsonb_build_object('records', jsonb_agg(id)), %(now)s, %(now)s
  FROM (SELECT id, (row_number() OVER () - 1) / 1000 AS part FROM made) p GROUP BY part
)
INSERT INTO {schema}.changeset (id, at, actor, via, changes)
SELECT %(changeset)s, %(now)s, %(me)s, 'import', count(*) FROM made
"""


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


async def _line(bench: World, file: Path, rows: int) -> Comparison:
    database, workspace = bench.platform.database, bench.workspace
    await provision.ensure_admin(database, workspace, PASSWORD)
    async with database.transaction(workspace) as tx:
        actor = await provision.acting(tx)
    await install_objects(database, workspace, actor, [LEAD, {**LEAD, "key": "by_hand"}])
    importer = Importer(database, workspace, FIELD_TYPES, (OneJob(),), actor.member)

    async def ours() -> None:
        summary = await importer.run(ImportRequest(file, object="lead"))
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
    return Comparison(f"import {rows:,} leads, one job each 1,000", costs[0], costs[1], per_row)


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
    columns = [sql.Identifier(str(found.by_key[name].column)) for name in HEADER]
    pairs = [sql.SQL("{}, {}").format(sql.Literal(c.as_string(None)), c) for c in columns]
    query = sql.SQL(FLOOR).format(  # type: ignore[arg-type]
        t=sql.Identifier(workspace.schema, found.table),
        schema=sql.Identifier(workspace.schema),
        all=sql.SQL(", ").join(columns),
        pairs=sql.SQL(", ").join(pairs),
    )
    for part in _parts(file):
        async with database.transaction(workspace) as tx:
            await tx.execute(STAGE)
            async with tx.conn.cursor() as cursor, cursor.copy("COPY staged FROM STDIN") as copy:
                for row in part:
                    await copy.write_row([uuid7(), *row])
            values = {"now": tx.now, "me": actor.member, "changeset": uuid7()}
            await tx.execute(query, values)


def _parts(file: Path) -> Iterator[list[list[str]]]:
    with file.open(encoding="utf-8", newline="") as source:
        reader = csv.reader(source)
        next(reader)
        while part := list(islice(reader, BATCH)):
            yield part
