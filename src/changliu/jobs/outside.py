"""Calls to the outside: made under a committed lease, with no transaction open."""

import asyncio
from dataclasses import replace

from changliu.jobs.batch import Crew, Lease, failure, names_of
from changliu.jobs.model import LongWork
from changliu.jobs.store import claim
from changliu.kit import clock, logs
from changliu.kit.db import Database, Workspace
from changliu.kit.failpoints import reach


async def call_out(database: Database, workspace: Workspace, crew: Crew, lease: Lease) -> bool:
    """Make a leased call and settle its job; True when it was done.

    The key is the same for every attempt. A lease that ran out in the meantime belongs to someone
    else: nothing is written then.
    """
    logs.begin(**{name: text for name, text in names_of(workspace, lease.job).items() if text})
    reach("jobs.lease")
    key = f"{workspace.schema}:{lease.job.id}"
    error: Exception | None = None
    answer = None
    try:
        async with asyncio.timeout((lease.until - clock.real()).total_seconds()):
            external = lease.external
            if isinstance(external, LongWork):
                answer = await external.work(database, workspace, lease.job)
            else:
                answer = await external.call(lease.prepared, key)
    except Exception as caught:
        error = caught
    reach("jobs.call")
    if error is None:
        try:
            return await _finish(database, workspace, crew, lease, answer)
        except Exception as caught:
            error = caught
    await _put_back(database, workspace, crew, lease, error)
    return False


async def _finish(
    database: Database, workspace: Workspace, crew: Crew, lease: Lease, answer: object
) -> bool:
    async with database.transaction(workspace, timeout_ms=crew.statement_ms) as tx:
        if not await claim.still_leased(tx, lease.job.id, crew.worker, lease.until):
            return False
        await lease.external.finish(tx, lease.job, answer)
        await claim.settle(tx, None, [lease.job.id])
        return True


async def _put_back(
    database: Database, workspace: Workspace, crew: Crew, lease: Lease, error: Exception
) -> None:
    async with database.transaction(workspace) as tx:
        if not await claim.still_leased(tx, lease.job.id, crew.worker, lease.until):
            return
        tried = replace(lease.job, attempts=lease.job.attempts + 1)
        await claim.fail(tx, [failure(tx, crew, tried, error, counted=0)])
