"""Running a transaction again: until it gets its locks, or after it collided with another."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg

from changliu.kit.errors import Unavailable

T = TypeVar("T")

# A lock is tried this often, `kit.db.DDL_LOCK_MS` of waiting each (research, policy of §5).
DDL_ATTEMPTS = 200


async def retry_locked(attempt: Callable[[], Awaitable[T]], attempts: int = DDL_ATTEMPTS) -> T:
    """Run `attempt()` until it gets its locks: 50 ms of waiting each, jittered pauses between.

    Raises `Unavailable` (code `ddl.busy`) after `attempts` tries, about 20 s.
    """
    for _ in range(attempts):
        try:
            return await attempt()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            await asyncio.sleep(random.uniform(0.01, 0.09))
    raise Unavailable(
        "ddl.busy",
        "对象正被长时间占用，结构没有改动，请稍后再试。",
        "The object is busy with long work; nothing was changed. Try again later.",
    )


# Whole transactions are run again this many times when rows collided (design §4).
CONFLICT_ATTEMPTS = 3


async def retry_conflicts(attempt: Callable[[], Awaitable[T]]) -> T:
    """Run a whole transaction again after a deadlock, a serialisation failure, or a unique value
    that another transaction took meanwhile (the next run reports it at its field).

    Raises `Unavailable` (code `write.busy`) when it collides every time.
    """
    for turn in range(CONFLICT_ATTEMPTS):
        try:
            return await attempt()
        except (
            psycopg.errors.DeadlockDetected,
            psycopg.errors.SerializationFailure,
            psycopg.errors.UniqueViolation,
        ):
            await asyncio.sleep(random.uniform(0, 0.02) * (turn + 1))
    raise Unavailable(
        "write.busy",
        "同一批记录正被别人修改，没有保存，请稍后再试。",
        "Others are changing the same records; nothing was saved. Try again shortly.",
    )
