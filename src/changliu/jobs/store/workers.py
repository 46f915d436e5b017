"""Heartbeats of worker processes, in the control schema, and the call that wakes them."""

import os
import socket
from datetime import datetime
from typing import Any
from uuid import UUID

from changliu.kit.db import Tx

_BEAT = (
    "INSERT INTO changliu.worker AS w (id, pid, host, started_at, seen_at, done)"
    " VALUES (%(id)s, %(pid)s, %(host)s, %(seen)s, %(seen)s, %(done)s)"
    " ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, done = excluded.done"
)
_FORGET = "DELETE FROM changliu.worker WHERE id = %(id)s OR seen_at < %(before)s"
_LIST = "SELECT id, pid, host, started_at, seen_at, done FROM changliu.worker ORDER BY started_at"
_NOTIFY = "SELECT pg_notify('changliu_job', schema) FROM unnest(%s::text[]) AS schema"


async def beat(tx: Tx, worker: UUID, seen: datetime, done: int) -> None:
    """Say that a worker is alive at an instant of real time and how many jobs it has done."""
    params = {"id": worker, "pid": os.getpid(), "host": socket.gethostname(), "seen": seen}
    await tx.execute(_BEAT, {**params, "done": done})


async def forget(tx: Tx, worker: UUID | None, before: datetime) -> None:
    """Remove a worker that stopped, and those not seen since `before`."""
    await tx.execute(_FORGET, {"id": worker, "before": before})


async def listed(tx: Tx) -> list[dict[str, Any]]:
    """Return every known worker: id, pid, host, started_at, seen_at, done."""
    return await tx.dicts(_LIST)


async def notify(tx: Tx, schemas: list[str]) -> None:
    """Wake listening workers for these workspaces when the transaction ends."""
    await tx.execute(_NOTIFY, (schemas,))
