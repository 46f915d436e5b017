"""Is it well: the database answers, workers are alive, which version runs."""

import asyncio
import logging
import time
from importlib.metadata import version
from typing import Any

from changliu.jobs.service import list_workers
from changliu.kit.db import Database

log = logging.getLogger(__name__)

VERSION = version("changliu")
# A probe that waits longer than this is of no use to whoever asks.
PATIENCE_S = 3.0


async def health(database: Database) -> dict[str, Any]:
    """Return `{status, version, database: {ok, ms}, workers: {alive}}`; `status` ok or down.

    Says nothing a stranger may not know: anyone may ask.
    """
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_S), database.transaction(write=False) as tx:
            workers = await list_workers(tx)
    except Exception as error:
        log.warning("the database does not answer", exc_info=True)
        return _document(ok=False, milliseconds=None, alive=0, error=type(error).__name__)
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    alive = sum(bool(worker["alive"]) for worker in workers)
    return _document(ok=True, milliseconds=milliseconds, alive=alive)


def _document(
    *, ok: bool, milliseconds: float | None, alive: int, error: str | None = None
) -> dict[str, Any]:
    database: dict[str, Any] = {"ok": ok, "ms": milliseconds}
    if error:
        database["error"] = error
    return {
        "status": "ok" if ok else "down",
        "version": VERSION,
        "database": database,
        "workers": {"alive": alive},
    }
