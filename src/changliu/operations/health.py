"""Is it well: the database answers, work is in time, tables are this program's, disk is left."""

import asyncio
import logging
import shutil
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from changliu.jobs.service import list_workers, oldest_due
from changliu.kit.db import Database
from changliu.kit.postgres.workspaces import list_workspaces

log = logging.getLogger(__name__)

VERSION = version("changliu")
# A probe that waits longer than this is of no use to whoever asks.
PATIENCE_S = 3.0
# A server this full stops taking writes soon; work this late wants somebody to look.
FULL_BYTES, LATE_S = 200 * 1024**2, 600.0
# Strangers may ask as often as they like: workspaces are looked at once in so many seconds.
KEPT_S, WORKSPACES = 10.0, 200


@dataclass(slots=True)
class _Upkeep:
    """What is looked at every few seconds, however often somebody asks."""

    at: float = -KEPT_S
    found: dict[str, Any] = field(default_factory=dict)
    ok: bool = True


_UPKEEP: WeakKeyDictionary[Database, _Upkeep] = WeakKeyDictionary()


async def health(database: Database, data: Path) -> dict[str, Any]:
    """Return `{status, version, database: {ok, ms}, workers, jobs, workspaces, disk}`.

    `status` is ok, degraded (work is late, a workspace is not migrated: the web still serves) or
    down (no database, no disk). Says nothing a stranger may not know: anyone may ask.
    """
    began = time.perf_counter()
    document: dict[str, Any] = {"status": "ok", "version": VERSION}
    try:
        async with asyncio.timeout(PATIENCE_S):
            async with database.transaction(write=False) as tx:
                workers = await list_workers(tx)
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            upkeep = await _upkeep(database)
    except Exception as error:
        log.warning("the database does not answer", exc_info=True)
        told = {"ok": False, "ms": None, "error": type(error).__name__}
        return {**document, "status": "down", "database": told, "workers": {"alive": 0}}
    room = shutil.disk_usage(data).free > FULL_BYTES
    return {
        **document,
        "status": "down" if not room else "ok" if upkeep.ok else "degraded",
        "database": {"ok": True, "ms": milliseconds},
        "workers": {"alive": sum(bool(worker["alive"]) for worker in workers)},
        **upkeep.found,
        "disk": {"ok": room},
    }


async def _upkeep(database: Database) -> _Upkeep:
    kept = _UPKEEP.setdefault(database, _Upkeep())
    if time.monotonic() - kept.at < KEPT_S:
        return kept
    listed = await list_workspaces(database)
    late = 0.0
    # Whoever rests on purpose is not late.
    for entry in [one for one in listed if one.paused_at is None][:WORKSPACES]:
        async with database.transaction(entry.workspace, write=False) as tx:
            oldest = await oldest_due(tx)
            late = max(late, (tx.now - oldest).total_seconds() if oldest else 0.0)
    behind = sum(entry.state != "live" for entry in listed)
    kept.found = {
        "jobs": {"late_s": round(late, 1)},
        "workspaces": {
            "live": len(listed) - behind,
            "behind": behind,
            "paused": sum(entry.paused_at is not None for entry in listed),
        },
    }
    kept.ok, kept.at = behind == 0 and late < LATE_S, time.monotonic()
    return kept
