"""What a caller is told of a set of changesets."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from changliu.formula.model import FalseNode, TrueNode
from changliu.kit.db import Tx
from changliu.records.context import Context
from changliu.records.query.readable import readable_records
from changliu.records.query.service import reader_of, runtime_params
from changliu.records.stream import store
from changliu.records.stream.store import Hint

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


async def readable_hints(
    context: Context, hints: Sequence[Hint]
) -> list[tuple[str, dict[str, str]]]:
    """Return (kind, what it is about) of hints for the caller, each once: `{object, record}` of
    records the caller reads, nothing of what is theirs alone."""
    asked: dict[str, set[UUID]] = defaultdict(set)
    for hint in hints:
        if hint.object is not None and hint.record is not None:
            asked[hint.object].add(hint.record)
    reads = {of: await readable_records(context, of, ids) for of, ids in asked.items()}
    told: dict[tuple[str, str | None, UUID | None], dict[str, str]] = {}
    for hint in hints:
        if hint.object is None:
            told[hint.kind, None, None] = {}
        elif hint.record in reads[hint.object]:
            key = context.catalogue.by_id[hint.object].key
            about = {"object": key, "record": str(hint.record)}
            told[hint.kind, hint.object, hint.record] = about
    return [(kind, about) for (kind, _, _), about in told.items()]


async def _among(tx: Tx, context: Context, asked: dict[str, list[UUID]]) -> set[Touch]:
    reader = reader_of(tx, context.access, context.catalogue)
    statement = store.readable_statement(reader, asked)
    params = {**runtime_params(tx, context.access), **statement.params}
    return {(row[0], row[1]) for row in await tx.rows(statement.text, params)}
