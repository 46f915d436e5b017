"""Who follows a record that is merged follows the one it went into."""

from collections.abc import Sequence

from changliu.records.changeset.model import Changeset, RowResult
from changliu.records.context import Context
from changliu.records.following import store


async def carry_followers(
    context: Context, changeset: Changeset, results: Sequence[RowResult]
) -> None:
    """Make the followers of merged records follow what stays; costs nothing without merges.

    Taken back, the records have their own followers still.
    """
    for change, result in zip(changeset.changes, results, strict=True):
        if change.op == "merge" and change.id is not None and not result.refused:
            target = context.catalogue.object(change.object)
            await store.carry(context.tx, target.id, change.id, change.sources)
