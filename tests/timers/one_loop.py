"""A process that fires due rows: `python -m tests.timers.one_loop DSN`, until none is due."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta

from psycopg import sql

from changliu.kit.db import Database, Tx
from changliu.timers.loop import Loop, Pace
from changliu.timers.model import Fires, Timer


async def note(tx: Tx, timers: Sequence[Timer]) -> None:
    """Write each row's key where effects are seen."""
    query = sql.SQL("INSERT INTO {}.effect (name) VALUES (%s)").format(sql.Identifier(tx.schema))
    await tx.many(query, [(timer.key,) for timer in timers])


async def kill(_tx: Tx, _timers: Sequence[Timer]) -> None:
    """Take the process down."""
    os.kill(os.getpid(), signal.SIGKILL)


async def run(dsn: str) -> None:
    database = Database(dsn, dsn)
    await database._app.open(wait=True, timeout=30)
    # A hold that is over at once lets the next process go on without waiting.
    pace = Pace(batch=10, hold=timedelta(0))
    try:
        await Loop(database, Fires({"note": note, "kill": kill}), pace).drain()
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
