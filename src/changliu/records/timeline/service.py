"""One page of a record's timeline: every source read from the same place, merged, cut.

The order is total: instant descending, then source (history first), then the source's own order.
A cursor names the last entry shown; each source goes on behind it, so nothing is lost or told
twice between pages, whatever is written meanwhile.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from changliu.fields.attached import is_file_field
from changliu.kit.secrets import Signer
from changliu.records.comments.service import comments_behind
from changliu.records.context import Context
from changliu.records.history.service import HistoryPage, HistoryRequest, history_entries
from changliu.records.merge.store import merged_into
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.query.reader import Reader
from changliu.records.query.service import compiled_rows, get_record, reader_of
from changliu.records.timeline.store import read_behind
from changliu.records.timeline.traces import ABOUT, Trace, compiled_trace, traces
from changliu.schema.model import Object

HISTORY = ""  # sorts before every object id, as comments do
COMMENT = "comment"
_END = datetime.max.replace(tzinfo=UTC)
_FIRST, _LAST = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands: its instant, its source, its key there (seq or record id)."""

    at: datetime
    source: str
    key: int | str


@dataclass(frozen=True, slots=True)
class _Entry:
    place: _Place
    body: dict[str, Any]


async def timeline_page(
    context: Context, found: Object, request: HistoryRequest, signer: Signer
) -> HistoryPage:
    """Return a page of a record's timeline, latest first.

    Items are `{kind: "history", at, history}` (as in the history, with `of` where it is that of a
    record merged into this one), `{kind: "record", at, object, record}` for records of objects with
    `timeline` that refer to this one, and `{kind: "comment", at, comment}`; all as the caller reads
    them. `kinds` of the request leaves others out; `file` tells what brought files. Raises
    `NotFound` as the record would, `BadRequest` for a cursor that is not this one's.
    """
    tx = context.tx
    await get_record(tx, context.access, context.catalogue, found, request.record)
    reader = reader_of(tx, context.access, context.catalogue)
    kinds = sorted(request.kinds)
    shape = shape_of(tx.schema, found.id, str(request.record), "timeline", *kinds)
    behind = _place(read_cursor(signer, shape, request.cursor)) if request.cursor else None
    sources: list[list[_Entry]] = []
    if _tells(request, "history", "file"):
        sources.append(await _history(context, reader, found, request, behind))
    if _tells(request, "comment", "file"):
        sources.append(await _comments(context, found, request, behind))
    for trace in traces(reader, found) if _tells(request, "record") else ():
        sources.append(await _records(context, reader, (found, trace), request, behind))
    merged = list(islice(_merged(sources), request.limit + 1))
    shown = merged[: request.limit]
    token = None
    if len(merged) > request.limit:
        last = shown[-1].place
        token = write_cursor(signer, shape, [last.at.isoformat(), last.source, last.key])
    return HistoryPage([entry.body for entry in shown], token)


def _tells(request: HistoryRequest, *kinds: str) -> bool:
    return not request.kinds or bool(request.kinds.intersection(kinds))


def _files_only(request: HistoryRequest, kind: str) -> bool:
    return "file" in request.kinds and kind not in request.kinds


def _place(values: list[Any]) -> _Place:
    at, source, key = values
    return _Place(datetime.fromisoformat(at), source, key)


def _merged(sources: Iterable[list[_Entry]]) -> Iterable[_Entry]:
    return heapq.merge(*sources, key=lambda entry: (_END - entry.place.at, entry.place.source))


async def _history(
    context: Context, reader: Reader, found: Object, request: HistoryRequest, behind: _Place | None
) -> list[_Entry]:
    after = None
    if behind is not None:
        # In an instant of another source's entry, history has been told already.
        after = (behind.at, int(behind.key) if behind.source == HISTORY else -1)
    tx = context.tx
    records = [request.record, *await merged_into(tx, found.id, request.record)]
    fields = None
    if _files_only(request, "history"):
        fields = [f.id for f in found.fields if is_file_field(f) and reader.shown(found.id, f.id)]
    rows = await read_behind(tx, found.id, records, after, request.limit + 1, fields=fields)
    told: dict[int, dict[str, Any]] = {}
    for record in {record for record, _ in rows}:
        of = [row for each, row in rows if each == record]
        here = request.record
        entries = await history_entries(tx, reader, found, record, of, seen_as=here)
        more = {} if record == here else {"of": str(record)}
        told |= {row.seq: {**entry, **more} for row, entry in zip(of, entries, strict=True)}
    return [
        _Entry(
            _Place(row.at, HISTORY, row.seq),
            {"kind": "history", "at": told[row.seq]["at"], "history": told[row.seq]},
        )
        for _, row in rows
    ]


async def _comments(
    context: Context, found: Object, request: HistoryRequest, behind: _Place | None
) -> list[_Entry]:
    after = None
    if behind is not None:
        key = _LAST if behind.source > COMMENT else _FIRST
        last = UUID(str(behind.key)) if behind.source == COMMENT else key
        after = (behind.at, last)
    files = _files_only(request, "comment")
    told = await comments_behind(
        context, found, request.record, after, request.limit + 1, with_files=files
    )
    return [
        _Entry(
            _Place(row.created_at, COMMENT, str(row.id)),
            {"kind": "comment", "at": shown["at"], "comment": shown},
        )
        for row, shown in told
    ]


async def _records(
    context: Context,
    reader: Reader,
    of: tuple[Object, Trace],
    request: HistoryRequest,
    behind: _Place | None,
) -> list[_Entry]:
    about, trace = of
    source = trace.object.id
    after = None
    if behind is not None:
        # Of an instant already begun: what comes before its entry has been told, the rest not.
        key = _LAST if source < behind.source else _FIRST
        last_id = str(behind.key) if source == behind.source else str(key)
        after = [behind.at.isoformat(), last_id]
    compiled = compiled_trace(reader, about, trace)
    found = await compiled_rows(
        context.tx, reader, compiled, {ABOUT: request.record}, after=after, limit=request.limit + 1
    )
    return [
        _Entry(
            _Place(at, source, record["id"]),
            {
                "kind": "record",
                "at": at.astimezone(UTC).isoformat(),
                "object": trace.object.key,
                "record": record,
            },
        )
        for (at,), record in found
    ]
