"""Verbs on files in records: may someone read one, which may be attached, which are from now on.

A file may be attached by its uploader, or by whoever reads a record and field that hold it. A
revert puts back what the record held before: it takes its values from history, not from a caller.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from changliu.fields.attached import is_file_field
from changliu.files import service as files
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.records.attachments.store import held, held_statement
from changliu.records.changeset.model import Changeset, RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.comments.store import holding
from changliu.records.context import Context, context_for
from changliu.records.merge.store import end_of_way
from changliu.records.query.readable import readable_records
from changliu.records.query.service import reader_of, runtime_params
from changliu.schema.model import Object

# Doors whose values come from history, not from a caller.
RESTORE = "restore"
FROM_HISTORY = ("revert", RESTORE)


async def may_read(tx: Tx, actor: Actor, file: UUID) -> bool:
    """Say whether the actor reads a live record and a field of it that hold the file."""
    return bool(await _readable(await context_for(tx, actor), [file]))


async def with_attachable(
    context: Context, changeset: Changeset, staged: Sequence[Staged]
) -> Context:
    """Return the context with those of the files sent that this caller may attach.

    They stay for as long as the transaction runs. Costs nothing where no files are sent.
    """
    wanted = _sent(staged)
    if not wanted:
        return context
    mine = await attachable_files(context, wanted, from_history=changeset.via in FROM_HISTORY)
    return replace(context, attachable=tuple(sorted(mine)))


async def attachable_files(
    context: Context, wanted: Collection[UUID], *, from_history: bool = False
) -> set[UUID]:
    """Return those of some files that the caller may attach; what history gives may be put back.

    They stay for as long as the transaction runs.
    """
    uploaders = await files.hold(context.tx, sorted(wanted))
    mine = {file for file, member in uploaders.items() if member == context.actor.member}
    others = sorted(uploaders.keys() - mine)
    if others and from_history:
        mine |= set(others)
    elif others:
        mine |= await _readable(context, others)
    return mine


async def keep_attached(
    context: Context, staged: Sequence[Staged], results: Mapping[int, RowResult]
) -> None:
    """Write down which files the accepted changes hold from now on."""
    if context.attachable:
        kept = _sent(s for s in staged if not results[s.told[0]].refused)
        await files.mark_attached(context.tx, sorted(kept))


def _sent(staged: Iterable[Staged]) -> set[UUID]:
    columns: dict[str, list[str]] = {}
    found: set[UUID] = set()
    for change in (part for each in staged for part in each.parts):
        target = change.target
        if target.id not in columns:
            columns[target.id] = _columns(target)
        for column in columns[target.id]:
            found.update(UUID(file) for file in change.patch.get(column) or ())
    return found


def _columns(target: Object) -> list[str]:
    return [f.column for f in target.stored if f.column and is_file_field(f)]


async def _readable(context: Context, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the files that a record and field, or a comment of a record, hold for the caller."""
    statement = held_statement(reader_of(context.tx, context.access, context.catalogue))
    found: set[UUID] = set()
    if statement is not None:
        params = {**runtime_params(context.tx, context.access), "wanted": list(ids)}
        found = await held(context.tx, statement, params)
    rest = set(ids) - found
    return found | await _said(context, rest) if rest else found


async def _said(context: Context, ids: set[UUID]) -> set[UUID]:
    """Those of the files that comments of records the caller reads hold."""
    places: dict[str, dict[UUID, set[UUID]]] = {}
    for file, object_id, said_of in await holding(context.tx, ids):
        record = await end_of_way(context.tx, object_id, said_of)
        places.setdefault(object_id, {}).setdefault(record, set()).add(file)
    found: set[UUID] = set()
    for object_id, by_record in places.items():
        for record in await readable_records(context, object_id, by_record):
            found |= by_record[record]
    return found
