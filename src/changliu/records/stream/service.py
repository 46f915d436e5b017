"""What a caller is told of a set of changesets."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from changliu.formula.model import FalseNode, TrueNode
from changliu.kit.db import Tx
from changliu.records.context import Context
from changliu.records.query.service import reader_of, runtime_params
from changliu.records.stream import store

# (changeset, object id): what one changeset did to one object.
Touch = tuple[UUID, str]


async def readable(context: Context, touches: Sequence[Touch]) -> list[dict[str, str]]:
    """Return `{object, changeset}` of those that touched a record the caller reads, in order."""
    reader = reader_of(context.tx, context.access, context.catalogue)
    told: set[Touch] = set()
    asked: dict[str, list[UUID]] = defaultdict(list)
    for changeset, object_id in dict.fromkeys(touches):
        if object_id not in context.catalogue.by_id:
            continue
        rows = reader.rows(object_id)
        if isinstance(rows, TrueNode):
            told.add((changeset, object_id))
        elif not isinstance(rows, FalseNode):
            asked[object_id].append(changeset)
    if asked:
        told |= await _among(context.tx, context, asked)
    keys = {object_id: found.key for object_id, found in context.catalogue.by_id.items()}
    return [
        {"object": keys[object_id], "changeset": str(changeset)}
        for changeset, object_id in dict.fromkeys(touches)
        if (changeset, object_id) in told
    ]


async def _among(tx: Tx, context: Context, asked: dict[str, list[UUID]]) -> set[Touch]:
    reader = reader_of(tx, context.access, context.catalogue)
    statement = store.readable_statement(reader, asked)
    params = {**runtime_params(tx, context.access), **statement.params}
    return {(row[0], row[1]) for row in await tx.rows(statement.text, params)}
