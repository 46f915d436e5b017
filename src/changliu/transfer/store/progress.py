"""How far an import is: its cursor, and the rows that were refused."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.records.history.erasure.model import GONE_EN, GONE_ZH
from changliu.transfer.cells import CellFault
from changliu.transfer.model import Counts, RowFault

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Job:
    """An import as stored."""

    id: UUID
    sweep: int
    place: int
    counts: Counts


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema))


async def find_running(tx: Tx, digest: str, settings: str) -> Job | None:
    """Return the unfinished import of the same file in the same way, if there is one."""
    row = await tx.row(
        _in(
            tx,
            "SELECT id, sweep, place, counts FROM {schema}.import_job"
            " WHERE digest = %s AND settings = %s AND state = 'running' AND upload IS NULL"
            " ORDER BY started_at DESC LIMIT 1",
        ),
        [digest, settings],
    )
    return Job(row[0], row[1], row[2], Counts(**row[3])) if row else None


async def insert_job(tx: Tx, values: dict[str, Any]) -> None:
    """Add an import: id, object, file, digest, settings, mapping, member."""
    query = (
        "INSERT INTO {schema}.import_job (id, object, file, digest, settings, mapping, member,"
        " state, sweep, place, counts, started_at, changed_at)"
        " VALUES (%(id)s, %(object)s, %(file)s, %(digest)s, %(settings)s, %(mapping)s, %(member)s,"
        " 'running', 1, 0, %(counts)s, %(at)s, %(at)s)"
    )
    counts = Jsonb(Counts().as_json())
    mapping = Jsonb(values["mapping"])
    await tx.execute(_in(tx, query), {**values, "mapping": mapping, "counts": counts, "at": tx.now})


async def lock_job(tx: Tx, import_id: UUID) -> Job | None:
    """Return a running import, its row locked: whoever holds it is the one that goes on."""
    query = (
        "SELECT id, sweep, place, counts FROM {schema}.import_job"
        " WHERE id = %s AND state = 'running' FOR UPDATE"
    )
    row = await tx.row(_in(tx, query), [import_id])
    return Job(row[0], row[1], row[2], Counts(**row[3])) if row else None


async def move(tx: Tx, job: Job, state: str = "running") -> None:
    """Store how far an import is."""
    query = (
        "UPDATE {schema}.import_job SET sweep = %s, place = %s, counts = %s, state = %s,"
        " changed_at = %s WHERE id = %s"
    )
    counts = Jsonb(job.counts.as_json())
    await tx.execute(_in(tx, query), [job.sweep, job.place, counts, state, tx.now, job.id])


async def cancel(tx: Tx, import_id: UUID) -> None:
    """Close an unfinished import; what it wrote stays, and one that has ended meanwhile its end."""
    query = (
        "UPDATE {schema}.import_job SET state = 'cancelled', changed_at = %s"
        " WHERE id = %s AND state NOT IN ('done', 'cancelled')"
    )
    await tx.execute(_in(tx, query), [tx.now, import_id])


async def insert_faults(tx: Tx, import_id: UUID, sweep: int, rows: Sequence[RowFault]) -> None:
    """Keep refused rows."""
    if not rows:
        return
    query = (
        "INSERT INTO {schema}.import_fault (import, row, sweep, line, cells, faults)"
        " SELECT %(import)s, r.row, %(sweep)s, r.line, r.cells, r.faults"
        " FROM jsonb_to_recordset(%(rows)s::jsonb)"
        " AS r(row bigint, line bigint, cells jsonb, faults jsonb)"
    )
    documents = [
        {
            "row": fault.row,
            "line": fault.line,
            "cells": list(fault.cells),
            "faults": [cell.as_json() for cell in fault.faults],
        }
        for fault in rows
    ]
    values = {"import": import_id, "sweep": sweep, "rows": orjson.dumps(documents).decode()}
    await tx.execute(_in(tx, query), values)


# The same marks as `loose` leaves out. Codes and columns stay: the row's number still says why.
BLANKED = """
UPDATE {schema}.import_fault t
   SET cells = (SELECT coalesce(jsonb_agg(%(gone)s::text), '[]')
                  FROM jsonb_array_elements(t.cells)),
       faults = (SELECT coalesce(jsonb_agg(f.v || %(silent)s::jsonb), '[]')
                   FROM jsonb_array_elements(t.faults) f(v))
 WHERE EXISTS (
   SELECT 1 FROM jsonb_array_elements_text(t.cells) c(v), unnest(%(texts)s::text[]) w(v)
    WHERE strpos(regexp_replace(c.v, '[\\s()（）+.-]+', '', 'g'), w.v) > 0)
"""


async def blank_rows(tx: Tx, texts: Sequence[str]) -> None:
    """Blank cells and messages of refused rows that hold one of the texts, spaces and marks of
    phone numbers left out."""
    silent = orjson.dumps({"zh": GONE_ZH, "en": GONE_EN, "value": None}).decode()
    values = {"gone": GONE_ZH, "silent": silent, "texts": list(texts)}
    await tx.execute(_in(tx, BLANKED), values)


async def refused_rows(tx: Tx, import_id: UUID) -> AsyncIterator[RowFault]:
    """Yield the refused rows of an import in the order of the file, a page at a time."""
    query = (
        "SELECT row, sweep, line, cells, faults FROM {schema}.import_fault"
        " WHERE import = %s AND (row, sweep) > (%s, %s) ORDER BY row, sweep LIMIT %s"
    )
    after = (0, 0)
    while True:
        rows = await tx.rows(_in(tx, query), [import_id, *after, PAGE])
        for row in rows:
            after = (row[0], row[1])
            yield fault_of_row(row)
        if len(rows) < PAGE:
            return


def fault_of_row(row: tuple[Any, ...]) -> RowFault:
    """Return the refused row of (row, sweep, line, cells, faults)."""
    number, _, line, cells, faults = row
    return RowFault(number, line, tuple(cells), tuple(CellFault(**fault) for fault in faults))


async def refused_numbers(tx: Tx, import_id: UUID) -> set[int]:
    """Return the numbers of the rows the first sweep refused."""
    query = "SELECT row FROM {schema}.import_fault WHERE import = %s AND sweep = 1"
    return {row[0] for row in await tx.rows(_in(tx, query), [import_id])}
