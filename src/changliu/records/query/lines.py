"""Lists of lines beside the rows of a page: one statement per field of lines.

Whoever reads a record reads its lines; which of their fields, says `access`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from changliu.fields.model import Field
from changliu.fields.types.lines import LinesSettings
from changliu.formula.model import Column, InParam, Kind, Param, TrueNode
from changliu.kit.errors import Fault, Invalid
from changliu.records.query.plan import ListPlan, Output, SortKey, line_outputs
from changliu.records.query.reader import Reader
from changliu.schema.lines import parent_id, position_id
from changliu.schema.model import Object
from changliu.schema.world import Reference

# Lines of one page: ten records with as many lines as there may be.
MAX_PAGE_LINES = 10_000
PARENTS = "line_parents"
ABOVE = "parent"


def line_object(reader: Reader, holder: Field) -> Object:
    """Return the object whose rows a field of lines holds."""
    assert isinstance(holder.settings, LinesSettings)
    return reader.catalogue.object(holder.settings.object)


def to_parent(line: Object, parent: Object) -> Reference:
    """Return the reference by which lines hang on their record."""
    return Reference(line, line.by_id[parent_id(line.id)], parent.id, many=False)


def plan_lines(reader: Reader, holder: Field, *, deleted: bool = False) -> ListPlan:
    """Return the plan of the lines of the records bound as `line_parents`, in their order.

    Of records in the trash, those bound as `ids`: the lines that went there with them.
    """
    line = line_object(reader, holder)
    fact = reader.catalogue.world.object(line.id).fields[parent_id(line.id)]
    above = Column((parent_id(line.id),), kind=Kind.REF)
    place = position_id(line.id)
    order = SortKey(Column((place,), kind=Kind.NUMBER), Kind.NUMBER, False, (), place, True, True)
    where = InParam(above, Param(PARENTS, kind=Kind.UUIDS))
    # The id of the record as it is, without a title: its rows are grouped by it.
    owner = Output(ABOVE, above, Kind.TEXT, fact, None, parent_id(line.id), True)
    outputs = (owner, *line_outputs(reader, line))
    # The records are the caller's to read; their lines only where the field of lines is.
    parent = reader.catalogue.object(line.lines_of or "")
    open_ = reader.partly(parent.id, holder.id) is None
    rows = TrueNode() if open_ else reader.rows(line.id)
    return ListPlan(line, outputs, (order,), rows, where, by_ids=deleted, deleted=deleted)


def too_many_lines(field: Field) -> Invalid:
    """Return the refusal of a page with too many lines."""
    zh = f"这一页的“{field.label['zh-CN']}”超过 {MAX_PAGE_LINES} 行，请减小 limit 或不取该字段。"
    en = (
        f"This page holds more than {MAX_PAGE_LINES} lines of '{field.label['en']}'; use a smaller"
        " limit, or leave the field out."
    )
    return Invalid("query.lines", zh, en, [Fault("query.lines", zh, en, "fields")])


def by_parent(
    parents: Sequence[UUID], rows: Sequence[tuple[UUID, dict[str, Any]]]
) -> dict[UUID, list[dict[str, Any]]]:
    """Return `{id, …values}` of every line by record, blank lists too."""
    found: dict[UUID, list[dict[str, Any]]] = {parent: [] for parent in parents}
    for parent, record in rows:
        found[parent].append({"id": record["id"], **record["values"]})
    return found
