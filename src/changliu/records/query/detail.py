"""Lines in a file: a row for each line, the columns of its record on every one of them.

`lines.product` names a column of lines, the field of lines alone all of them that may be exported.
A record without lines has one row. What may leave is what may leave of the lines by themselves: the
role's list of their fields holds, and the record's rows.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from changliu.fields.model import Field
from changliu.kit.errors import Fault, Invalid
from changliu.records.query.compiled import CompiledList
from changliu.records.query.lines import (
    MAX_PAGE_LINES,
    PARENTS,
    by_parent,
    line_object,
    plan_lines,
    too_many_lines,
)
from changliu.records.query.model import WireRecord
from changliu.records.query.plan import Output
from changliu.records.query.reader import Reader
from changliu.records.query.service import Listing
from changliu.schema.lines import lines_fields
from changliu.schema.model import Object


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns of lines a request names: `inner` on the line, `places` by what names them;
    `own` are the request's other fields."""

    holder: Field
    line: Object
    inner: tuple[str, ...]
    places: dict[str, tuple[str, ...]]
    own: tuple[str, ...]


def wanted_lines(
    reader: Reader,
    found: Object,
    fields: Sequence[str] | None,
    every: Callable[[Field], Sequence[str]],
) -> Wanted | None:
    """Return which columns of lines are wanted, None for none; `every` gives those a field of
    lines stands for by itself. Raises `Invalid` (`export.lines`) for two lists of lines."""
    holders = {
        name: each
        for each in lines_fields(found)
        if reader.shown(found.id, each.id)
        for name in each.names
    }
    own: list[str] = []
    places: dict[str, tuple[str, ...]] = {}
    taken: dict[str, Field] = {}
    for text in dict.fromkeys(fields or ()):
        head, _, inner = text.partition(".")
        holder = holders.get(head.strip())
        if holder is None:
            own.append(text)
            continue
        taken[holder.id] = holder
        line = line_object(reader, holder)
        places[text] = (_key(line, inner.strip()),) if inner else tuple(every(holder))
    if len(taken) > 1:
        raise _several(list(taken.values()))
    if not taken:
        return None
    (holder,) = taken.values()
    inner_texts = dict.fromkeys(name for names in places.values() for name in names)
    return Wanted(holder, line_object(reader, holder), tuple(inner_texts), places, tuple(own))


def _key(line: Object, text: str) -> str:
    """The key of the line's own field of that name; paths stay as they are."""
    return next((f.key for f in line.fields if text in f.names), text)


@dataclass(frozen=True, slots=True)
class Detail:
    """The lines of an export: their list, what each line shows, which of it each name asks for."""

    wanted: Wanted
    compiled: CompiledList
    outputs: tuple[Output, ...]

    @property
    def holder(self) -> Field:
        """The field that holds the lines."""
        return self.wanted.holder

    def named(self, text: str) -> tuple[Output, ...]:
        """Return the columns that a field of the request asks for, none where it is no lines'."""
        names = {f"{self.holder.key}.{name}" for name in self.wanted.places.get(text, ())}
        return tuple(output for output in self.outputs if output.name in names)

    def shows(self, output: Output) -> bool:
        """Say whether a column is one of lines."""
        return output in self.outputs

    async def count(self, listing: Listing, parents: Sequence[UUID]) -> int:
        """Return how many lines records have that the caller takes away."""
        return await self._of(listing, parents).count()

    async def spread(
        self, listing: Listing, records: Sequence[WireRecord]
    ) -> AsyncIterator[list[WireRecord]]:
        """Yield the records once for each of their lines, some thousands at most at a time."""
        parents = [UUID(record["id"]) for record in records]
        lines = self._of(listing, parents)
        rows = await lines.rows(None, MAX_PAGE_LINES)
        if len(rows) > MAX_PAGE_LINES:
            if len(records) == 1:
                raise too_many_lines(self.holder)
            middle = len(records) // 2
            for part in (records[:middle], records[middle:]):
                async for piece in self.spread(listing, part):
                    yield piece
            return
        found = zip([row[1] for row in rows], await lines.records(rows), strict=True)
        of = by_parent(parents, list(found))
        blank = [dict.fromkeys(output.name for output in self.outputs)]
        yield [
            {**record, "values": {**record["values"], **line}}
            for parent, record in zip(parents, records, strict=True)
            for line in of[parent] or blank
        ]

    def _of(self, listing: Listing, parents: Sequence[UUID]) -> Listing:
        params: dict[str, Any] = {**listing.params, PARENTS: list(parents)}
        return replace(listing, compiled=self.compiled, params=params)


def detail_plan(reader: Reader, holder: Field, outputs: Sequence[Output]) -> CompiledList:
    """Return the list of the lines of the records bound as `line_parents`, showing `outputs`."""
    plan = plan_lines(reader, holder)
    return CompiledList(replace(plan, outputs=(plan.outputs[0], *outputs)), ())


def _several(holders: Sequence[Field]) -> Invalid:
    first, second = holders[:2]
    zh = (
        f"“{first.label['zh-CN']}”和“{second.label['zh-CN']}”都是明细，一个文件只能导出其中一个，"
        "请分几次导出。"
    )
    en = (
        f"'{first.label['en']}' and '{second.label['en']}' both hold lines: a file takes one of"
        " them; export them apart."
    )
    return Invalid("export.lines", zh, en, [Fault("export.lines", zh, en, "fields")])
