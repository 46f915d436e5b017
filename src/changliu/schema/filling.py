"""Columns of maintained roll-ups on their way: which still have to be filled.

Writers keep such a column true from the moment it is there; readers go on computing the value until
every parent has been filled. Whatever changes what a roll-up is made of starts it over.
"""

from uuid import UUID

from changliu.definitions import service as definitions
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.schema import ddl, store
from changliu.schema.body import FieldBody
from changliu.schema.catalogue import catalogue
from changliu.schema.indexing.work import ask_for_indexes
from changliu.schema.model import Catalogue, Rollup
from changliu.schema.rollups import kept_column
from changliu.schema.turns import turn_of

FILL = "rollup.fill"


async def start_over(tx: Tx, parent: str, old: FieldBody | None, new: FieldBody | None) -> None:
    """Have every roll-up filled again that a change of this field of `parent` makes doubtful.

    A table without rows needs no filling. Belongs to a change of structure.
    """
    body = new or old
    assert body is not None
    field_id = body.id or ""
    found = await catalogue(tx)
    doubtful: dict[str, str] = {}
    if new is not None and kept_column(new) is not None and _differs(old, new):
        doubtful[field_id] = parent
    elif new is None or kept_column(new) is None:
        await store.leave_filling(tx, field_id)
    if new is not None and (old is None or _differs(old, new)):
        for rollup in _above(found, field_id):
            doubtful[rollup.field.id] = rollup.parent
    if not doubtful:
        return
    await ddl.swap(tx, turn_of(tx))
    waiting = [name for name, table in doubtful.items() if await store.has_rows(tx, table)]
    if waiting:
        await store.start_filling(tx, waiting)
        await enqueue(tx, FILL, {}, dedupe=FILL)


def _differs(old: FieldBody | None, new: FieldBody) -> bool:
    """Whether a value may have changed: type, settings, options or the formula."""
    if old is None:
        return True
    before = (old.type, old.place, old.settings, old.shape)
    return before != (new.type, new.place, new.settings, new.shape)


def _above(found: Catalogue, field_id: str) -> list[Rollup]:
    """The roll-ups that read a field, and those that read these."""
    names, above = {field_id}, list[Rollup]()
    for rollup in found.rollups:  # each after those it reads
        if rollup.reads & names:
            names.add(rollup.field.id)
            above.append(rollup)
    return above


async def next_to_fill(tx: Tx) -> tuple[Rollup, UUID | None] | None:
    """Return the lowest roll-up that is not filled, and up to which parent it is; None: all are."""
    cursors = await store.filling(tx)
    found = await catalogue(tx)
    for rollup in found.rollups:
        if rollup.field.id in cursors:
            return rollup, cursors[rollup.field.id]
    return None


async def filled_until(tx: Tx, rollup: Rollup, cursor: UUID | None) -> None:
    """Note how far a roll-up is filled; None: to the end, and readers may use it from now on."""
    if cursor is not None:
        await store.advance_filling(tx, rollup.field.id, cursor)
        return
    await store.leave_filling(tx, rollup.field.id)
    await definitions.bump(tx)
    if rollup.field.indexed:
        await ask_for_indexes(tx)
