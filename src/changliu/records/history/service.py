"""A record's history on the wire: only readable fields, under today's labels."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any
from uuid import UUID

import orjson

from changliu.access.protocol import Access
from changliu.fields.mask import mask
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES, LinesSettings
from changliu.formula.world import FieldFact, Kind
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, Invalid
from changliu.kit.secrets import Signer
from changliu.records.history.store import (
    HistoryRow,
    read_history,
    read_of_changesets,
    read_personal,
)
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.query.paths import own_path
from changliu.records.query.plan import output_of
from changliu.records.query.reader import Reader
from changliu.records.query.render import FILES, Titles, render_column
from changliu.records.query.service import get_record, hidden_fields, reader_of, titles
from changliu.schema.lines import BUILT_IN, holds_lines, lines_fields
from changliu.schema.model import SYSTEM_COLUMNS, Catalogue, Object

_DIGEST = re.compile(r"[0-9a-f]{64}").fullmatch
# Changes of lines told in full on one page of a history.
LINE_ROWS = 1_000
REMOVED = {"zh-CN": "已删除的字段", "en": "Removed field"}


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries newest first and the cursor of the next page."""

    items: list[dict[str, Any]]
    next: str | None

    def as_json(self) -> dict[str, Any]:
        """Return `{items, next}`."""
        return {"items": self.items, "next": self.next}


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """Which record's history, how much of it, from where; of one field (key) or all.

    `kinds` are those of a timeline's entries to tell; empty: all.
    """

    record: UUID
    limit: int
    cursor: str
    field: str = ""
    kinds: frozenset[str] = frozenset()


async def history_page(
    tx: Tx,
    access: Access,
    catalogue: Catalogue,
    found: Object,
    request: HistoryRequest,
    *,
    signer: Signer,
) -> HistoryPage:
    """Return a page of a record's history.

    An entry is `{id, changeset, version, op, at, actor, via, reason, changes: [{field, label, from,
    to}]}`, and `merged` where records went into this one. A field the caller may not read is left
    out; a removed field is named as such, without values; an erased personal value is `{erased:
    true}`. Raises `NotFound` as the record would.
    """
    await get_record(tx, access, catalogue, found, request.record)
    reader = reader_of(tx, access, catalogue)
    field = field_of(reader, found, request.field) if request.field else None
    shape = shape_of(tx.schema, found.id, str(request.record), "history", request.field)
    before = read_cursor(signer, shape, request.cursor)[0] if request.cursor else None
    place = (found.id, request.record)
    rows = await read_history(tx, *place, before, request.limit + 1, field=field)
    shown = rows[: request.limit]
    items = await history_entries(tx, reader, found, request.record, shown)
    if field is not None:
        items = [e | {"changes": one} for e in items if (one := _of_field(e, request.field))]
    more = len(rows) > request.limit and bool(shown)
    return HistoryPage(items, write_cursor(signer, shape, [shown[-1].seq]) if more else None)


def field_of(reader: Reader, found: Object, key: str) -> str:
    """Return the id of a field (or owner, team) of which the caller may read the past.

    Raises `Invalid` (`field.unknown`).
    """
    field = found.by_key.get(key)
    field_id = field.id if field is not None else key if key in ("owner", "team") else ""
    if not field_id or not reader.shown(found.id, field_id):
        zh, en = f"没有字段“{key[:60]}”，请检查标识。", f"There is no field '{key[:60]}'."
        raise Invalid("field.unknown", zh, en, [Fault("field.unknown", zh, en, "field")])
    return field_id


