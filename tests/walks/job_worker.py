"""A worker process for the walk over jobs: `python -m tests.walks.job_worker DSN [OUTBOX]`."""

import asyncio
import os
import random
import signal
import sys
from datetime import timedelta

from psycopg import sql

from changliu.jobs.batch import Crew
from changliu.jobs.model import Job, Registry
from changliu.jobs.worker import Pace, Worker
from changliu.kit.db import Database, Tx
from changliu.kit.ids import uuid7

_EFFECT = "INSERT INTO {}.effect (key, turn) VALUES (%s, %s)"


async def effect(tx: Tx, job: Job) -> None:
    """Write the effect, then fail now and then: a third of the jobs, three times in ten."""
    query = sql.SQL(_EFFECT).format(sql.Identifier(tx.schema))
    await tx.execute(query, (job.payload["key"], job.payload["turn"]))
    await asyncio.sleep(random.uniform(0, 0.004))
    if job.payload["turn"] % 3 == 0 and random.random() < 0.3:
        raise ValueError("not this time")


async def poison(tx: Tx, job: Job) -> None:
    """Fail always, after an effect that must not stay."""
    query = sql.SQL(_EFFECT).format(sql.Identifier(tx.schema))
    await tx.execute(query, ("poison", job.id))
    raise ValueError("never")


async def killer(_tx: Tx, _job: Job) -> None:
    """Take the process down."""
    os.kill(os.getpid(), signal.SIGKILL)


class Outside:
    """An outside effect: a line in a file, the idempotency key on it."""

    lease = timedelta(seconds=1)

    def __init__(self, outbox: str) -> None:
        self.outbox = outbox

    async def prepare(self, _tx: Tx, job: Job) -> str:
        return str(job.payload["key"])

    async def call(self, prepared: str, key: str) -> str:
        with open(self.outbox, "a", encoding="utf-8") as outbox:  # noqa: ASYNC230
            outbox.write(f"{key} {prepared}\n")
        return "sent"

    async def finish(self, tx: Tx, job: Job, answer: str) -> None:
        query = sql.SQL(_EFFECT).format(sql.Identifier(tx.schema))
        await tx.execute(query, (answer, job.id))


async def run(dsn: str, outbox: str = os.devnull) -> None:
    database = Database(dsn, dsn)
    await database._app.open(wait=True, timeout=30)
    handlers = {"effect": effect, "poison": poison, "killer": killer}
    registry = Registry(handlers, {"outside": Outside(outbox)})
    crew = Crew(uuid7(), registry, pause=lambda _: timedelta(milliseconds=20))
    pace = Pace(poll=0.1, poll_idle=0.1, workspaces=0.5, heartbeat=0.5)
    await Worker(database, registry, crew=crew, pace=pace).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
