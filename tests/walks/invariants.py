"""What must hold of every workspace after any kill: a list that rooms add to.

`hold(site)` asks each of `INVARIANTS` in one transaction; a room whose data could contradict itself
after a crash (roll-ups, ledgers) adds a function here rather than a check in one walk.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from psycopg import sql
from tests.walks.harness import Site

from changliu.files.folder import folder_of, marked
from changliu.kit.db import Tx
from changliu.records.history.sealing.verify import verify
from changliu.records.rollups.service import drift
from changliu.records.search.comparing import compare_keys
from changliu.schema.catalogue import catalogue
from changliu.schema.leftovers.service import compare

Invariant = Callable[[Tx, Path], Awaitable[None]]


async def rows(tx: Tx, query: str, *names: str) -> list[tuple[Any, ...]]:
    """Run a query whose `{schema}` is the workspace's; `{}` are the identifiers given."""
    places = [sql.Identifier(name) for name in names]
    return await tx.rows(sql.SQL(query).format(*places, schema=sql.Identifier(tx.schema)))


async def the_chain_is_valid(tx: Tx, data: Path) -> None:
    """History is as it was sealed."""
    report = await verify(tx, data)
    assert report.ok, report.findings


async def every_version_has_its_history(tx: Tx, _: Path) -> None:
    """A record of version n has n entries, one for each version, the last of them its own."""
    query = (
        "SELECT o.id FROM {schema}.{} o LEFT JOIN {schema}.history h ON h.record = o.id"
        " GROUP BY o.id, o.version HAVING array_agg(h.version ORDER BY h.version)"
        " IS DISTINCT FROM (SELECT array_agg(n) FROM generate_series(1, o.version) n) LIMIT 5"
    )
    for found in (await catalogue(tx)).objects:
        if await _has(tx, found.table, "version"):
            assert await rows(tx, query, found.table) == [], f"{found.key}: version and history"


async def every_entry_has_its_changeset(tx: Tx, _: Path) -> None:
    """History names changesets that are there; a key was used by an actor once."""
    query = (
        "SELECT DISTINCT changeset FROM {schema}.history h"
        " WHERE NOT EXISTS (SELECT FROM {schema}.changeset c WHERE c.id = h.changeset) LIMIT 5"
    )
    assert await rows(tx, query) == [], "history of no changeset"
    query = (
        "SELECT actor, idempotency_key FROM {schema}.changeset WHERE idempotency_key IS NOT NULL"
        " GROUP BY 1, 2 HAVING count(*) > 1 LIMIT 5"
    )
    assert await rows(tx, query) == [], "a write under one key was done twice"


async def every_file_has_its_bytes(tx: Tx, data: Path) -> None:
    """A row's bytes are there; bytes without a row are marked, so that the sweep takes them."""
    folder = folder_of(data, tx.schema)
    named = {row[0] for row in await rows(tx, "SELECT sha256 FROM {schema}.file")}
    assert [digest for digest in named if not folder.place(digest).is_file()] == []
    kept = {path.name for path in folder.root.glob("??/??/*")}
    left = {marked(path) for path in folder.incoming.glob("*")}
    assert kept - named <= left, "bytes that no row names and no sweep will find"


async def no_roll_up_has_drifted(tx: Tx, _: Path) -> None:
    """Every maintained roll-up that is filled says what its children say."""
    assert await drift(tx) == []


async def every_record_is_found_by_what_it_says(tx: Tx, _: Path) -> None:
    """Keys of search are those of the live records, and of nothing else."""
    found = await compare_keys(tx, 1_000)
    assert found.wrong == 0, found


async def tables_are_as_catalogued(tx: Tx, _: Path) -> None:
    """Every field has its column; nothing is half-built or without an owner."""
    found = await compare(tx)
    assert found.sound, found


async def _has(tx: Tx, table: str, column: str) -> bool:
    query = (
        "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s"
        " AND NOT attisdropped"
    )
    return await tx.row(query, [f"{tx.schema}.{table}", column]) is not None


INVARIANTS: list[Invariant] = [
    the_chain_is_valid,
    every_version_has_its_history,
    every_entry_has_its_changeset,
    every_file_has_its_bytes,
    no_roll_up_has_drifted,
    every_record_is_found_by_what_it_says,
    tables_are_as_catalogued,
]


async def hold(site: Site) -> None:
    """Check every invariant of the site's workspace."""
    async with (
        site.opened() as (database, workspace),
        database.transaction(workspace, write=False) as tx,
    ):
        for invariant in INVARIANTS:
            await invariant(tx, site.data)
