"""A length of time in seconds."""

import re
import unicodedata
from decimal import Decimal
from typing import Any, ClassVar, Literal

from changliu.fields.bounds import check_within
from changliu.fields.model import FieldSettings
from changliu.fields.refusal import wrong_type
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType, Writer
from changliu.fields.types.integer import whole_of
from changliu.formula.world import Kind

MOST_SECONDS = 3_155_760_000  # a hundred years of 365.25 days
_PARTS = re.compile(
    r"(?P<sign>-)?(?:(?P<d>[0-9.]+)\s*(?:天|日|d|days?))?\s*"
    r"(?:(?P<h>[0-9.]+)\s*(?:小时|个小时|时|h|hours?|hrs?))?\s*"
    r"(?:(?P<m>[0-9.]+)\s*(?:分钟|分|m|min|minutes?))?\s*"
    r"(?:(?P<s>[0-9]+)\s*(?:秒钟|秒|s|sec|seconds?))?",
    re.IGNORECASE,
).fullmatch
_CLOCK = re.compile(r"(-)?([0-9]{1,7}):([0-5]?[0-9])(?::([0-5]?[0-9]))?").fullmatch
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class DurationSettings(FieldSettings):
    """How it is written on screen, and whether it may be negative."""

    show: Literal["clock", "hours", "days"] = setting("clock", "显示方式", "shown as")
    negative: bool = setting(False, "允许负数", "may be negative")


class DurationType(StoredType[DurationSettings]):
    """Whole seconds; an integer on the wire."""

    name: ClassVar[str] = "duration"
    label: ClassVar[dict[str, str]] = {"zh-CN": "时长", "en": "Duration"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "按秒存取；文本可写 1:30:00、90分钟、2天3小时。",
        "en": "Seconds; the texts 1:30:00, 90 min and 2d 3h will do.",
    }
    example: ClassVar[str] = "5400"
    settings: ClassVar[type[FieldSettings]] = DurationSettings
    kind: ClassVar[Kind] = Kind.NUMBER
    sql_type: ClassVar[str] = "numeric"

    def reader(self, settings: DurationSettings) -> Reader:
        """Read seconds; raises `Refused` (`field.type`, `field.range`)."""
        low = -MOST_SECONDS if settings.negative else 0

        def read(value: object) -> int:
            seconds = seconds_in_text(value) if isinstance(value, str) else None
            if seconds is None:
                seconds = whole_of(value)
            check_within(seconds, low, MOST_SECONDS)
            return seconds

        return read

    def writer(self, settings: DurationSettings) -> Writer:  # noqa: ARG002
        """Write `1:30:00`."""
        return clock_text

    def shown(self, value: Any) -> int:
        """Return whole seconds."""
        return int(value)


def clock_text(seconds: int) -> str:
    """Return `hours:mm:ss`."""
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hours}:{minute:02}:{second:02}"


def seconds_in_text(value: str) -> int | None:
    """Return the seconds of `1:30:00` or `2天3小时`, None when it may be a bare number.

    Raises `Refused` for parts that are no numbers.
    """
    text = unicodedata.normalize("NFKC", value[:60]).strip()
    if clock := _CLOCK(text):
        sign, hours, minutes, seconds = clock.groups()
        total = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
        return -total if sign else total
    parts = _PARTS(text)
    if parts is None or not any(parts[unit] for unit in _SECONDS):
        return None
    try:
        exact = sum(Decimal(parts[u]) * n for u, n in _SECONDS.items() if parts[u])
    except ArithmeticError:
        raise wrong_type(value, "时长，例如 1:30:00", "a duration such as 1:30:00") from None
    return int(-exact if parts["sign"] else exact)
