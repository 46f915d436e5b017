"""Verbs on due rows: set, cancel, look at the parked, run again, discard. Nothing here commits."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from changliu.jobs.hints import hint
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, NotFound
from changliu.timers.model import NewTimer
from changliu.timers.store import due as store


async def set_timers(tx: Tx, timers: Sequence[NewTimer]) -> None:
    """Set due rows in the caller's transaction; one of the same kind and key is moved.

    Of several with one kind and key the last counts.
    """
    kept = list({(timer.kind, timer.key): timer for timer in timers}.values())
    if not kept:
        return
    await store.put(tx, kept)
    if any(timer.due <= tx.now for timer in kept):
        hint(tx)


async def cancel(tx: Tx, kind: str, keys: Collection[str]) -> int:
    """Take back due rows by key, parked ones too; returns how many there were."""
    return await store.cancel(tx, kind, keys)


async def cancel_records(tx: Tx, records: Collection[UUID], kind: str | None = None) -> int:
    """Take back the due rows about these records, of one kind or of all."""
    return await store.cancel_records(tx, records, kind)


async def overview(tx: Tx, before: int | None = None, limit: int = 100) -> dict[str, Any]:
    """Return `{kinds: [{kind, due, waiting, parked}], parked: [row], next}`, last parked first."""
    rows = await store.parked(tx, before, limit)
    following = rows[-1]["id"] if len(rows) == limit else None
    return {"kinds": await store.counts(tx), "parked": rows, "next": following}


async def rerun(tx: Tx, timer: int) -> None:
    """Make a parked row due now. Raises NotFound (`timer.missing`), Conflict (`timer.again`)."""
    done = await store.rerun(tx, timer)
    if done is None:
        raise _missing(timer)
    if not done:
        raise Conflict(
            "timer.again",
            f"编号 {timer} 的计时器之后又重新设置过，无需再运行；请删除这条搁置记录。",
            f"The timer {timer} has been set again since; discard this parked row instead.",
        )
    hint(tx)


async def discard(tx: Tx, timer: int) -> None:
    """Delete a parked row for good; raises NotFound (`timer.missing`)."""
    if not await store.discard(tx, timer):
        raise _missing(timer)


def _missing(timer: int) -> NotFound:
    return NotFound(
        "timer.missing",
        f"没有编号为 {timer} 的搁置计时器：它可能已经运行或删除，请刷新列表。",
        f"There is no parked timer {timer}: it may have run or been deleted; refresh the list.",
    )
