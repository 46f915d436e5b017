"""One batch of jobs: claim, run and settle in one transaction."""

import asyncio
import logging
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from changliu.jobs.model import External, Job, Later, LongWork, Park, Registry
from changliu.jobs.store import claim
from changliu.jobs.store.claim import Failure
from changliu.kit import clock, logs
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.failpoints import reach

# Where a crash walk may kill a worker.
STEPS = ("jobs.claim", "jobs.mark", "jobs.run", "jobs.settle", "jobs.lease", "jobs.call")
# A batch holds its locks and the oldest snapshot until it commits, so it stops taking up further
# jobs after this long; they are simply claimed again.
SPAN = timedelta(seconds=1)
# A job in this many batches that ended with their worker's death is set aside. From the first
# strike it runs alone, so its neighbours are cleared.
STRIKES = 4
ERROR_LENGTH = 2_000
log = logging.getLogger(__name__)


def back_off(attempts: int) -> timedelta:
    """Return the pause after `attempts` failures: 0.5 s, times 4 each, at most 1 h, ± 20 %."""
    seconds = min(3600.0, 0.5 * 4.0 ** (attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


@dataclass(frozen=True, slots=True)
class Crew:
    """What every batch of one worker shares."""

    worker: UUID
    registry: Registry
    limit: int = 20
    statement_ms: int = 60_000
    batch_seconds: float = 300.0
    pause: Callable[[int], timedelta] = back_off


@dataclass(frozen=True, slots=True)
class Lease:
    """An outside call this worker may now make, until an instant of real time."""

    job: Job
    external: External | LongWork
    prepared: Any
    until: datetime


@dataclass(slots=True)
class Outcome:
    """What became of a batch: ids done, failures, calls to make, and how many were claimed."""

    done: list[int] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    claimed: int = 0


async def run_batch(
    database: Database,
    workspace: Workspace,
    crew: Crew,
    held: Collection[str] = (),
    slots: int = 0,
) -> Outcome:
    """Run due jobs of one workspace; `held` kinds wait, at most `slots` outside calls are leased.

    1. claim due jobs, oldest first, one per key; 2. note them on a second connection, so that a
    death is remembered; 3. run each on this transaction; 4. delete the done, put back the failed.
    """
    async with (
        # A handler that hangs counts as one that killed its worker: the note stays, a strike.
        asyncio.timeout(crew.batch_seconds),
        database.transaction(workspace, timeout_ms=crew.statement_ms) as tx,
    ):
        jobs = await claim.claim(tx, crew.limit, clock.real(), held)
        if not jobs:
            return Outcome()
        reach("jobs.claim")
        mark, strikes = await _mark(database, workspace, crew, [job.id for job in jobs])
        reach("jobs.mark")
        outcome = await _run_suspects(tx, crew, jobs, strikes, slots)
        reach("jobs.run")
        await _settle(tx, mark, outcome)
        reach("jobs.settle")
    outcome.claimed = len(jobs)
    return outcome


async def _mark(
    database: Database, workspace: Workspace, crew: Crew, jobs: list[int]
) -> tuple[int, dict[int, int]]:
    """Note the batch in a transaction of its own; return the note's id and strikes by job."""

    async def note() -> tuple[int, dict[int, int]]:
        async with database.transaction(workspace) as tx:
            mark, suspicious = await claim.mark(tx, crew.worker, jobs, clock.real())
            strikes = await claim.count_strikes(tx, mark, jobs) if suspicious else {}
            if strikes:
                await claim.narrow(tx, mark, [min(strikes)])
            return mark, strikes

    # A task has a context of its own: the batch's business instant stays fixed.
    return await asyncio.create_task(note())


async def _run_suspects(
    tx: Tx, crew: Crew, jobs: list[Job], strikes: dict[int, int], slots: int
) -> Outcome:
    if not strikes:
        return await _run_all(tx, crew, jobs, slots)
    suspect = next(job for job in jobs if job.id == min(strikes))
    if strikes[suspect.id] < STRIKES:
        return await _run_each(tx, crew, [suspect], slots)
    text = f"its worker died or hung {strikes[suspect.id]} times while running it"
    return Outcome(failures=[Failure(suspect.id, suspect.attempts, text, None)])


async def _run_all(tx: Tx, crew: Crew, jobs: list[Job], slots: int) -> Outcome:
    """Run a batch of first tries under one savepoint: it seldom fails, and costs two statements."""
    handlers = crew.registry.handlers
    if any(job.attempts or job.kind not in handlers for job in jobs):
        return await _run_each(tx, crew, jobs, slots)
    outcome, started, callbacks = Outcome(), clock.real(), len(tx.after_commit)
    try:
        async with tx.savepoint():
            for job in jobs:
                with logs.belonging(**names_of(tx.workspace, job)):
                    await claim.begin(tx, job)
                    await handlers[job.kind](tx, job)
                outcome.done.append(job.id)
                if clock.real() - started > SPAN:
                    break
    except Exception:
        if tx.conn.closed:
            raise
        del tx.after_commit[callbacks:]
        return await _run_each(tx, crew, jobs, slots)
    return outcome


async def _run_each(tx: Tx, crew: Crew, jobs: list[Job], slots: int) -> Outcome:
    """Run jobs under a savepoint each; one that fails takes only its own effects back."""
    outcome, started = Outcome(), clock.real()
    for job in jobs:
        if outcome.claimed and clock.real() - started > SPAN:
            break
        if job.kind in crew.registry.externals and len(outcome.leases) >= slots:
            continue
        outcome.claimed += 1
        with logs.belonging(**names_of(tx.workspace, job)):
            await _run_alone(tx, crew, job, outcome)
    return outcome


async def _run_alone(tx: Tx, crew: Crew, job: Job, outcome: Outcome) -> None:
    callbacks = len(tx.after_commit)
    try:
        async with tx.savepoint():
            await _run_one(tx, crew, job, outcome)
    except Exception as error:
        if tx.conn.closed:
            raise
        del tx.after_commit[callbacks:]
        outcome.failures.append(failure(tx, crew, job, error))


def names_of(workspace: Workspace | None, job: Job) -> dict[str, str | None]:
    """Return what the lines of a job belong to; `caused_by` is the changeset that wrote it."""
    caused = str(job.caused_by) if job.caused_by else None
    schema = workspace.schema if workspace else None
    return {"job": str(job.id), "kind": job.kind, "workspace": schema, "caused_by": caused}


async def _run_one(tx: Tx, crew: Crew, job: Job, outcome: Outcome) -> None:
    await claim.begin(tx, job)
    if external := crew.registry.externals.get(job.kind):
        outcome.leases.append(await _lease(tx, crew, job, external))
    elif handler := crew.registry.handlers.get(job.kind):
        await handler(tx, job)
        outcome.done.append(job.id)
    else:
        raise LookupError(f"no handler for '{job.kind}' in this version of the program")


async def _lease(tx: Tx, crew: Crew, job: Job, external: External | LongWork) -> Lease:
    if job.attempts >= job.max_attempts:
        raise Park("no answer was ever recorded: the worker died or the lease ran out each time")
    prepared = None if isinstance(external, LongWork) else await external.prepare(tx, job)
    until = clock.real() + external.lease
    # The attempt counts from here: a call that kills the process has been tried.
    await claim.fail(tx, [Failure(job.id, job.attempts + 1, "in flight", tx.now + external.lease)])
    await claim.lease(tx, job.id, crew.worker, until)
    return Lease(job, external, prepared, until)


async def _settle(tx: Tx, mark: int, outcome: Outcome) -> None:
    if outcome.failures:
        await claim.fail(tx, outcome.failures)
    failed = [failure.id for failure in outcome.failures]
    await claim.settle(tx, mark, outcome.done, failed)


def failure(tx: Tx, crew: Crew, job: Job, error: Exception, counted: int = 1) -> Failure:
    """Return what an error means for a job; `counted` attempts are added for an ordinary one."""
    text = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()
    text = text.replace("\0", "")[:ERROR_LENGTH]
    if isinstance(error, Later):
        return Failure(job.id, job.attempts, text, tx.now + error.delay)
    attempts = job.attempts + counted
    if isinstance(error, Park) or attempts >= job.max_attempts:
        log.error("job %s %s set aside: %s", job.id, job.kind, text)
        return Failure(job.id, attempts, text, None)
    log.warning("job %s %s failed, try %s: %s", job.id, job.kind, attempts, text, exc_info=error)
    return Failure(job.id, attempts, text, tx.now + crew.pause(attempts))
