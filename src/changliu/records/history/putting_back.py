"""A value from a record's history, as it may be written again by whoever reads it there."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from changliu.kit.errors import Conflict, Fault, Invalid, NotFound
from changliu.records.context import Context
from changliu.records.history.service import field_of, history_entries
from changliu.records.history.store import read_history
from changliu.records.query.service import get_record, reader_of
from changliu.schema.model import Object

Side = Literal["from", "to"]


@dataclass(frozen=True, slots=True)
class Past:
    """Which value: of an entry of a record's history, of a field (key), before it or after it."""

    record: UUID
    entry: int
    field: str
    side: Side


async def past_value(context: Context, found: Object, past: Past) -> Any:
    """Return the value as a write takes it: ids in the place of records, members and files.

    Raises `NotFound` as the record would and for an entry that is not this record's
    (`history.missing`), `Invalid` (`field.unknown`, `history.not_a_value`), `Conflict`
    (`history.erased`, `history.masked`).
    """
    tx = context.tx
    await get_record(tx, context.access, context.catalogue, found, past.record)
    reader = reader_of(tx, context.access, context.catalogue)
    field = field_of(reader, found, past.field)
    rows = await read_history(tx, found.id, past.record, past.entry + 1, 1)
    rows = [row for row in rows if row.seq == past.entry]
    told = await history_entries(tx, reader, found, past.record, rows)
    changes = [c for entry in told for c in entry["changes"] if c["field"] == past.field]
    if not changes:
        raise NotFound(
            "history.missing",
            "这条修改记录里没有该字段的改动，请刷新后再试。",
            "That entry of the history says nothing of this field; refresh and try again.",
        )
    if "lines" in changes[0]:
        zh = "明细不能逐项恢复，请撤销那次修改。"
        en = "Lines are not put back one by one; revert the change."
        fault = Fault("history.not_a_value", zh, en, "field")
        raise Invalid("history.not_a_value", zh, en, [fault])
    if changes[0].get("erased"):
        raise Conflict(
            "history.erased",
            "这个值已随个人信息抹除，无法恢复。",
            "This value was erased with the personal data and cannot be put back.",
        )
    if reader.masked(found.id, field):
        raise Conflict(
            "history.masked",
            "您只能看到这个字段的首尾，不能恢复它；请找能看到全文的同事。",
            "You see only the ends of this field and cannot put it back; ask someone who sees all.",
        )
    return _written(changes[0][past.side])


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [_written(item) for item in value]
    refers = isinstance(value, dict) and "id" in value and ("title" in value or "sha256" in value)
    return value["id"] if refers else value
