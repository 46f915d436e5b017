"""Objects whose records belong on the timelines of what they refer to; trees only."""

from dataclasses import dataclass, replace
from typing import Any

from changliu.formula import Mode, compile_text
from changliu.formula.model import Call, Column, Compare, Kind, Node, Or, Param
from changliu.records.query.compiled import CompiledList, compiled_as
from changliu.records.query.model import ListRequest
from changliu.records.query.plan import SortKey, plan_list
from changliu.records.query.reader import Reader
from changliu.schema.model import TIMELINE, Object
from changliu.schema.world import Reference, references

# The record in question, bound when the statement runs.
ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Trace:
    """An object that refers to another and is told on its timeline, as the caller reads it.

    `when` is the key of the datetime that orders its records; a blank one counts as created then.
    """

    object: Object
    references: tuple[Reference, ...]
    when: str


def traces(reader: Reader, found: Object) -> tuple[Trace, ...]:
    """Return what is told on the timelines of an object, by object id."""
    by_source: dict[str, list[Reference]] = {}
    for reference in references(reader.catalogue.objects):
        source = reference.source
        if reference.target != found.id or source.extra.get(TIMELINE) is None:
            continue
        if reader.may_list(source.id) and reader.readable(source.id, reference.field.id):
            by_source.setdefault(source.id, []).append(reference)
    made = []
    for source_id, found_references in sorted(by_source.items()):
        source = reader.catalogue.by_id[source_id]
        made.append(Trace(source, tuple(found_references), _when(reader, source)))
    return tuple(made)


def compiled_trace(reader: Reader, about: Object, trace: Trace) -> CompiledList:
    """Return the list of a trace's records about `ABOUT`, latest first, sorted by when."""

    def make() -> CompiledList:
        plan = plan_list(reader, ListRequest(trace.object.key))
        where = Or(tuple(_refers(reference) for reference in trace.references))
        order = SortKey(_instant(reader, trace), Kind.DATETIME, descending=True, nullable=False)
        return CompiledList(replace(plan, where=where, sorts=(order,)), ())

    parts: tuple[Any, ...] = ("trace", about.id, trace.object.id)
    return compiled_as(reader, parts, make)


def _when(reader: Reader, source: Object) -> str:
    """The field that tells when, unless the caller may not read it."""
    field = source.by_id.get(str(source.extra[TIMELINE]))
    return field.key if field and reader.readable(source.id, field.id) else "created_at"


def _instant(reader: Reader, trace: Trace) -> Node:
    text = "[created_at]"
    if trace.when != "created_at":
        text = f"IFBLANK([{trace.when}], [created_at])"
    world = reader.catalogue.world
    return compile_text(text, world, trace.object.id, Mode.ROW, reader.readable).node


def _refers(reference: Reference) -> Node:
    about = Param(ABOUT, kind=Kind.REF)
    if reference.many:
        held = Column((reference.field.id,), kind=Kind.UUIDS)
        return Call("HAS", (held, about), kind=Kind.BOOL)
    return Compare("=", Column((reference.field.id,), kind=Kind.REF), about)
