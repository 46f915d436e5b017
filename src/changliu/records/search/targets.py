"""What a search looks into: objects the caller reads, and the lines of their records."""

from collections.abc import Sequence
from dataclasses import dataclass

from changliu.formula.model import Column, Kind, TrueNode
from changliu.records.query.compiled import CompiledList
from changliu.records.query.model import WireRecord
from changliu.records.query.paths import own_path, resolve
from changliu.records.query.plan import (
    ListPlan,
    Output,
    SortKey,
    envelope,
    output_of,
    sort_key,
    title_text,
)
from changliu.records.query.reader import Reader
from changliu.records.query.searched import Search, search_of
from changliu.records.search.found import Hit
from changliu.records.search.places import place_in
from changliu.records.search.wording import Wording
from changliu.schema.lines import lines_fields, parent_id
from changliu.schema.model import Object
from changliu.schema.searching import searchable_fields

# The record a line belongs to, among what the line shows; no field's key has a dot.
ABOVE = ".record"


@dataclass(frozen=True, slots=True)
class Target:
    """An object with what the caller may be told of its keys; `lines` are those of its records.

    `above` is the object of the records, for lines, and `prefix` what their fields are named by.
    """

    object: Object
    search: Search
    lines: tuple["Target", ...] = ()
    above: Object | None = None
    prefix: str = ""

    @property
    def objects(self) -> list[str]:
        """The ids of the objects whose keys are looked into."""
        return [each.object.id for each in (self, *self.lines) if each.search.looks]

    def record_of(self, record: WireRecord) -> str:
        """Return the id of the record a row leads to: its own, or that of the line."""
        return str(record["values"][ABOVE] if self.above is not None else record["id"])

    def hit(self, wording: Wording, record: WireRecord, text: str) -> Hit | None:
        """Return where the text stands in a row, in the best of the fields the caller reads."""
        best: Hit | None = None
        for field in searchable_fields(self.object):
            value = record["values"].get(field.key)
            titled = self.above is None and field.id == self.object.title_field
            if not isinstance(value, str) or (wording.single and not titled):
                continue
            match, places = place_in(wording, field, value, text)
            if match is None:
                continue
            hit = Hit(
                self.record_of(record), record.get("title"), f"{self.prefix}{field.key}", value,
                match, places, record["created_at"], titled,
                None if self.above is None else record["id"],
            )  # fmt: skip
            if best is None or hit.rank < best.rank:
                best = hit
        return best


def targets_of(reader: Reader, keys: Sequence[str] | None) -> list[Target]:
    """Return what is looked into; raises `NotFound` for an object the caller does not know."""
    if keys is None:
        known = [o for o in reader.catalogue.objects if reader.may_list(o.id)]
    else:
        known = [reader.object(key) for key in dict.fromkeys(keys)]
    found = [
        Target(o, search_of(reader, o), _lines(reader, o)) for o in known if o.lines_of is None
    ]
    return [target for target in found if target.objects]


def _lines(reader: Reader, found: Object) -> tuple[Target, ...]:
    targets = []
    for holder in lines_fields(found):
        if not reader.shown(found.id, holder.id):
            continue
        line = reader.catalogue.object(str(getattr(holder.settings, "object", "")))
        search = search_of(reader, line)
        if search.looks:
            targets.append(Target(line, search, above=found, prefix=f"{holder.key}."))
    return tuple(targets)


def compiled_hits(reader: Reader, target: Target, *, closed: bool) -> CompiledList:
    """The list of hits, newest first: title, time of entry, and the fields searched, blank where
    not readable; of lines, those of their record."""
    found = target.object
    if target.above is None:
        heads = [o for o in envelope(reader, found) if o.name in ("title", "created_at")]
        newest = resolve(reader, found.id, "created_at", "sort")
        sorts: tuple[SortKey, ...] = (sort_key(reader, newest, descending=True),)
    else:
        heads, sorts = _record_of(reader, found, target.above)
    fields = [f for f in searchable_fields(found) if f.id in target.search.names]
    outputs = [output_of(own_path(reader, found.id, f.id, f.key)) for f in fields]
    rows = reader.rows(found.id)
    plan = ListPlan(found, (*heads, *outputs), sorts, rows, TrueNode(), target.search, closed)
    return CompiledList(plan, ())


def _record_of(
    reader: Reader, line: Object, above: Object
) -> tuple[list[Output], tuple[SortKey, ...]]:
    """What a line shows of its record, and its order: the records', each with its lines."""
    upward = parent_id(line.id)
    world = reader.catalogue.world
    entered = Column((upward, "created_at"), kind=Kind.DATETIME)
    owner = Column((upward,), kind=Kind.REF)
    fact = world.object(above.id).fields["created_at"]
    heads = [
        Output("created_at", entered, Kind.DATETIME, fact, system=True),
        Output(ABOVE, owner, Kind.TEXT, world.object(line.id).fields[upward], None, upward),
    ]
    title = title_text(reader, above.id, (upward,))
    heads += [Output("title", title, Kind.TEXT, system=True)] if title else []
    return heads, (
        SortKey(entered, Kind.DATETIME, True),
        SortKey(owner, Kind.REF, False, (), upward, True),
    )
