"""Lists, single records and figures, as the caller: the verbs of the read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from changliu.access.protocol import Access
from changliu.fields.model import Field
from changliu.files.model import File
from changliu.files.service import files_by_id
from changliu.kit.db import Row, Tx
from changliu.kit.errors import NotFound
from changliu.kit.secrets import Signer
from changliu.records.changeset.store.along import gone_with
from changliu.records.query.bounds import check_limit, check_list
from changliu.records.query.compiled import (
    CompiledList,
    compiled_aggregate,
    compiled_as,
    compiled_list,
    compiled_titles,
    compiled_veils,
)
from changliu.records.query.cursor import read_cursor, write_cursor
from changliu.records.query.figures import AggregatePlan, too_many_groups
from changliu.records.query.lines import (
    MAX_PAGE_LINES,
    PARENTS,
    by_parent,
    line_object,
    plan_lines,
    to_parent,
    too_many_lines,
)
from changliu.records.query.model import (
    MAX_GROUPS,
    AggregateRequest,
    ListRequest,
    Page,
    WireRecord,
)
from changliu.records.query.people import PeopleNames
from changliu.records.query.reader import Reader
from changliu.records.query.render import (
    FILES,
    Titles,
    plain_column,
    referenced,
    render_column,
    render_records,
)
from changliu.records.query.searched import search_params
from changliu.records.query.store.page import phases
from changliu.records.query.trash import trash_reader
from changliu.records.search.store.words import candidates, wording_of
from changliu.records.search.wording import Wording
from changliu.schema.model import Catalogue, Object

_PEOPLE = PeopleNames()


def reader_of(tx: Tx, access: Access, catalogue: Catalogue) -> Reader:
    """Return the caller as the compiler sees one."""
    timezone = tx.workspace.timezone if tx.workspace else "UTC"
    return Reader(catalogue, access, timezone)


async def list_records(
    tx: Tx, access: Access, catalogue: Catalogue, request: ListRequest, signer: Signer
) -> Page:
    """Return one page. Raises `NotFound`, `Invalid` (422, with places), `BadRequest` (cursor)."""
    check_list(request)
    wording = await wording_of(tx, request.q) if request.q else None
    if wording is None:
        request = replace(request, q="")
    listing = _listing(tx, access, catalogue, request, wording)
    search = listing.compiled.plan.search
    if wording is not None and search is not None and search.text is None:
        few = await candidates(tx, wording, [listing.compiled.plan.object.id])
        if few is not None:
            request = replace(request, among=tuple(few))
            listing = _listing(tx, access, catalogue, request, wording)
    shape = listing.compiled.shape(request.q)
    after = read_cursor(signer, shape, request.cursor) if request.cursor else None
    if request.skip:
        after = await listing.place(request.skip)
    rows = [] if request.skip and after is None else await listing.rows(after, request.limit)
    shown = rows[: request.limit]
    more = len(rows) > request.limit and bool(shown)
    token = write_cursor(signer, shape, listing.position(shown[-1])) if more else None
    total = await listing.count() if request.total else None
    return Page(await listing.records(shown), token, total)


async def fetch(
    tx: Tx,
    access: Access,
    catalogue: Catalogue,
    found: Object,
    ids: Sequence[UUID],
) -> list[WireRecord]:
    """Return the records of these ids that the caller reads, in the order of the ids."""
    listing = _listing(tx, access, catalogue, ListRequest(found.key, ids=tuple(ids)))
    rows = await listing.rows(None, len(ids))
    records = {record["id"]: record for record in await listing.records(rows)}
    return [records[str(id_)] for id_ in dict.fromkeys(ids) if str(id_) in records]


async def get_record(
    tx: Tx, access: Access, catalogue: Catalogue, found: Object, record_id: UUID
) -> WireRecord:
    """Return one record; `NotFound` (`record.missing`) alike for absent and unreadable ones."""
    records = await fetch(tx, access, catalogue, found, [record_id])
    if not records:
        raise missing()
    return records[0]


async def compiled_rows(
    tx: Tx,
    reader: Reader,
    compiled: CompiledList,
    values: Mapping[str, Any],
    *,
    after: list[Any] | None,
    limit: int,
) -> list[tuple[Row, WireRecord]]:
    """Return at most `limit` (sort key values, record) of a list made elsewhere, behind a place."""
    params = {**runtime_params(tx, reader.access), "q": "", "ids": [], **values}
    listing = Listing(tx, reader, compiled, params)
    rows = await listing.rows(after, limit - 1)
    keys = [row[len(row) - len(compiled.plan.sorts) :] for row in rows]
    return list(zip(keys, await listing.records(rows), strict=True))


async def aggregate(
    tx: Tx, access: Access, catalogue: Catalogue, request: AggregateRequest
) -> list[dict[str, Any]]:
    """Return rows `{group or measure key: value}`. Raises `NotFound`, `Invalid` (422)."""
    check_limit(request.limit, MAX_GROUPS)
    reader = reader_of(tx, access, catalogue)
    plan, statement = compiled_aggregate(reader, request)
    fetches_all = plan.limit is None or plan.sorts_by_title
    limit = MAX_GROUPS + 1 if fetches_all else plan.limit
    params = {**runtime_params(tx, access), **statement.params, "n": limit}
    rows = await tx.rows(statement.text, params)
    if fetches_all and len(rows) > MAX_GROUPS:
        raise too_many_groups()
    columns = await _figure_columns(tx, reader, plan, rows)
    if plan.sorts_by_title:
        columns = _sorted_by_title(plan, rows, columns)
    names = [*(g.output.name for g in plan.groups), *(f.key for f in plan.figures)]
    found = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return found[: plan.limit] if plan.limit is not None else found


async def hidden_fields(
    tx: Tx, reader: Reader, found: Object, ids: Sequence[UUID]
) -> dict[UUID, frozenset[str]]:
    """Return, by record, the ids of the fields that the caller reads on other records but not on
    this one. Costs nothing where fields show on every row."""
    compiled = compiled_veils(reader, found)
    if compiled is None:
        return {}
    fields, statement = compiled
    params = {**runtime_params(tx, reader.access), **statement.params, "ids": list(ids)}
    return {
        row[0]: frozenset(f for f, shows in zip(fields, row[1:], strict=True) if not shows)
        for row in await tx.rows(statement.text, params)
    }


async def titles(tx: Tx, reader: Reader, wanted: Mapping[str, set[UUID]]) -> Titles:
    """Return the titles of records the caller reads, by (object id, record id)."""
    known = _PEOPLE.of(_place(tx), tx.identity_version) if tx.identity_version > 0 else {}
    found: dict[tuple[str, UUID], str | File | None] = {}
    missing_ids: dict[str, list[UUID]] = {}
    for target, ids in wanted.items():
        if target == FILES:
            found.update(((FILES, i), f) for i, f in (await files_by_id(tx, ids)).items())
            continue
        if not PeopleNames.covers(target):
            missing_ids[target] = list(ids)
            continue
        unknown = [i for i in ids if (target, i) not in known]
        if unknown:
            missing_ids[target] = unknown
        found.update({(target, i): known[target, i] for i in ids if (target, i) in known})
    targets = tuple(sorted(missing_ids))
    statement = compiled_titles(reader, targets) if targets else None
    if statement is None:
        return found
    params = {**runtime_params(tx, reader.access), **statement.params}
    params.update({f"ids{i}": missing_ids[target] for i, target in enumerate(targets)})
    for target, id_, title in await tx.rows(statement.text, params):
        found[target, id_] = title
        if PeopleNames.covers(target):
            known[target, id_] = title
    return found


def _place(tx: Tx) -> tuple[str, str, str]:
    info = tx.conn.info
    return f"{info.host}:{info.port}", info.dbname, tx.schema


def runtime_params(tx: Tx, access: Access) -> dict[str, Any]:
    """Return what every statement may refer to: the caller, business time and today's date."""
    timezone = ZoneInfo(tx.workspace.timezone if tx.workspace else "UTC")
    return {**access.params, "now": tx.now, "today": tx.now.astimezone(timezone).date()}


