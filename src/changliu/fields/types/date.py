"""A day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from pydantic import model_validator

from changliu.fields.bounds import check_bounds, check_within
from changliu.fields.model import FieldSettings
from changliu.fields.moments import day_in_text, day_of
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType
from changliu.formula.world import Kind


class DateSettings(FieldSettings):
    """First and last day allowed."""

    min: date | None = setting(None, "最早", "first day")
    max: date | None = setting(None, "最晚", "last day")

    @model_validator(mode="after")
    def _ordered(self) -> "DateSettings":
        check_bounds(self.min, self.max)
        return self


class DateType(StoredType[DateSettings]):
    """A day without a time; ISO 8601 on the wire."""

    name: ClassVar[str] = "date"
    label: ClassVar[dict[str, str]] = {"zh-CN": "日期", "en": "Date"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "日期；导入时也认 2026/1/31、2026年1月31日。",
        "en": "A day; imports also read 2026/1/31 and 2026年1月31日.",
    }
    example: ClassVar[str] = '"2026-01-31"'
    settings: ClassVar[type[FieldSettings]] = DateSettings
    kind: ClassVar[Kind] = Kind.DATE
    sql_type: ClassVar[str] = "date"
    uniqueness: ClassVar[str | None] = "exact"

    def reader(self, settings: DateSettings) -> Reader:
        """Read an ISO date; raises `Refused` (`field.type`, `field.range`)."""
        return lambda value: _iso(day_of(value), settings)

    def text_reader(self, settings: DateSettings, formats: Sequence[str]) -> Reader:
        """Read a cell: the formats, then usual forms."""
        return lambda value: _iso(day_in_text(value, formats), settings)

    def shown(self, value: Any) -> str:
        """Return the ISO date."""
        return value if isinstance(value, str) else str(value.isoformat())


def _iso(day: date, settings: DateSettings) -> str:
    check_within(day, settings.min, settings.max)
    return day.isoformat()
