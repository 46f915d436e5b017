"""Sealing and checking history: a batch of 5,000 entries, against hashing the same rows by hand.

A save does nothing for its seal: history has no column, index or trigger for it.
"""

from dataclasses import replace
from itertools import count
from typing import Any

from psycopg import sql

from benchmarks.harness import Call, Comparison, World, compare, world
from changliu.kit.db import Tx
from changliu.records.history.sealing.service import ENTRIES, Horizon, seal
from changliu.records.history.sealing.verify import verify

# Batches that get sealed: five to warm up, then rounds × calls.
ROUNDS, CALLS = 2, 10
BATCHES = 5 + ROUNDS * CALLS
# What an update of two fields leaves: about 200 bytes of diff.
FILL = (
    "INSERT INTO {schema}.history"
    " (changeset, object, record, version, op, at, actor, via, diff, definitions)"
    " SELECT %(id)s, '1', gen_random_uuid(), i, 'update', %(now)s, %(id)s, 'api',"
    " jsonb_build_object('f_1', jsonb_build_object('o', repeat('客户', 20), 'n', i::text),"
    " 'f_2', jsonb_build_object('o', i, 'n', i + 1)), jsonb_build_object('catalogue', 1)"
    " FROM generate_series(1, %(count)s) AS i"
)
FLOOR = (
    "SELECT sha256(string_agg(sha256(convert_to(h::text, 'UTF8')), ''::bytea ORDER BY seq))"
    " FROM {schema}.history h WHERE seq BETWEEN %(first)s AND %(last)s"
)
SOMEONE = "00000000-0000-7000-8000-000000000001"


async def run(scale: int) -> list[Comparison]:
    """Return the lines: sealing a batch, checking a batch; at most 1,000,000 entries beside."""
    async with world() as bench:
        await _fill(bench, max(BATCHES * ENTRIES, min(scale, 1_000_000)))
        return [await _sealing(bench), await _checking(bench)]


async def _fill(bench: World, entries: int) -> None:
    database = bench.platform.database
    async with database.transaction(bench.workspace, timeout_ms=600_000) as tx:
        await _rows(tx, FILL, {"id": SOMEONE, "now": tx.now, "count": entries})
    async with database.ddl(bench.workspace, exclusive=False) as tx:
        await _rows(tx, "ANALYZE {schema}.history", {})


async def _sealing(bench: World) -> Comparison:
    turns = count(1)

    async def ours() -> None:
        async with bench.platform.database.transaction(bench.workspace) as tx:
            await seal(tx, bench.settings.data, Horizon(next(turns) * ENTRIES))

    title = f"seal {ENTRIES:,} entries"
    line = await compare(bench, title, ours, _floor(bench), rounds=ROUNDS, calls=CALLS)
    return _paced(line, ENTRIES)


async def _checking(bench: World) -> Comparison:
    async def ours() -> None:
        async with bench.platform.database.transaction(bench.workspace, write=False) as tx:
            assert (await verify(tx, bench.settings.data)).ok

    line = await compare(bench, f"verify {BATCHES} seals", ours, rounds=1, calls=3)
    return _paced(line, ENTRIES * BATCHES)


def _paced(line: Comparison, entries: int) -> Comparison:
    return replace(line, notes={"entries/s": f"{entries / line.ours.p50 * 1000:,.0f}"})


def _floor(bench: World) -> Call:
    turns = count(0)

    async def floor() -> None:
        first = next(turns) * ENTRIES + 1
        async with bench.platform.database.transaction(bench.workspace) as tx:
            await _rows(tx, FLOOR, {"first": first, "last": first + ENTRIES - 1})

    return floor


async def _rows(tx: Tx, text: str, params: dict[str, Any]) -> None:
    await tx.execute(sql.SQL(text).format(schema=sql.Identifier(tx.schema)), params)  # type: ignore[arg-type]