def missing() -> NotFound:
    """Return the refusal of a record that is absent or not for the caller: the same words."""
    return NotFound(
        "record.missing",
        "记录不存在或已被删除，请刷新后再试。",
        "The record does not exist or was deleted; refresh and try again.",
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """A compiled list in an open transaction, with the caller's values."""

    tx: Tx
    reader: Reader
    compiled: CompiledList
    params: dict[str, Any]

    async def rows(self, after: list[Any] | None, limit: int) -> list[Row]:
        """Return at most one row more than the limit, from behind a cursor's key values."""
        rows: list[Row] = []
        params, pattern = self.params, None
        if after is not None:
            *keys, last_id = after
            params = {**params, **{f"c{i}": v for i, v in enumerate(keys)}, "cid": last_id}
            pattern = tuple(v is None for v in keys)
        per_team = self.compiled.per_team(params)
        for phase in phases(self.compiled.plan, pattern[0] if pattern else None):
            if len(rows) > limit:
                break
            statement = self.compiled.page(self.reader, phase, pattern, per_team)
            bound = {**params, **statement.params, "n": limit + 1 - len(rows)}
            rows += await self.tx.rows(statement.text, bound)
            pattern = None
        return rows

    async def place(self, skip: int) -> list[Any] | None:
        """Return the place behind the first `skip` rows; None when there are not so many."""
        statement = self.compiled.place(self.reader)
        bound = {**self.params, **statement.params, "n": 1, "skip": skip - 1}
        row = await self.tx.row(statement.text, bound)
        return self.position(row) if row else None

    async def count(self) -> int:
        """Return the number of all rows, whatever the page."""
        statement = self.compiled.count(self.reader)
        row = await self.tx.row(statement.text, {**self.params, **statement.params})
        return int(row[0]) if row else 0

    async def records(self, rows: Sequence[Row]) -> list[WireRecord]:
        """Return rows in wire shape, references with their titles."""
        outputs = self.compiled.plan.outputs
        wanted = referenced(rows, [(i + 1, output) for i, output in enumerate(outputs)])
        named = await titles(self.tx, self.reader, wanted)
        records = render_records(self.compiled.plan.object.key, rows, outputs, named)
        for holder in self.compiled.plan.lines if rows else ():
            await self._put_lines(holder, [row[0] for row in rows], records)
        return records

    async def _put_lines(
        self, holder: Field, parents: Sequence[UUID], records: Sequence[WireRecord]
    ) -> None:
        """Read one list of lines per record into the records."""
        deleted = self.compiled.plan.deleted
        name = ("lines", holder.id, deleted)

        def make() -> CompiledList:
            return CompiledList(plan_lines(self.reader, holder, deleted=deleted), name)

        compiled = compiled_as(self.reader, name, make)
        gone = await self._gone_lines(holder, parents) if deleted else []
        params = {**self.params, "ids": gone, PARENTS: list(parents)}
        listing = Listing(self.tx, self.reader, compiled, params)
        rows = await listing.rows(None, MAX_PAGE_LINES)
        if len(rows) > MAX_PAGE_LINES:
            raise too_many_lines(holder)
        owners, found = [row[1] for row in rows], await listing.records(rows)
        lines = by_parent(parents, list(zip(owners, found, strict=True)))
        for parent, record in zip(parents, records, strict=True):
            record["values"][holder.key] = lines[parent]

    async def _gone_lines(self, holder: Field, parents: Sequence[UUID]) -> list[UUID]:
        """Return the lines that would come back with these records."""
        line = line_object(self.reader, holder)
        upward = to_parent(line, self.compiled.plan.object)
        found = await gone_with(self.tx, upward, parents, MAX_PAGE_LINES + 1)
        return [each.id for each in found]

    def position(self, row: Row) -> list[Any]:
        """Return what a cursor carries: the row's sort key values and its id."""
        keys = row[len(row) - len(self.compiled.plan.sorts) :]
        return [*(_key_text(key) for key in keys), str(row[0])]


def _listing(
    tx: Tx,
    access: Access,
    catalogue: Catalogue,
    request: ListRequest,
    wording: Wording | None = None,
) -> Listing:
    reader = reader_of(tx, access, catalogue)
    if request.deleted:
        reader = trash_reader(reader, reader.object(request.object))
    params = runtime_params(tx, access)
    params |= {"q": pattern_of(request.q), "ids": list(request.ids or request.among or ())}
    compiled = compiled_list(reader, request)
    params |= bound_search(compiled, wording)
    return Listing(tx, reader, compiled, params)


def bound_search(compiled: CompiledList, wording: Wording | None) -> dict[str, Any]:
    """Return what binds the search of a list, nothing where it has none."""
    search = compiled.plan.search
    return search_params(search, wording) if search is not None and wording is not None else {}


async def _figure_columns(
    tx: Tx, reader: Reader, plan: AggregatePlan, rows: Sequence[Row]
) -> list[list[Any]]:
    groups = [g.output for g in plan.groups]
    named = await titles(tx, reader, referenced(rows, list(enumerate(groups))))
    columns = []
    for i, group in enumerate(plan.groups):
        values = [row[i] for row in rows]
        if group.grain:
            columns.append([None if v is None else v.isoformat() for v in values])
        else:
            columns.append(render_column(values, group.output, named))
    for i, figure in enumerate(plan.figures, len(groups)):
        values = [row[i] for row in rows]
        if figure.integer:
            columns.append([None if v is None else int(v) for v in values])
        else:
            columns.append(plain_column(values, figure.kind))
    return columns


def _sorted_by_title(
    plan: AggregatePlan, rows: Sequence[Row], columns: list[list[Any]]
) -> list[list[Any]]:
    """Order the rows in memory: a stable sort per key, the least important first."""
    positions = list(range(len(rows)))
    for order in reversed(plan.order):
        keys = [_rank(plan, order.column, row[order.column]) for row in rows]
        if order.column < len(plan.groups) and plan.groups[order.column].output.target:
            keys = [c["title"] if c else None for c in columns[order.column]]
        filled = [p for p in positions if keys[p] is not None]
        blank = [p for p in positions if keys[p] is None]
        filled.sort(key=lambda p, keys=keys: keys[p], reverse=order.descending)  # type: ignore[misc]
        positions = filled + blank
    return [[column[p] for p in positions] for column in columns]


def _rank(plan: AggregatePlan, column: int, value: Any) -> Any:
    choices = plan.groups[column].choices if column < len(plan.groups) else ()
    if not choices:
        return value
    return choices.index(value) if value in choices else None


def _key_text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def pattern_of(q: str) -> str:
    """Return what a search text is compared with: itself anywhere, its own wildcards quoted."""
    escaped = re.sub(r"([\\%_])", r"\\\1", q.strip().lower())
    return f"%{escaped}%"
