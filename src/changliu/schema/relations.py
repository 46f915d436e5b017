"""System relations: tables of other rooms whose rows speak of records of any object.

A formula sees one as a list of every object: `EXISTS(share, member = ME())`. Nothing else reaches
into another room's tables. main.py lists the relations there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from changliu.formula.model import Kind
from changliu.formula.world import FieldFact, ObjectFact


@dataclass(frozen=True, slots=True)
class SystemRelation:
    """A table of the workspace with the columns `id`, `object` (object id) and `record`.

    `names` holds the key first, then the labels (zh-CN, en); `fields` are its typed columns beside
    those, all of them for whoever reads the record. Rows with `deleted_at` set are gone.
    """

    id: str
    names: tuple[str, ...]
    table: str
    fields: tuple[FieldFact, ...]

    def fact(self, schema: str) -> ObjectFact:
        """Return the relation as an object of formulas."""
        known = (
            FieldFact("id", ("id",), Kind.REF, column="id", target=self.id, system=True),
            FieldFact("object", ("object",), Kind.TEXT, column="object", system=True),
            FieldFact("record", ("record",), Kind.REF, column="record", system=True),
            *self.fields,
        )
        facts = {fact.id: fact for fact in known}
        return ObjectFact(self.id, self.names, schema, self.table, facts)

    def rows_of(self, object_id: str) -> FieldFact:
        """Return the list of its rows as every record of an object has it."""
        own = (("object", object_id),)
        return FieldFact(
            self.id, self.names, Kind.CHILDREN, target=self.id, via="record", only=own, system=True
        )

    def shows(self, field_id: str) -> bool:
        """Say whether a column is open to whoever reads the record."""
        return any(fact.id == field_id for fact in self.fields)


class Relations:
    """The relations of this program, by id."""

    _known: ClassVar[Mapping[str, SystemRelation]] = {}

    @classmethod
    def register(cls, relations: Sequence[SystemRelation]) -> None:
        """Make these the relations there are; called once, before any catalogue is read."""
        cls._known = {relation.id: relation for relation in relations}

    @classmethod
    def all(cls) -> tuple[SystemRelation, ...]:
        """Return them in the order of registration."""
        return tuple(cls._known.values())

    @classmethod
    def get(cls, object_id: str) -> SystemRelation | None:
        """Return the relation of that id, None for anything else."""
        return cls._known.get(object_id)
