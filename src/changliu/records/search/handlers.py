"""The job that makes keys agree with the catalogue: one batch each, then the next is written down.

Keys are made with every write. What was there before a field became searchable, or has another type
now, is done here; until then it is not found by that field.
"""

from collections.abc import Mapping
from pathlib import Path

from changliu.jobs.model import Cron, Handler, Job
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.kit.failpoints import reach
from changliu.records.search.store import upkeep
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue, Object
from changliu.schema.searching import KEYS, shape_of

# The guarantee; whoever publishes a field asks at once.
CRONS = (Cron(KEYS, "*/10 * * * *", KEYS),)
# Records of one transaction: some 100 ms, in which writers of the same records wait.
BATCH = 1_000
# Where a crash walk may kill the one who makes them.
MAKING = "search.keys"


def handlers(data: Path) -> Mapping[str, Handler]:  # noqa: ARG001 -- the registry's protocol
    """Return the handlers; they keep nothing in the data folder."""
    return {KEYS: make_keys}


async def make_keys(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- where it stands is in a table
    """Make one batch of what is missing, and ask for the next."""
    if await make_batch(tx):
        reach(MAKING)
        await enqueue(tx, KEYS, {}, dedupe=f"{KEYS}:more")


async def make_batch(tx: Tx, batch: int = BATCH) -> bool:
    """Make the keys of one batch; return whether something may be left."""
    found, known = await catalogue(tx), await upkeep.shapes(tx)
    for object_id in known.keys() - {o.id for o in found.objects if shape_of(o)}:
        if await upkeep.drop(tx, object_id, batch):
            return True
    for target in found.objects:
        shape = shape_of(target)
        made, cursor, filled = known.get(target.id, ({}, None, False))
        if not shape or (filled and made == shape):
            continue
        if filled and await _stands(tx, found, target, made):
            await upkeep.note(tx, target.id, shape, None, filled=True)
            continue
        last = await upkeep.fill(tx, found, target, cursor if made == shape else None, batch)
        await upkeep.note(tx, target.id, shape, last, filled=last is None)
        return True
    return False


async def _stands(tx: Tx, found: Catalogue, target: Object, made: Mapping[str, str]) -> bool:
    """Whether the only change is fields whose values, if any, writers have made keys of."""
    shape = shape_of(target)
    if any(shape.get(name) != place for name, place in made.items()):
        return False
    return not await upkeep.lacks(tx, found, target, [name for name in shape if name not in made])
