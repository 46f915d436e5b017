"""The trash as a list: what the caller could restore, with when and by whom it was deleted."""

from dataclasses import dataclass, replace

from changliu.access.model import Verb
from changliu.formula.model import And, Kind, Node
from changliu.formula.world import FieldFact
from changliu.kit.errors import Forbidden
from changliu.records.query.reader import Reader
from changliu.schema.model import Object
from changliu.schema.world import MEMBER, CatalogueWorld

DELETED_AT, DELETED_BY = "deleted_at", "deleted_by"
# Names only the trash knows: outside it they are always blank.
FACTS = (
    FieldFact(
        DELETED_AT, (DELETED_AT, "删除时间", "Deleted at"), Kind.DATETIME, column=DELETED_AT,
        system=True,
    ),
    FieldFact(
        DELETED_BY, (DELETED_BY, "删除人", "Deleted by"), Kind.REF, column=DELETED_BY,
        target=MEMBER, system=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrashReader(Reader):
    """The caller before the trash of one object (by id)."""

    trash: str = ""

    def shown(self, object_id: str, field_id: str) -> bool:
        """Say whether records show the field; those of the trash are shown with its rows."""
        return self._of_trash(object_id, field_id) or self.access.shown(object_id, field_id)

    def partly(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows a field shows that shows on some only; those of the trash on all."""
        if self._of_trash(object_id, field_id):
            return None
        return Reader.partly(self, object_id, field_id)

    def _of_trash(self, object_id: str, field_id: str) -> bool:
        return object_id == self.trash and field_id in (DELETED_AT, DELETED_BY)


def trash_reader(reader: Reader, found: Object) -> TrashReader:
    """Return the caller with the names of an object's trash."""
    world = reader.catalogue.world
    assert isinstance(world, CatalogueWorld)
    for fact in FACTS:
        world = world.with_field(found.id, fact)
    catalogue = replace(reader.catalogue, world=world)
    return TrashReader(catalogue, reader.access, reader.timezone, found.id)


def restorable(reader: Reader, found: Object) -> Node:
    """Return which rows the caller could restore: restoring asks to read and to delete.

    Raises `Forbidden` (`access.denied`) where nothing may be deleted.
    """
    deletes = reader.access.predicate(found.id, Verb.DELETE)
    if deletes is None:
        zh, en = found.label["zh-CN"], found.label["en"]
        raise Forbidden(
            "access.denied",
            f"您没有删除“{zh}”的权限，因此也看不到它的回收站；请联系管理员。",
            f"You may not delete '{en}' records and so do not see their trash; ask an"
            " administrator.",
        )
    return And((reader.rows(found.id), deletes))
