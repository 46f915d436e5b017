"""With whom merged records are shared: they go along, and come back when the records are parted."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from changliu.access.shares import carry_shares as carry
from changliu.access.shares import part_shares as part
from changliu.records.changeset.parse import Staged
from changliu.records.context import Context


async def carry_shares(
    context: Context, staged: Sequence[Staged], refused: Collection[int]
) -> None:
    """Lend the record that stays to whom those were lent that went into it.

    One that comes back out of another has its own shares still; those it brought end.
    """
    gone: dict[str, dict[UUID, UUID]] = defaultdict(dict)
    back: dict[str, list[UUID]] = defaultdict(list)
    for change in staged:
        if change.into is None or any(row in refused for row in change.told):
            continue
        if change.op == "delete":
            gone[change.target.id][change.id] = change.into
        elif change.op == "restore":
            back[change.target.id].append(change.id)
    by = context.actor.member
    for object_id, ways in gone.items():
        await carry(context.tx, object_id, ways, by)
    for object_id, records in back.items():
        await part(context.tx, object_id, records, by)
