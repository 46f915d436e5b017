"""What one record holds of a person: its own row, rows merged into it, and the lines of them all,
in the trash or outside it."""

from dataclasses import dataclass
from uuid import UUID

from changliu.fields.model import Field
from changliu.fields.types.lines import LinesSettings
from changliu.kit.db import Tx
from changliu.records.history.erasure import store
from changliu.records.merge.store import merged_into
from changliu.schema.lines import lines_fields
from changliu.schema.model import Catalogue, Object


@dataclass(frozen=True, slots=True)
class Part:
    """One row to erase a person from; `holder` is the field of lines it is listed in, if it is."""

    target: Object
    id: UUID
    trashed: bool
    holder: Field | None = None

    @property
    def personal(self) -> list[Field]:
        """The fields that are blanked."""
        return personal_fields(self.target)

    @property
    def names(self) -> tuple[str, ...]:
        """What the fields are called, seen from the record: `phone`, `signers.name`."""
        above = f"{self.holder.key}." if self.holder else ""
        return tuple(above + field.key for field in self.personal)


def personal_fields(target: Object) -> list[Field]:
    """Return the fields of an object that hold people; numbers given out by us name nobody."""
    return [f for f in target.stored if f.personal and f.type != "autonumber"]


async def parts_of(tx: Tx, catalogue: Catalogue, target: Object, record: UUID) -> list[Part]:
    """Return every row that holds personal fields of a record, itself first.

    The record is held: from then on nobody adds a line, which a list without it would take away.
    """
    trashed = await store.hold(tx, target, record)
    above = [Part(target, record, trashed)]
    above += [Part(target, each, True) for each in await merged_into(tx, target.id, record)]
    found = list(above)
    for holder in lines_fields(target):
        assert isinstance(holder.settings, LinesSettings)
        line = catalogue.object(holder.settings.object)
        if personal_fields(line):
            rows = await store.lines_of(tx, line, [part.id for part in above])
            found += [Part(line, id_, gone, holder) for id_, gone in rows]
    return found
