"""Claiming due jobs and settling them: the statements one batch consists of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from changliu.jobs.model import Job
from changliu.kit.db import Tx

# Driven by the index on (run_at, id); an earlier live job of the same key comes first.
_CLAIM = sql.SQL(
    "SELECT j.id, j.kind, j.lock_key, j.payload, j.run_at, j.attempts, j.max_attempts,"
    " j.caused_by, j.created_at, j.dedupe"
    " FROM {schema}.job j WHERE j.dead_at IS NULL AND j.run_at <= %(now)s"
    " AND (j.lock_key IS NULL OR NOT EXISTS (SELECT FROM {schema}.job o"
    " WHERE o.lock_key = j.lock_key AND o.id < j.id AND o.dead_at IS NULL))"
    " AND NOT EXISTS (SELECT FROM {schema}.job_lease l WHERE l.job = j.id AND l.until > %(real)s)"
    " AND j.kind <> ALL (%(held)s::text[])"
    " ORDER BY j.run_at, j.id LIMIT %(limit)s FOR UPDATE OF j SKIP LOCKED"
)
_BEGIN = sql.SQL("UPDATE {schema}.job SET dedupe = NULL WHERE id = %(job)s")
# The mark must outlive this process, not the server: an asynchronous commit is enough and cheap.
_MARK = sql.SQL(
    "INSERT INTO {schema}.job_running (worker, jobs, since)"
    " SELECT %(worker)s, %(jobs)s, %(real)s"
    " FROM (SELECT set_config('synchronous_commit', 'off', true)) AS fast"
    " RETURNING id,"
    " EXISTS (SELECT FROM {schema}.job_running r WHERE r.jobs && %(jobs)s::bigint[])"
    " OR EXISTS (SELECT FROM {schema}.job_strike s WHERE s.job = ANY (%(jobs)s::bigint[]))"
)
_STRIKE = sql.SQL(
    "WITH ended AS (DELETE FROM {schema}.job_running"
    " WHERE jobs && %(jobs)s::bigint[] AND id <> %(mark)s RETURNING jobs)"
    " INSERT INTO {schema}.job_strike (job, strikes)"
    " SELECT job, count(*) FROM ended, unnest(ended.jobs) AS job GROUP BY job"
    " ON CONFLICT (job) DO UPDATE SET strikes = job_strike.strikes + excluded.strikes"
)
_STRIKES = sql.SQL(
    "SELECT job, strikes FROM {schema}.job_strike WHERE job = ANY (%(jobs)s::bigint[])"
)
_NARROW = sql.SQL("UPDATE {schema}.job_running SET jobs = %(jobs)s WHERE id = %(mark)s")
_LEASE = sql.SQL(
    "INSERT INTO {schema}.job_lease (job, worker, until) VALUES (%(job)s, %(worker)s, %(until)s)"
    " ON CONFLICT (job) DO UPDATE SET worker = excluded.worker, until = excluded.until"
)
_HELD = sql.SQL(
    "SELECT TRUE FROM {schema}.job j JOIN {schema}.job_lease l ON l.job = j.id"
    " WHERE j.id = %(job)s AND l.worker = %(worker)s AND l.until = %(until)s FOR UPDATE"
)
_SETTLE = sql.SQL(
    "WITH gone AS (DELETE FROM {schema}.job WHERE id = ANY (%(done)s::bigint[])),"
    " cleared AS (DELETE FROM {schema}.job_strike WHERE job = ANY (%(survived)s::bigint[])),"
    " freed AS (DELETE FROM {schema}.job_lease WHERE job = ANY (%(done)s::bigint[]))"
    " DELETE FROM {schema}.job_running WHERE id = %(mark)s"
)
_FAIL = sql.SQL(
    "WITH freed AS (DELETE FROM {schema}.job_lease WHERE job = ANY (%(id)s::bigint[]))"
    " UPDATE {schema}.job j SET attempts = f.attempts, error = f.error,"
    " run_at = coalesce(f.run_at, j.run_at),"
    " dead_at = CASE WHEN f.run_at IS NULL THEN %(now)s::timestamptz END"
    " FROM unnest(%(id)s::bigint[], %(attempts)s::integer[], %(error)s::text[],"
    " %(run_at)s::timestamptz[]) AS f (id, attempts, error, run_at) WHERE j.id = f.id"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that did not get through: `run_at` is its next try, None sets it aside."""

    id: int
    attempts: int
    error: str
    run_at: datetime | None


async def claim(tx: Tx, limit: int, real: datetime, held: Collection[str]) -> list[Job]:
    """Lock and return at most `limit` due jobs, oldest first, leaving out the `held` kinds."""
    query = _CLAIM.format(schema=sql.Identifier(tx.schema))
    params = {"now": tx.now, "real": real, "held": sorted(held), "limit": limit}
    return [Job(*row) for row in await tx.rows(query, params)]


async def begin(tx: Tx, job: Job) -> None:
    """Let nothing merge with a job any more: who asks from now on is heard, itself included."""
    if job.dedupe is not None:
        await tx.execute(_BEGIN.format(schema=sql.Identifier(tx.schema)), {"job": job.id})


async def mark(tx: Tx, worker: UUID, jobs: Sequence[int], real: datetime) -> tuple[int, bool]:
    """Note a batch as running; return the note's id and whether any of it ended badly before."""
    query = _MARK.format(schema=sql.Identifier(tx.schema))
    row = await tx.row(query, {"worker": worker, "jobs": list(jobs), "real": real})
    if row is None:
        raise LookupError("the note of a running batch was not written")
    return row[0], row[1]


async def count_strikes(tx: Tx, mark: int, jobs: Sequence[int]) -> dict[int, int]:
    """Turn notes left by batches that never ended into strikes; return strikes by job."""
    schema = sql.Identifier(tx.schema)
    params = {"jobs": list(jobs), "mark": mark}
    await tx.execute(_STRIKE.format(schema=schema), params)
    return dict(await tx.rows(_STRIKES.format(schema=schema), params))


async def narrow(tx: Tx, mark: int, jobs: Sequence[int]) -> None:
    """Reduce a note to the jobs that are really going to run."""
    query = _NARROW.format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, {"mark": mark, "jobs": list(jobs)})


async def lease(tx: Tx, job: int, worker: UUID, until: datetime) -> None:
    """Hold a job for an outside call until an instant of real time."""
    query = _LEASE.format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, {"job": job, "worker": worker, "until": until})


async def still_leased(tx: Tx, job: int, worker: UUID, until: datetime) -> bool:
    """Lock a job and say whether this worker's own lease on it still stands."""
    query = _HELD.format(schema=sql.Identifier(tx.schema))
    row = await tx.row(query, {"job": job, "worker": worker, "until": until})
    return row is not None


async def settle(tx: Tx, mark: int | None, done: Sequence[int], failed: Sequence[int] = ()) -> None:
    """Delete finished jobs, their leases, the batch's note; forgive whoever did not kill it."""
    query = _SETTLE.format(schema=sql.Identifier(tx.schema))
    params = {"mark": mark, "done": list(done), "survived": [*done, *failed]}
    await tx.execute(query, params)


async def fail(tx: Tx, failures: Sequence[Failure]) -> None:
    """Put failed jobs back for their next try, or set them aside."""
    params = {
        "id": [failure.id for failure in failures],
        "attempts": [failure.attempts for failure in failures],
        "error": [failure.error for failure in failures],
        "run_at": [failure.run_at for failure in failures],
        "now": tx.now,
    }
    await tx.execute(_FAIL.format(schema=sql.Identifier(tx.schema)), params)
