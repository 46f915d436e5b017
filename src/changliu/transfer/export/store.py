"""The tables of exports: background jobs, and the log of what was taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx
from changliu.kit.errors import Problem
from changliu.transfer.export.model import ExportJob, ExportRequest, read_request

_COLUMNS = "id, member, request, state, total, done, file, problem, created_at, finished_at"


@dataclass(frozen=True, slots=True)
class Taken:
    """What an export took away: field paths of the columns, rows, digest of the file."""

    member: UUID
    request: ExportRequest
    columns: tuple[str, ...]
    rows: int
    sha256: str
    job: UUID | None = None


def _in(tx: Tx, query: LiteralString) -> sql.Composed:
    return sql.SQL(query).format(schema=sql.Identifier(tx.schema), columns=sql.SQL(_COLUMNS))


async def insert_log(tx: Tx, taken: Taken) -> None:
    """Write down who took what away."""
    query = (
        "INSERT INTO {schema}.export_log"
        " (at, member, object, format, filter, q, sort, columns, ids, rows, sha256, job)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    )
    asked = taken.request
    values = [
        tx.now, taken.member, asked.object, asked.format, asked.filter, asked.q, list(asked.sort),
        list(taken.columns), asked.ids, taken.rows, taken.sha256, taken.job,
    ]  # fmt: skip
    await tx.execute(_in(tx, query), values)


async def log_lines(
    tx: Tx, *, member: UUID | None, object_key: str | None, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Return lines of the log, newest first, below the number `before`."""
    query = (
        "SELECT seq, at, member, object, format, filter, q, sort, columns, ids, rows, sha256, job"
        " FROM {schema}.export_log WHERE (%(member)s::uuid IS NULL OR member = %(member)s)"
        " AND (%(object)s::text IS NULL OR object = %(object)s)"
        " AND (%(before)s::bigint IS NULL OR seq < %(before)s) ORDER BY seq DESC LIMIT %(limit)s"
    )
    values = {"member": member, "object": object_key, "before": before, "limit": limit}
    return await tx.dicts(_in(tx, query), values)


async def insert_job(tx: Tx, job: UUID, member: UUID, request: ExportRequest, total: int) -> None:
    """Add an export that a job will make."""
    query = (
        "INSERT INTO {schema}.export_job (id, member, request, state, total, done, created_at)"
        " VALUES (%s, %s, %s, 'waiting', %s, 0, %s)"
    )
    await tx.execute(_in(tx, query), [job, member, Jsonb(request.as_json()), total, tx.now])


async def count_unfinished(tx: Tx, member: UUID) -> int:
    """Return how many exports of a member wait or run; two who ask at once ask in turn."""
    lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))"
    await tx.execute(lock, [f"{tx.schema}:export:{member}"])
    query = (
        "SELECT count(*) FROM {schema}.export_job"
        " WHERE member = %s AND state IN ('waiting', 'running')"
    )
    row = await tx.row(_in(tx, query), [member])
    return int(row[0]) if row else 0


async def find_job(tx: Tx, job: UUID, *, lock: bool = False) -> ExportJob | None:
    """Return an export, its row locked if asked."""
    query: LiteralString = "SELECT {columns} FROM {schema}.export_job WHERE id = %s"
    row = await tx.row(_in(tx, f"{query} FOR UPDATE" if lock else query), [job])
    return _job(row) if row else None


async def jobs_of(tx: Tx, member: UUID, limit: int) -> list[ExportJob]:
    """Return a member's latest exports."""
    query = (
        "SELECT {columns} FROM {schema}.export_job WHERE member = %s"
        " ORDER BY created_at DESC, id DESC LIMIT %s"
    )
    return [_job(row) for row in await tx.rows(_in(tx, query), [member, limit])]


async def advance(tx: Tx, job: UUID, done: int) -> bool:
    """Say how many rows are written; False when the export is no longer wanted."""
    query = (
        "UPDATE {schema}.export_job SET state = 'running', done = %s"
        " WHERE id = %s AND state IN ('waiting', 'running')"
    )
    return await tx.execute(_in(tx, query), [done, job]) == 1


async def finish(tx: Tx, job: UUID, rows: int, file: UUID) -> None:
    """Say that the file is there."""
    query = (
        "UPDATE {schema}.export_job SET state = 'done', total = %s, done = %s, file = %s,"
        " finished_at = %s WHERE id = %s"
    )
    await tx.execute(_in(tx, query), [rows, rows, file, tx.now, job])


async def fail(tx: Tx, job: UUID, problem: Problem) -> None:
    """Say why there will be no file."""
    query = (
        "UPDATE {schema}.export_job SET state = 'failed', problem = %s, finished_at = %s"
        " WHERE id = %s AND state IN ('waiting', 'running')"
    )
    told = {"code": problem.code, "zh": problem.zh, "en": problem.en}
    await tx.execute(_in(tx, query), [Jsonb(told), tx.now, job])


async def cancel(tx: Tx, job: UUID) -> None:
    """Stop an export, or forget its file."""
    query = (
        "UPDATE {schema}.export_job SET state = 'cancelled', file = NULL,"
        " finished_at = coalesce(finished_at, %s) WHERE id = %s"
    )
    await tx.execute(_in(tx, query), [tx.now, job])


async def ready_files(tx: Tx) -> list[UUID]:
    """Return the files of exports that lie ready, and let no one fetch them any more."""
    query = (
        "UPDATE {schema}.export_job t SET file = NULL FROM (SELECT id, file FROM"
        " {schema}.export_job WHERE file IS NOT NULL ORDER BY id FOR UPDATE) held"
        " WHERE t.id = held.id RETURNING held.file"
    )
    return [row[0] for row in await tx.rows(_in(tx, query))]


async def remove(tx: Tx, target: str, before: datetime) -> list[UUID]:
    """Forget exports of an object in the background; return their files. The log keeps them."""
    query = (
        "DELETE FROM {schema}.export_job WHERE request ->> 'object' = %s AND created_at < %s"
        " RETURNING file"
    )
    rows = await tx.rows(_in(tx, query), [target, before])
    return [row[0] for row in rows if row[0] is not None]


async def blank_questions(tx: Tx, texts: Sequence[str], gone: str) -> None:
    """Blank filters and searches that hold one of the texts, marks of phone numbers left out.

    Jobs belong to the program; the log is the eraser's to touch.
    """
    holds = "EXISTS (SELECT 1 FROM unnest(%(texts)s::text[]) w(v) WHERE strpos(regexp_replace("
    loose = ", '[\\s()（）+.-]+', '', 'g'), w.v) > 0)"
    values = {"texts": list(texts), "gone": gone}
    job = (
        "UPDATE {schema}.export_job SET request = request || jsonb_build_object('filter',"
        f" %(gone)s::text, 'q', '') WHERE {holds}concat_ws(' ', request->>'filter', request->>'q')"
        f"{loose}"
    )
    await tx.execute(_in(tx, job), values)
    log = (
        "UPDATE {schema}.export_log SET filter = %(gone)s, q = ''"
        f" WHERE {holds}concat_ws(' ', filter, q){loose}"
    )
    await tx.execute("SELECT set_config('role', 'none', true)")
    await tx.execute(_in(tx, log), values)
    await tx.execute("SELECT set_config('role', %s, true)", [tx.schema])


def _job(row: Sequence[Any]) -> ExportJob:
    job, member, request, *rest = row
    return ExportJob(job, member, read_request(request), *rest)
