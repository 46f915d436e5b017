"""Ending background tasks, so that nobody who stops waits for ever."""

import asyncio
import logging
from typing import Any

log = logging.getLogger(__name__)

# A statement under way is ended long before; psycopg drops the connection of one that is not.
AGAIN_S = 2.0
ROUNDS = 5


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return once they have ended, however they did.

    A task may miss its cancellation: Python 3.11's `asyncio.wait_for`, by which the pool hands out
    connections, returns instead when what it waited for comes at the same moment (cpython#86296).
    It is therefore repeated; a task that outlives 10 s of it is left behind and logged.
    """
    left = {task for task in tasks if not task.done()}
    for _ in range(ROUNDS):
        if not left:
            return
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)
    for task in left:
        log.error("%s does not end; it is left behind", task.get_name())
