"""What each statement of a changeset is told of the others: which records come, which let go."""

from collections.abc import Sequence
from uuid import UUID

from changliu.records.changeset.parse import Staged
from changliu.records.changeset.store.text import created_param, deleted_param
from changliu.schema.model import Catalogue


def coming_of(
    catalogue: Catalogue,
    work: Sequence[list[Staged]],
    out: frozenset[int],
    rest: Sequence[list[Staged]],
) -> dict[str, list[UUID]]:
    """Which records of each object this changeset makes or restores, and which will let go.

    Those are the ones it deletes, and those that stay when others are merged into them: they are
    written when the others have gone.
    """
    names = {"create": created_param, "restore": created_param, "delete": deleted_param}
    coming: dict[str, list[UUID]] = {
        name(target): [] for target in catalogue.objects for name in {*names.values()}
    }
    for batch in work:
        if batch[0].op in names:
            name = names[batch[0].op](batch[0].target)
            coming[name] += [s.id for s in batch if s.group not in out]
    for batch in rest:
        if batch[0].op == "update":
            coming[deleted_param(batch[0].target)] += [s.id for s in batch]
    return coming
