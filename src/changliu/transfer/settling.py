"""Cells by which several may be meant, or somebody who has left: what the record has stays.

A file taken away says 王伟 where two contacts are called so, and names owners who no longer work
here. Brought back, such a cell means whom the record has already, when that is one of them; any
other row is refused.
"""

from collections.abc import Mapping
from uuid import UUID

from changliu.records.context import Context
from changliu.records.query.service import reader_of
from changliu.transfer.cells import Batch
from changliu.transfer.links import values_of
from changliu.transfer.plan import OWNERSHIP, ImportPlan


async def settle(
    context: Context, plan: ImportPlan, batch: Batch, there: Mapping[int, UUID]
) -> None:
    """Fill the open cells of the records in `there` (ids by row); refuse the others."""
    waiting = {
        index: there[index] for index, cells in enumerate(batch.open) if cells and index in there
    }
    if waiting:
        reader = reader_of(context.tx, context.access, context.catalogue)
        keys = sorted({key for index in waiting for key in batch.open[index]})
        fields = plan.object.by_key
        shown = [k for k in keys if k in OWNERSHIP or reader.readable(plan.object.id, fields[k].id)]
        found = await values_of(context, plan.object.key, tuple(shown), waiting.values())
        for index, record in waiting.items():
            _fill(batch, index, found.get(str(record), {}))
    for index in range(len(batch.open)):
        batch.refuse_open(index)


def _fill(batch: Batch, index: int, current: Mapping[str, str | None]) -> None:
    for key, cell in list(batch.open[index].items()):
        value = current.get(key)
        if value in cell.candidates:
            batch.values[index][key] = value
            del batch.open[index][key]
