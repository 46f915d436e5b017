"""Dates and times: ISO 8601 on the wire, what people write in spreadsheets."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone

from changliu.fields.refusal import Refused, wrong_type
from changliu.fields.texts import check_characters

Refusal = Callable[[object], Refused]

# A text without an offset is China time (no daylight saving since 1991), the workspace default.
LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
_LONGEST = 60
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*").fullmatch
_WRITTEN = re.compile(
    r"(?P<y>[0-9]{4})\s*[-/.年]\s*(?P<m>[0-9]{1,2})\s*[-/.月]\s*(?P<d>[0-9]{1,2})\s*日?"
    r"(?:\s*[T ]?\s*(?P<H>[0-9]{1,2})\s*[:时点]\s*(?P<M>[0-9]{1,2})\s*分?"
    r"(?:\s*:?\s*(?P<S>[0-9]{1,2})(?:\.[0-9]+)?\s*秒?)?)?",
    re.ASCII,
).fullmatch
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})").fullmatch


def day_of(value: object) -> date:
    """Return the day of an ISO date; raises `Refused`."""
    if isinstance(value, str) and _DAY(text := value.strip()):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise not_a_day(value)


def instant_of(value: object) -> datetime:
    """Return the instant of an ISO date-time, in UTC; without an offset it is China time.

    Raises `Refused`; a date alone is its midnight.
    """
    try:
        if isinstance(value, datetime):
            return _to_utc(value)
        if isinstance(value, str):
            text = value.strip()
            if _INSTANT(text):
                return _to_utc(datetime.fromisoformat(text))
            if _DAY(text):
                return _to_utc(datetime.combine(date.fromisoformat(text), time()))
    except (ValueError, OverflowError):
        pass
    raise not_an_instant(value)


def _to_utc(value: datetime) -> datetime:
    """Return the instant in UTC; raises OverflowError outside the years 1 to 9999 in China too."""
    aware = value if value.tzinfo else value.replace(tzinfo=LOCAL)
    instant = aware.astimezone(UTC)
    instant.astimezone(LOCAL)
    return instant


def day_in_text(value: object, formats: Sequence[str]) -> date:
    """Return the day a cell means: the given formats first, then usual Chinese and ISO forms."""
    return written_moment(value, formats, not_a_day).date()


def instant_in_text(value: object, formats: Sequence[str]) -> datetime:
    """Return the instant a cell means, in UTC."""
    if isinstance(value, str) and _INSTANT(value.strip()):
        return instant_of(value)
    moment = written_moment(value, formats, not_an_instant)
    try:
        return _to_utc(moment)
    except OverflowError:
        raise not_an_instant(value) from None


def written_moment(value: object, formats: Sequence[str], refuse: Refusal) -> datetime:
    """Return the moment as written (aware only when a format has an offset)."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise refuse(value)
    check_characters(value)
    text = value.strip()
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 -- the caller knows the zone
        except (ValueError, re.error):
            continue
    match = _WRITTEN(text) or _COMPACT(text)
    if match is None:
        raise refuse(value)
    try:
        year, month, day, hour, minute, second = (
            int(n or 0) for n in (*match.groups(), 0, 0, 0)[:6]
        )
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        raise refuse(value) from None


def not_a_day(value: object) -> Refused:
    """Return the refusal of something that is no date."""
    return wrong_type(value, "日期，例如 2026-01-31", "a date such as 2026-01-31")


def not_an_instant(value: object) -> Refused:
    """Return the refusal of something that is no date and time."""
    return wrong_type(
        value,
        "日期时间，例如 2026-01-31T09:30:00+08:00",
        "a date and time such as 2026-01-31T09:30:00+08:00",
    )
