"""Line objects: rows that are a part of another object's record. Pure.

A line object says `lines_of` which object. It has no owner, rights or version of its own: all of
that is its parent's. Two fields are built in, with columns made with the table: the parent, which
takes its lines along when it is deleted, and the position.
"""

from changliu.fields.model import Field
from changliu.fields.protocol import Storage
from changliu.fields.types.integer import IntegerSettings
from changliu.fields.types.lines import LINES, LinesSettings
from changliu.fields.types.reference import ReferenceSettings
from changliu.formula.world import FieldFact, Kind
from changliu.schema.model import Object
from changliu.schema.plan import Index, Step

PARENT, POSITION = "parent", "position"
BUILT_IN = frozenset({PARENT, POSITION})
_POSITION_LABEL = {"zh-CN": "行序", "en": "Position"}


def defined_fields(found: Object) -> list[Field]:
    """Return the fields somebody defined: those that are built in come with the object."""
    return [f for f in found.fields if found.lines_of is None or f.key not in BUILT_IN]


def parent_id(object_id: str) -> str:
    """Return the id, also the column, of a line object's reference to its parent: o_7 → p_7."""
    return object_id.replace("o_", "p_", 1)


def position_id(object_id: str) -> str:
    """Return the id, also the column, of a line object's position: o_7 → n_7."""
    return object_id.replace("o_", "n_", 1)


def built_in_fields(object_id: str, parent: str, label: dict[str, str]) -> tuple[Field, Field]:
    """Return the reference to the parent (key and label given) and the position."""
    settings = ReferenceSettings(object=parent, on_delete="cascade")
    above = parent_id(object_id)
    place = position_id(object_id)
    return (
        Field(
            above, PARENT, label, "reference", settings, column=above, required=True,
            read_only=True, position=100_001,
        ),
        Field(
            place, POSITION, _POSITION_LABEL, "integer", IntegerSettings(), column=place,
            read_only=True, position=100_002,
        ),
    )  # fmt: skip


def built_in_steps(table: str) -> list[Step]:
    """Return the steps that give a new line object's table its built-in columns."""
    parent = Storage("uuid", "btree")
    index = Index(f"i_{table}_parent")
    return [
        Step("add_column", table, column=parent_id(table), storage=parent),
        Step("add_column", table, column=position_id(table), storage=Storage("bigint")),
        Step("add_index", table, column=parent_id(table), storage=parent, index=index),
    ]


def lines_field(parent: Object, line: Object) -> Field | None:
    """Return the field of the parent that holds a line object's rows, None while there is none."""
    return next((f for f in lines_fields(parent) if _names(f, line)), None)


def holds_lines(fact: FieldFact) -> bool:
    """Say whether a field, as formulas see it, is a list of the row's own lines."""
    return fact.kind is Kind.CHILDREN and fact.via == parent_id(fact.target or "")


def lines_fields(item: Object) -> tuple[Field, ...]:
    """Return the fields of an object that hold lines."""
    return tuple(f for f in item.fields if f.type == LINES)


def _names(field: Field, line: Object) -> bool:
    return isinstance(field.settings, LinesSettings) and field.settings.object == line.key
