"""Writing jobs, and taking back those that have not begun."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.jobs.model import NewJob
from changliu.kit.db import Tx

# The head of an insert that other rooms glue into a statement of their own: a SELECT of exactly
# these columns follows. There are no time defaults, so run_at and created_at are parameters.
INSERT_JOB = (
    "INSERT INTO {schema}.job"
    " (kind, lock_key, payload, run_at, max_attempts, dedupe, caused_by, created_at)"
)
# Updating on a duplicate waits for a worker that is just running it and then writes a new job: a
# duplicate merges only with work that has not begun.
MERGE_DUPLICATE = (
    " ON CONFLICT (dedupe) WHERE dedupe IS NOT NULL AND dead_at IS NULL"
    " DO UPDATE SET run_at = least(job.run_at, excluded.run_at)"
)
_INSERT = sql.SQL(
    INSERT_JOB
    + " SELECT n.kind, coalesce(n.lock_key, n.dedupe), n.payload, coalesce(n.run_at, %(now)s),"
    " n.max_attempts, n.dedupe, n.caused_by, %(now)s"
    " FROM unnest(%(kind)s::text[], %(lock_key)s::text[], %(payload)s::jsonb[],"
    " %(run_at)s::timestamptz[], %(max_attempts)s::integer[], %(dedupe)s::text[],"
    " %(caused_by)s::uuid[]) WITH ORDINALITY"
    " AS n (kind, lock_key, payload, run_at, max_attempts, dedupe, caused_by, place)"
    " ORDER BY n.place" + MERGE_DUPLICATE + " RETURNING id"
)
# Jobs that changesets caused and no worker holds; `{concerns}` says for which of them.
_IDLE = (
    "SELECT j.id FROM {schema}.job j WHERE j.caused_by = ANY (%(changesets)s::uuid[])"
    " AND NOT EXISTS (SELECT FROM {schema}.job_lease l WHERE l.job = j.id AND l.until > %(real)s)"
    " AND {concerns} (j.payload -> 'records' ?| %(spared)s::text[]) IS TRUE"
    " FOR UPDATE OF j SKIP LOCKED"
)
_NARROW = (
    "UPDATE {schema}.job SET payload = jsonb_set(payload, ARRAY['records'],"
    " (SELECT jsonb_agg(r.id ORDER BY r.at)"
    " FROM jsonb_array_elements_text(payload -> 'records') WITH ORDINALITY AS r(id, at)"
    " WHERE r.id = ANY (%(spared)s::text[]))) WHERE id IN ({idle})"
)
_WITHDRAW = "DELETE FROM {schema}.job WHERE id IN ({idle}) RETURNING id"
_RERUN = sql.SQL(
    "UPDATE {schema}.job j SET dead_at = NULL, run_at = %(now)s, attempts = 0, error = NULL,"
    " dedupe = CASE WHEN EXISTS (SELECT FROM {schema}.job o WHERE o.dedupe = j.dedupe"
    " AND o.dead_at IS NULL AND o.id <> j.id) THEN NULL ELSE j.dedupe END"
    " WHERE j.id = %(id)s RETURNING j.id"
)
_KEEP_DUE = sql.SQL(
    "UPDATE {schema}.job SET run_at = %(now)s"
    " WHERE dead_at IS NULL AND run_at > %(now)s AND run_at <= %(before)s"
)
_FORGIVE = sql.SQL("DELETE FROM {schema}.job_strike WHERE job = %(id)s")
_DISCARD = sql.SQL("DELETE FROM {schema}.job WHERE id = %(id)s RETURNING id")


async def insert(tx: Tx, jobs: Sequence[NewJob]) -> list[int]:
    """Write jobs in one statement and return their ids, in order; `dedupe` must not repeat."""
    columns = {
        "kind": [job.kind for job in jobs],
        "lock_key": [job.lock_key for job in jobs],
        "payload": [Jsonb(dict(job.payload)) for job in jobs],
        "run_at": [job.run_at for job in jobs],
        "max_attempts": [job.max_attempts for job in jobs],
        "dedupe": [job.dedupe for job in jobs],
        "caused_by": [job.caused_by for job in jobs],
    }
    query = _INSERT.format(schema=sql.Identifier(tx.schema))
    return [row[0] for row in await tx.rows(query, {**columns, "now": tx.now})]


async def withdraw(
    tx: Tx, changesets: Sequence[UUID], spared: Collection[UUID], real: datetime
) -> int:
    """Delete jobs these changesets caused, except those a worker holds; return how many.

    Those whose payload lists `spared` records stay, for these records alone.
    """
    given = {"changesets": list(changesets), "spared": [str(r) for r in spared], "real": real}
    if spared:
        await tx.execute(_idle(tx, _NARROW, ""), given)
    return await tx.execute(_idle(tx, _WITHDRAW, "NOT"), given)


def _idle(tx: Tx, text: LiteralString, concerns: LiteralString) -> sql.Composed:
    schema = sql.Identifier(tx.schema)
    idle = sql.SQL(_IDLE).format(schema=schema, concerns=sql.SQL(concerns))
    return sql.SQL(text).format(schema=schema, idle=idle)


async def rerun(tx: Tx, job: int) -> bool:
    """Make a job due now with a clean slate; False when there is no such job."""
    schema = sql.Identifier(tx.schema)
    await tx.execute(_FORGIVE.format(schema=schema), {"id": job})
    return await tx.row(_RERUN.format(schema=schema), {"id": job, "now": tx.now}) is not None


async def discard(tx: Tx, job: int) -> bool:
    """Delete a job; False when there is no such job."""
    schema = sql.Identifier(tx.schema)
    await tx.execute(_FORGIVE.format(schema=schema), {"id": job})
    return await tx.row(_DISCARD.format(schema=schema), {"id": job}) is not None


async def keep_due(tx: Tx, before: datetime) -> None:
    """Make due now whatever was due at `before`."""
    query = _KEEP_DUE.format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, {"now": tx.now, "before": before})
