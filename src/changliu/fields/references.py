"""Ids of other records: one or many, written as id, read back by `records` with titles."""

import re
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from changliu.fields.lists import each_once, split_text
from changliu.fields.model import Field, FieldSettings
from changliu.fields.protocol import FormulaFact, Storage
from changliu.fields.refusal import Refused, wrong_type
from changliu.fields.settings import setting
from changliu.fields.stored import LIST_TESTS, Reader, StoredType, Writer
from changliu.formula.world import Kind

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch
_SPELT = re.compile(
    r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE | re.ASCII
).fullmatch


class ManySettings(FieldSettings):
    """Whether the field holds several ids."""

    many: bool = setting(False, "可多选", "holds several")


M = TypeVar("M", bound=ManySettings)


class IdType(StoredType[M], Generic[M]):
    """A field that holds ids of one object's records."""

    sql_type: ClassVar[str] = "uuid"
    uniqueness: ClassVar[str | None] = "exact"
    tests: ClassVar[tuple[str, ...]] = ("=", "<>", "IN", "ISBLANK")

    def target(self, settings: M) -> str:
        """Return the id of the object referred to."""
        raise NotImplementedError

    def storage(self, settings: FieldSettings) -> Storage | None:
        """Return `uuid`, or `uuid[]` when there may be many."""
        if isinstance(settings, ManySettings) and settings.many:
            return Storage("uuid[]", "gin")
        return Storage("uuid", "btree")

    def reader(self, settings: M) -> Reader:
        """Read an id, `{id, …}` as sent to clients, or a list; raises `Refused` (`field.type`)."""
        if not settings.many:
            return id_of
        return lambda value: each_once(split_text(value), id_of)

    def writer(self, settings: M) -> Writer:
        """Write titles where the wire has them, else ids."""
        if not settings.many:
            return _title
        return lambda values: ";".join(_title(value) for value in values)

    def shown(self, value: Any) -> Any:
        """Return ids as text."""
        return [str(v) for v in value] if isinstance(value, list) else str(value)

    def operators(self, settings: FieldSettings) -> tuple[str, ...]:
        """Return list tests for many, equality for one."""
        many = isinstance(settings, ManySettings) and settings.many
        return LIST_TESTS if many else self.tests

    def fact(self, field: Field) -> FormulaFact:
        """Return a REF, or UUIDS when there may be many."""
        settings: Any = field.settings
        kind = Kind.UUIDS if settings.many else Kind.REF
        return FormulaFact(kind, target=self.target(settings), many=settings.many)


def id_of(value: object) -> str | None:
    """Return the id in lower case with hyphens, None for blank; raises `Refused`."""
    if isinstance(value, str) and _ID(value):
        return value
    return _other_id(value)


def _other_id(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and len(value) <= 80:
        if not value.strip():
            return None
        # UUID() itself would also take digits of other scripts and underscores.
        if _SPELT(value.strip()):
            return str(UUID(value.strip()))
    raise not_an_id(value)


def not_an_id(value: object) -> Refused:
    """Return the refusal of something that is no id."""
    return wrong_type(value, "记录的 id（UUID）", "the id (UUID) of a record")


def _title(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("title") or value.get("id") or "")
    return str(value)
