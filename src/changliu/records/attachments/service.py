"""Verbs on files in records: may someone read one, which may be attached, which are from now on.

A file may be attached by its uploader, or by whoever reads a record and field that hold it. A
revert puts back what the record held before: it takes its values from history, not from a caller.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from changliu.fields.attached import is_file_field
from changliu.files import service as files
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.records.attachments.store import held, held_statement
from changliu.records.changeset.model import Changeset, RowResult
from changliu.records.changeset.parse import Staged
from changliu.records.context import Context, context_for
from changliu.records.query.service import reader_of, runtime_params
from changliu.schema.model import Object

REVERT = "revert"


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
    uploaders = await files.hold(context.tx, sorted(wanted))
    mine = {file for file, member in uploaders.items() if member == context.actor.member}
    others = sorted(uploaders.keys() - mine)
    if others and changeset.via == REVERT:
        mine |= set(others)
    elif others:
        mine |= await _readable(context, others)
    return replace(context, attachable=tuple(sorted(mine)))


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
    statement = held_statement(reader_of(context.tx, context.access, context.catalogue))
    if statement is None:
        return set()
    params = {**runtime_params(context.tx, context.access), "wanted": list(ids)}
    return await held(context.tx, statement, params)
