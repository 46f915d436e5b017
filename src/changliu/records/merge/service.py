"""Reading a record by an id it may have had before it was merged into another."""

from uuid import UUID

from changliu.kit.errors import Fault, NotFound
from changliu.records.context import Context
from changliu.records.merge.store import end_of_way
from changliu.records.query.model import WireRecord
from changliu.records.query.service import fetch, missing
from changliu.schema.model import Object


async def find_record(context: Context, found: Object, record: UUID) -> WireRecord:
    """Return one record as the caller reads it.

    Raises `NotFound`: `record.merged` with `merged_into`, where it went into one that the caller
    reads, else `record.missing`.
    """
    tx, access, catalogue = context.tx, context.access, context.catalogue
    there = await fetch(tx, access, catalogue, found, [record])
    if there:
        return there[0]
    survivor = await end_of_way(tx, found.id, record)
    if survivor == record or not await fetch(tx, access, catalogue, found, [survivor]):
        raise missing()
    zh = "这条记录已合并到另一条记录，请打开合并后的记录。"
    en = "This record was merged into another one; open that one instead."
    where = {"merged_into": str(survivor)}
    raise NotFound("record.merged", zh, en, [Fault("record.merged", zh, en, "id", extra=where)])
