"""Which of some records somebody reads: the caller, or another member as they are by now."""

from collections.abc import Collection
from uuid import UUID

from changliu.identity import service as identity
from changliu.kit.db import Tx
from changliu.kit.errors import Unauthenticated
from changliu.records.context import Context, context_for
from changliu.records.query.service import missing, reader_of, titles
from changliu.schema.model import Object


async def readable_records(context: Context, object_id: str, ids: Collection[UUID]) -> set[UUID]:
    """Return those live records of an object that the context's actor reads."""
    if not ids or object_id not in context.catalogue.by_id:
        return set()
    reader = reader_of(context.tx, context.access, context.catalogue)
    found = await titles(context.tx, reader, {object_id: set(ids)})
    return {record for _, record in found}


async def check_readable(context: Context, found: Object, record: UUID) -> None:
    """Raise `NotFound` (`record.missing`) unless the context's actor reads a record."""
    if not await readable_records(context, found.id, [record]):
        raise missing()


async def context_of(tx: Tx, member: UUID) -> Context | None:
    """Return the context of another member with their rights; None for a disabled one."""
    try:
        theirs = await identity.actor(tx, member)
    except Unauthenticated:
        return None
    return await context_for(tx, theirs)
