"""What a field definition needs of its table. Pure."""

from changliu.fields.attached import FileSettings
from changliu.fields.model import Field, FieldSettings
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.autonumber import AutonumberSettings
from changliu.schema.body import FieldBody
from changliu.schema.plan import Index, Physical
from changliu.schema.rollups import kept_column, kept_storage


def typed_settings(body: FieldBody) -> FieldSettings:
    """Return a stored body's settings as its type's model."""
    return FIELD_TYPES[body.type].settings.model_validate(body.settings)


def physical_field(table: str, body: FieldBody) -> Physical:
    """Return column, indexes and sequence of a prepared body; see `FieldBody.place`."""
    kind, settings = FIELD_TYPES[body.type], typed_settings(body)
    kept = kept_column(body)
    if kept is not None:
        return Physical(table, kept, kept_storage(body))
    column = body.place
    storage = kind.storage(settings)
    if storage is None:
        return Physical(table, column, None)
    indexes = _indexes(body, storage.sql_type)
    if not isinstance(settings, AutonumberSettings):
        return Physical(table, column, storage, indexes)
    counting = settings.reset if settings.no_gaps else ""
    return Physical(table, column, storage, indexes, settings.start, counting)


def physical_change(
    table: str, old: FieldBody | None, new: FieldBody | None
) -> tuple[Physical | None, Physical | None]:
    """Return what a field needed and needs now; a roll-up that gets a column begins with none."""
    before = physical_field(table, old) if old else None
    after = physical_field(table, new) if new else None
    begins = new is not None and kept_column(new) is not None
    if begins and before and after and before.column != after.column:
        return None, after
    return before, after


def normalisation(body: FieldBody) -> str | None:
    """Return how a unique index compares values (`ddl.unique_key`), None where it cannot."""
    kind = FIELD_TYPES[body.type]
    storage = kind.storage(typed_settings(body))
    compared = kind.unique_key(body.place)
    if storage is None or compared is None:
        return None
    return "text" if (compared, storage.sql_type) == ("exact", "text") else compared


def _indexes(body: FieldBody, sql_type: str) -> tuple[Index, ...]:
    """Unique fields are kept so by an index; references carry one because child lists read it,
    files because reading one asks which records hold it.

    Other fields get an index only when a published use needs one.
    """
    number = body.place.removeprefix("f_")
    made = []
    compared = normalisation(body)
    if body.unique and compared is not None:
        made.append(Index(f"u_{number}", unique=True, key=compared))
    if body.type == "reference" or isinstance(typed_settings(body), FileSettings):
        made.append(Index(f"i_{number}", method="gin" if sql_type.endswith("[]") else "btree"))
    return tuple(made)


def provisional(body: FieldBody, key: str) -> Field:
    """Return a field as types see it while its definition is checked."""
    settings = typed_settings(body)
    stored = FIELD_TYPES[body.type].storage(settings)
    column = body.place if stored else None
    return Field(body.id or "", key, body.label, body.type, settings, column=column)
