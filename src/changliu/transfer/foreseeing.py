"""What a trial tells of the rows it shows: which record, what it is called, what changes there."""

from collections.abc import Sequence
from uuid import UUID

from changliu.records.context import Context
from changliu.records.history.service import changes_of
from changliu.records.query.service import reader_of, titles
from changliu.schema.model import Object
from changliu.transfer.sweep import Shown


async def foresee(
    context: Context, target: Object, changeset: UUID | None, shown: Sequence[Shown]
) -> None:
    """Fill in titles and changes of the rows shown, before the trial's changeset is undone.

    Both are what the importer reads: hidden fields are left out, masked ones masked.
    """
    rows = [row for row in shown if row.record is not None]
    ids = [row.record for row in rows if row.record is not None]
    reader = reader_of(context.tx, context.access, context.catalogue)
    named = await titles(context.tx, reader, {target.id: {*ids}})
    wanted = [(changeset, record) for record in ids if changeset is not None]
    changed = await changes_of(context.tx, reader, target, wanted)
    for row, record in zip(rows, ids, strict=True):
        title = named.get((target.id, record))
        row.title = title if isinstance(title, str) else None
        row.changes = changed.get((changeset, record), []) if changeset is not None else []
