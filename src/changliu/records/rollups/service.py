"""Verbs on maintained roll-ups: fill the columns of new ones, find drift, put it right.

Everything works in batches of parents by id, lower levels first: a roll-up over roll-ups is worked
out from columns that are true already.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from changliu.kit.db import Tx
from changliu.kit.failpoints import reach
from changliu.records.rollups import store
from changliu.schema.catalogue import catalogue
from changliu.schema.filling import filled_until, next_to_fill
from changliu.schema.model import Catalogue, Rollup

# Where a crash walk may kill the one who fills.
FILLING = "rollup.fill"
# Parents of one batch: some 100 ms, during which writers to their children wait.
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Drift:
    """A roll-up (field id) of an object (id) and how many of its parents were wrong."""

    object: str
    field: str
    parents: int


async def fill(tx: Tx, *, batch: int = BATCH) -> bool:
    """Fill one batch of the lowest roll-up whose column is not filled; return whether more waits.

    When the last parent is done readers use the column from the next transaction on.
    """
    waiting = await next_to_fill(tx)
    if waiting is None:
        return False
    rollup, cursor = waiting
    found = await catalogue(tx)
    parents = await store.next_parents(tx, found, rollup, cursor, batch)
    if parents:
        await store.make_true(tx, found, rollup, parents)
    reach(FILLING)
    await filled_until(tx, rollup, parents[-1] if len(parents) == batch else None)
    return len(parents) == batch or await next_to_fill(tx) is not None


async def reconcile(
    tx: Tx, field: str | None, after: UUID | None, *, batch: int = BATCH
) -> tuple[Drift | None, tuple[str, UUID | None] | None]:
    """Compare one batch of parents and put right what is wrong.

    `field` is the roll-up to go on with (None: the first) after parent `after`. Returns what
    drifted, and where to go on; None when the last roll-up is done.
    """
    found = await catalogue(tx)
    filled = _filled(found)
    at = next((i for i, r in enumerate(filled) if field in (None, r.field.id)), None)
    if at is None:
        return None, None
    rollup = filled[at]
    parents = await store.next_parents(tx, found, rollup, after, batch)
    wrong = await store.drifted(tx, found, rollup, parents) if parents else []
    # Compared without locks, put right under them: someone may have done it in between.
    wrong = await store.make_true(tx, found, rollup, wrong) if wrong else []
    drift = Drift(rollup.parent, rollup.field.id, len(wrong)) if wrong else None
    if len(parents) == batch:
        return drift, (rollup.field.id, parents[-1])
    following = filled[at + 1 :]
    return drift, (following[0].field.id, None) if following else None


async def put_right(tx: Tx, since: datetime) -> int:
    """Return how many wrong values the nightly comparison has put right since an instant."""
    return await store.put_right(tx, since)


async def drift(tx: Tx, *, batch: int = BATCH) -> list[Drift]:
    """Compare every filled roll-up with its children, changing nothing; return what is wrong."""
    found = await catalogue(tx)
    drifts = []
    for rollup in _filled(found):
        count, after = 0, None
        while parents := await store.next_parents(tx, found, rollup, after, batch):
            count += len(await store.drifted(tx, found, rollup, parents))
            after = parents[-1]
        if count:
            drifts.append(Drift(rollup.parent, rollup.field.id, count))
    return drifts


def _filled(found: Catalogue) -> list[Rollup]:
    return [rollup for rollup in found.rollups if rollup.field.filled]
