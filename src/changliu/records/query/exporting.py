"""Lists to take away: the rows and fields a caller may both read and export, as a stream.

Filter, sort and search mean what they mean in a list. What a row shows is narrower: a field is
blank where no grant of `export` opens it, behind a reference too. Titles beside references show as
everywhere.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from changliu.access.model import Verb
from changliu.access.protocol import Access
from changliu.fields.model import Field
from changliu.formula.emitter.fragment import EmitEnv
from changliu.formula.model import And, FalseNode, Node, TrueNode
from changliu.kit.db import Row, Tx
from changliu.kit.errors import Fault, Forbidden
from changliu.records.query.compiled import CompiledList, compiled_as
from changliu.records.query.detail import Detail, Wanted, detail_plan, wanted_lines
from changliu.records.query.lines import line_object
from changliu.records.query.model import ListRequest, Statement, WireRecord
from changliu.records.query.paths import Path, resolve
from changliu.records.query.plan import ListPlan, Output, line_outputs, plan_list, value_outputs
from changliu.records.query.reader import Reader
from changliu.records.query.service import (
    Listing,
    bound_search,
    pattern_of,
    reader_of,
    runtime_params,
)
from changliu.records.query.store.page import Phase
from changliu.records.query.store.stream import stream
from changliu.records.search.store.words import wording_of
from changliu.records.search.wording import Wording
from changliu.schema.model import Catalogue, Object

# Records rendered at a time: about 1 MB of rows of twenty fields.
PIECE = 500
# Records whose lines are counted at a time: their ids are a third of a megabyte.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class ExportReader(Reader):
    """The caller as the one who takes away: outputs show what may be read and exported."""

    def output_env(self, prefix: str) -> EmitEnv:
        """Return surroundings in which a field shows only where it may be exported."""
        return EmitEnv(prefix=prefix, timezone=self.timezone, guard=self._guard, veil=self.exported)

    def exported(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows a field may be read and exported, None for all."""
        if object_id not in self.catalogue.by_id:
            return None  # people and relations: whoever reads the row takes their names along
        opened = self.access.exportable_rows(object_id, field_id) or FalseNode()
        read = self.partly(object_id, field_id)
        parts = [part for part in (read, opened) if part and not isinstance(part, TrueNode)]
        return And(tuple(parts)) if len(parts) > 1 else next(iter(parts), None)


@dataclass(frozen=True, slots=True)
class Export:
    """A list resolved for export: what it shows, in order, and how many rows it may give."""

    tx: Tx
    reader: ExportReader
    compiled: CompiledList
    q: str
    wording: Wording | None
    outputs: tuple[Output, ...]
    detail: Detail | None = None

    @property
    def object(self) -> Object:
        """The object whose records are exported."""
        return self.compiled.plan.object

    async def count(self) -> int:
        """Return how many records there are."""
        return await self._listing().count()

    async def count_lines(self) -> int:
        """Return how many lines the records have; 0 where no column of lines was asked for."""
        if self.detail is None:
            return 0
        listing, total = self._listing(), 0
        slim = CompiledList(replace(self.compiled.plan, outputs=()), ())
        async for rows in self._stream(listing, slim, None, COUNTED):
            total += await self.detail.count(listing, [row[0] for row in rows])
        return total

    async def pieces(self, limit: int) -> AsyncIterator[list[WireRecord]]:
        """Yield the rows of at most `limit` records in wire shape, some hundreds at a time, of one
        snapshot; where lines are asked for, one row per line."""
        listing = self._listing()
        async for rows in self._stream(listing, self.compiled, limit, PIECE):
            records = await listing.records(rows)
            if self.detail is None:
                yield records
                continue
            async for piece in self.detail.spread(listing, records):
                yield piece

    def _stream(
        self, listing: Listing, compiled: CompiledList, limit: int | None, size: int
    ) -> AsyncIterator[list[Row]]:
        statement = compiled.page(self.reader, Phase.ALL, None, per_team=False)
        bound = Statement(statement.text, {**listing.params, **statement.params, "n": limit})
        return stream(self.tx, bound, size)

    def _listing(self) -> Listing:
        params = runtime_params(self.tx, self.reader.access)
        params |= {"q": pattern_of(self.q), "ids": []}
        params |= bound_search(self.compiled, self.wording)
        return Listing(self.tx, self.reader, self.compiled, params)


async def open_export(tx: Tx, access: Access, catalogue: Catalogue, request: ListRequest) -> Export:
    """Resolve an export; the request's `fields` give the columns in order, None: all exportable.

    `lines.product` is a column of lines: the file has a row per line then.
    Raises `NotFound`, `Invalid` (as lists do, and `export.lines`), `Forbidden` (`export.denied`,
    `export.field`).
    """
    wording = await wording_of(tx, request.q) if request.q else None
    request = request if wording is not None else replace(request, q="")
    known = reader_of(tx, access, catalogue)
    reader = ExportReader(known.catalogue, known.access, known.timezone)
    found = reader.object(request.object)
    wanted = wanted_lines(reader, found, request.fields, lambda each: _every(reader, each))
    own = replace(request, fields=wanted.own) if wanted is not None else request

    def make() -> CompiledList:
        return CompiledList(_plan(reader, own), ())

    parts = (request.object, request.filter, request.sort, own.fields, bool(request.q))
    compiled = compiled_as(reader, ("export", *parts), make)
    detail = _detail(reader, found, wanted) if wanted is not None else None
    outputs = _columns(reader, compiled.plan, request, detail)
    return Export(tx, reader, compiled, request.q, wording, outputs, detail)