def _of_field(entry: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [change for change in entry["changes"] if change["field"] == key]


async def history_entries(
    tx: Tx,
    reader: Reader,
    found: Object,
    record: UUID,
    rows: Sequence[HistoryRow],
    *,
    seen_as: UUID | None = None,
) -> list[dict[str, Any]]:
    """Return a record's history rows on the wire, as `history_page` tells them.

    What shows of a record merged into another is what shows of that one: `seen_as`.
    """
    await _put_personal(tx, record, rows)
    seen = seen_as or record
    hidden = (await hidden_fields(tx, reader, found, [seen])).get(seen, frozenset())
    entries = await _entries(tx, reader, found, rows, hidden)
    for holder in lines_fields(found):
        if reader.shown(found.id, holder.id):
            await _put_lines(tx, reader, holder, list(zip(rows, entries, strict=True)))
    return entries


async def _put_lines(
    tx: Tx, reader: Reader, holder: Field, told: Sequence[tuple[HistoryRow, dict[str, Any]]]
) -> None:
    """Tell what changed in each line: `lines` becomes `[{id, op, changes}]`.

    What is beyond `LINE_ROWS` on a page is told by id and operation only.
    """
    assert isinstance(holder.settings, LinesSettings)
    line = reader.catalogue.object(holder.settings.object)
    noted = [
        (row, part)
        for row, entry in told
        for change in entry["changes"]
        if change["field"] == holder.key
        for part in change["lines"]
    ]
    wanted = [(row.changeset, UUID(part["id"])) for row, part in noted[:LINE_ROWS]]
    built_in = frozenset(f.id for f in line.fields if f.key in BUILT_IN)
    shown = await changes_of(tx, reader, line, wanted, built_in)
    for row, part in noted:
        if (row.changeset, UUID(part["id"])) in shown:
            part["changes"] = shown[row.changeset, UUID(part["id"])]


async def changes_of(
    tx: Tx,
    reader: Reader,
    found: Object,
    wanted: Sequence[tuple[UUID, UUID]],
    hidden: frozenset[str] = frozenset(),
) -> dict[tuple[UUID, UUID], list[dict[str, Any]]]:
    """Return what changed, as `history_page` tells it, by (changeset, record) of one object.

    Lines are told by id; fields of `hidden` (ids) are left out.
    """
    past = await read_of_changesets(tx, found.id, wanted)
    if not past:
        return {}
    for (_, record), row in past.items():
        await _put_personal(tx, record, [row])
    entries = await _entries(tx, reader, found, list(past.values()), hidden)
    veiled = await hidden_fields(tx, reader, found, [record for _, record in past])
    shown = {}
    for place, entry in zip(past, entries, strict=True):
        keys = {found.by_id[f].key for f in veiled.get(place[1], ())}
        shown[place] = [change for change in entry["changes"] if change["field"] not in keys]
    return shown


async def _put_personal(tx: Tx, record: UUID, rows: Sequence[HistoryRow]) -> None:
    """Replace digests by the clear values that are still there."""
    sealed = [row for row in rows if any(_is_sealed(change) for change in row.diff.values())]
    clear = await read_personal(tx, record, [row.changeset for row in sealed])
    for row in sealed:
        for field_id, change in row.diff.items():
            if _is_sealed(change) and (row.changeset, field_id) in clear:
                row.diff[field_id] = clear[row.changeset, field_id]


def _is_sealed(change: dict[str, Any]) -> bool:
    """Say whether a change holds digests `{h: sha256}` in place of its values."""
    sides = [change[side] for side in ("o", "n") if change.get(side) is not None]
    return bool(sides) and all(
        isinstance(side, dict) and set(side) == {"h"} and bool(_DIGEST(str(side["h"])))
        for side in sides
    )


async def _entries(
    tx: Tx, reader: Reader, found: Object, rows: Sequence[HistoryRow], hidden: frozenset[str]
) -> list[dict[str, Any]]:
    facts = reader.catalogue.world.object(found.id).fields
    readable = {f: facts[f] for row in rows for f in row.diff if f in facts}
    readable = {
        f: fact for f, fact in readable.items() if reader.shown(found.id, f) and f not in hidden
    }
    named = await titles(tx, reader, _referenced(rows, readable))
    entries = []
    for row in rows:
        changes = [
            _change(reader, found, field_id, row, named)
            for field_id in row.diff
            if field_id in readable or _is_removed(field_id, facts)
        ]
        entries.append(_entry(row, changes, named))
    return entries


def _is_removed(field_id: str, facts: Mapping[str, FieldFact]) -> bool:
    return field_id not in facts and field_id not in SYSTEM_COLUMNS


def _entry(row: HistoryRow, changes: list[dict[str, Any]], named: Titles) -> dict[str, Any]:
    return {
        "id": row.seq,
        "changeset": str(row.changeset),
        "version": row.version,
        "op": row.op,
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": {"id": str(row.actor), "title": named.get(("member", row.actor))},
        "via": row.via,
        "reason": row.reason,
        "changes": changes,
        **({"merged": row.merged} if row.merged else {}),
    }


def _change(
    reader: Reader, found: Object, field_id: str, row: HistoryRow, named: Titles
) -> dict[str, Any]:
    """One field's change, as the field was when it was made."""
    change, version = row.diff[field_id], row.catalogue
    fact = reader.catalogue.world.object(found.id).fields.get(field_id)
    if fact is None:
        return {"field": None, "label": REMOVED, "removed": True}
    own = found.by_id.get(field_id)
    if own is not None and own.type == LINES:
        return {"field": own.key, "label": own.label, "lines": change.get("n") or []}
    names = (*fact.names, fact.names[0], fact.names[0])
    label = own.label if own else {"zh-CN": names[1], "en": names[2]}
    head = {"field": fact.names[0], "label": label}
    if _is_sealed(change):
        return {**head, "erased": True}
    path = own_path(reader, found.id, field_id, fact.names[0])
    output = replace(output_of(path), masked=reader.masked(found.id, field_id))
    past = own.former_at(version) if own else None
    if own is not None and past is not None and output.target is None:
        then = replace(own, type=past.type, settings=past.settings)
        shown = FIELD_TYPES[past.type].render([change.get(side) for side in ("o", "n")], then)
        before, after = (mask(str(v)) if output.masked and v is not None else v for v in shown)
        return {**head, "from": before, "to": after}
    pair = [_typed(change.get(side), fact) for side in ("o", "n")]
    before, after = render_column(pair, output, named)
    return {**head, "from": before, "to": after}


def _typed(value: Any, fact: FieldFact) -> Any:
    """Give ids back their type, and JSON its plain numbers; the rest renders as it is."""
    if fact.kind is Kind.JSON:
        return orjson.loads(json.dumps(value, default=float))
    if fact.target is None or value is None:
        return value
    return [UUID(item) for item in value] if isinstance(value, list) else UUID(value)


def _file_ids(change: dict[str, Any]) -> set[UUID]:
    """The files a change names; digests of a personal field name none."""
    sides = (change.get(side) for side in ("o", "n"))
    return {UUID(item) for side in sides if isinstance(side, list) for item in side}


def _referenced(rows: Sequence[HistoryRow], facts: dict[str, FieldFact]) -> dict[str, set[UUID]]:
    wanted: dict[str, set[UUID]] = {"member": {row.actor for row in rows}}
    for row in rows:
        for field_id, change in row.diff.items():
            fact = facts.get(field_id)
            if fact is not None and fact.kind is Kind.UUIDS and fact.target is None:
                wanted.setdefault(FILES, set()).update(_file_ids(change))
            if fact is None or fact.target is None or holds_lines(fact) or _is_sealed(change):
                continue
            for side in ("o", "n"):
                value = _typed(change.get(side), fact)
                ids = value if isinstance(value, list) else [value]
                wanted.setdefault(fact.target, set()).update(i for i in ids if i is not None)
    return {target: ids for target, ids in wanted.items() if ids}
