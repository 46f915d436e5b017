"""A date and time: an instant."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from changliu.fields.bounds import check_within
from changliu.fields.model import FieldSettings
from changliu.fields.moments import LOCAL, instant_in_text, instant_of
from changliu.fields.stored import Reader, StoredType, Writer
from changliu.fields.types.date import DateSettings
from changliu.formula.world import Kind


class DatetimeSettings(DateSettings):
    """First and last day allowed, China time."""


class DatetimeType(StoredType[DatetimeSettings]):
    """An instant; ISO 8601 in UTC on the wire."""

    name: ClassVar[str] = "datetime"
    label: ClassVar[dict[str, str]] = {"zh-CN": "日期时间", "en": "Date and time"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "时刻；不带时区的按中国时间理解，返回 UTC。",
        "en": "An instant; without an offset it is China time; answered in UTC.",
    }
    example: ClassVar[str] = '"2026-01-31T09:30:00+08:00"'
    settings: ClassVar[type[FieldSettings]] = DatetimeSettings
    kind: ClassVar[Kind] = Kind.DATETIME
    sql_type: ClassVar[str] = "timestamptz"

    def reader(self, settings: DatetimeSettings) -> Reader:
        """Read an ISO date-time; raises `Refused` (`field.type`, `field.range`)."""
        return lambda value: _iso(instant_of(value), settings)

    def text_reader(self, settings: DatetimeSettings, formats: Sequence[str]) -> Reader:
        """Read a cell: the formats, then usual forms."""
        return lambda value: _iso(instant_in_text(value, formats), settings)

    def writer(self, settings: DatetimeSettings) -> Writer:  # noqa: ARG002
        """Write China time, with fractions of a second when there are any."""
        return lambda value: datetime.fromisoformat(value).astimezone(LOCAL).isoformat(" ")

    def shown(self, value: Any) -> str:
        """Return ISO 8601 in UTC."""
        return value if isinstance(value, str) else str(value.astimezone(UTC).isoformat())


def _iso(instant: datetime, settings: DatetimeSettings) -> str:
    if settings.min is not None or settings.max is not None:
        day: date = instant.astimezone(LOCAL).date()
        check_within(day, settings.min, settings.max)
    return instant.isoformat()