def _every(reader: ExportReader, holder: Field) -> tuple[str, ...]:
    """The columns a field of lines stands for: what of it may be exported."""
    outputs = line_outputs(reader, line_object(reader, holder))
    opened = tuple(output.name for output in outputs if _opens(reader, output))
    if not opened:
        fault = _field(holder.key)
        raise Forbidden("export.field", fault.zh, fault.en, [fault])
    return opened


def _detail(reader: ExportReader, found: Object, wanted: Wanted) -> Detail:
    """Resolve columns of lines; raises `Forbidden` (`export.denied`, `export.field`)."""
    line, holder = wanted.line, wanted.holder
    if reader.access.predicate(found.id, Verb.EXPORT) is None:
        raise _denied(found)
    allowed = reader.access.predicate(line.id, Verb.EXPORT)
    if allowed is None:
        fault = _field(holder.key)
        raise Forbidden("export.field", fault.zh, fault.en, [fault])
    _check(reader, line, wanted.inner)
    shown = value_outputs(reader, line, ListRequest(line.key, fields=wanted.inner))
    outputs = tuple(
        replace(_narrowed(reader, line, output, allowed), name=f"{holder.key}.{output.name}")
        for output in shown
    )

    def make() -> CompiledList:
        compiled = detail_plan(reader, holder, outputs)
        rows = _both(compiled.plan.rows, allowed)
        return replace(compiled, plan=replace(compiled.plan, rows=rows))

    compiled = compiled_as(reader, ("export lines", holder.id, wanted.inner), make)
    return Detail(wanted, compiled, outputs)


def _plan(reader: ExportReader, request: ListRequest) -> ListPlan:
    found = reader.object(request.object)
    allowed = reader.access.predicate(found.id, Verb.EXPORT)
    if allowed is None:
        raise _denied(found)
    plan = plan_list(reader, request)
    if request.fields is not None:
        _check(reader, found, request.fields)
    outputs = [_narrowed(reader, found, o, allowed) for o in plan.outputs]
    kept = [o for o in outputs if o.system or request.fields is not None or _opens(reader, o)]
    return replace(plan, outputs=tuple(kept), rows=_both(plan.rows, allowed))


def _both(*rows: Node) -> Node:
    parts = tuple(part for part in rows if not isinstance(part, TrueNode))
    return And(parts) if len(parts) > 1 else next(iter(parts), TrueNode())


def _narrowed(reader: ExportReader, found: Object, output: Output, allowed: Node) -> Output:
    """An own column is read as it is only where every exported row shows it."""
    if output.column is None or output.fact is None or output.fact.system:
        return output
    opened = reader.access.exportable_rows(found.id, output.fact.id)
    return output if opened == allowed else replace(output, column=None)


def _opens(reader: ExportReader, output: Output) -> bool:
    assert output.field is not None
    owner = next(o for o in reader.catalogue.objects if output.field.id in o.by_id)
    return reader.access.exportable_rows(owner.id, output.field.id) is not None


def _check(reader: ExportReader, found: Object, texts: tuple[str, ...]) -> None:
    """Refuse fields that may be exported nowhere: a blank column would look like blank data."""
    faults = []
    for text in texts:
        path = _path(reader, found, text)
        if path is None:
            continue
        closed = path.object in reader.catalogue.by_id and (
            reader.access.exportable_rows(path.object, path.fact.id) is None
        )
        faults += [_field(text)] if closed else []
    if faults:
        raise Forbidden("export.field", faults[0].zh, faults[0].en, faults)


def _columns(
    reader: ExportReader, plan: ListPlan, request: ListRequest, detail: Detail | None
) -> tuple[Output, ...]:
    """Return the outputs asked for in their order; without a wish: fields, owner and team."""
    values = {o.name: o for o in plan.outputs if not o.system}
    system = {o.name: o for o in plan.outputs if o.system}
    if request.fields is None:
        more = [system[name] for name in ("owner", "team", "created_at") if name in system]
        return (*values.values(), *(more if plan.object.lines_of is None else ()))
    columns: dict[str, Output] = {}
    for text in dict.fromkeys(request.fields):
        lines = detail.named(text) if detail is not None else ()
        column = None if lines else _column(reader, plan.object, text, (values, system))
        columns |= {each.name: each for each in (*lines, *([column] if column else ()))}
    return tuple(columns.values())


def _column(
    reader: ExportReader,
    found: Object,
    text: str,
    outputs: tuple[dict[str, Output], dict[str, Output]],
) -> Output | None:
    """The record's output of a name: among its values, else among what every record has."""
    values, system = outputs
    own = found.by_key.get(text)
    output = values.get(text) or (values.get(own.key) if own else None)
    path = None if output else _path(reader, found, text)
    return output or (system.get(path.fact.id) if path else None)


def _path(reader: ExportReader, found: Object, text: str) -> Path | None:
    """The path of a name, None for a field that is masked: it has no name in expressions."""
    own = found.by_key.get(text)
    if own is not None and reader.masked(found.id, own.id):
        return None
    return resolve(reader, found.id, text, "fields")


def _denied(found: Object) -> Forbidden:
    zh, en = found.label["zh-CN"], found.label["en"]
    return Forbidden(
        "export.denied",
        f"您的角色不能导出“{zh}”，请联系管理员授予导出权限。",
        f"Your roles may not export '{en}'; ask an administrator for the right to export.",
    )


def _field(text: str) -> Fault:
    return Fault(
        "export.field",
        f"“{text[:80]}”可以查看但不能导出，请从 fields 中去掉，或联系管理员。",
        f"'{text[:80]}' may be read but not exported: leave it out of fields, or ask an"
        " administrator.",
        "fields",
    )
