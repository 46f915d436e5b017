"""Dates within the years 1 to 9999; outside is None."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.formula.oracle.numbers import rounded

FIRST_MOMENT = datetime(1, 1, 3, tzinfo=UTC)
LAST_MOMENT = datetime(9999, 12, 29, tzinfo=UTC)


def add_days(day: date, n: Decimal) -> date | None:
    if abs(n) > 9_999_999:
        return None
    try:
        return day + timedelta(days=int(n))
    except OverflowError:
        return None


def add_seconds(moment: datetime, n: Decimal) -> datetime | None:
    if abs(n) > 999_999_999_999:
        return None
    micro = int(rounded(n * 1_000_000, 0))
    try:
        moved = moment + timedelta(seconds=micro // 1_000_000, microseconds=micro % 1_000_000)
    except OverflowError:
        return None
    return moved if FIRST_MOMENT <= moved <= LAST_MOMENT else None


def add_months(day: date, n: Decimal) -> date | None:
    months = day.year * 12 + day.month - 1 + int(n)
    if not 12 <= months <= 119_999:
        return None
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date, n: Decimal) -> date | None:
    moved = add_months(day.replace(day=1), n)
    return moved and moved.replace(day=calendar.monthrange(moved.year, moved.month)[1])


def make_date(y: Decimal, m: Decimal, d: Decimal) -> date | None:
    if abs(y) > 20_000 or abs(m) > 200_000:
        return None
    months = int(y) * 12 + int(m) - 1
    if not 12 <= months <= 119_999:
        return None
    return add_days(date(months // 12, months % 12 + 1, 1), Decimal(int(d)) - 1)


def parse_date(text: str | None) -> date | None:
    shape = r" *([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( [0-9:]{4,8})? *"
    found = re.fullmatch(shape, text or "")
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def months_between(a: date, b: date) -> int:
    if b < a:
        return -months_between(b, a)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)


def period(unit: str, day: date) -> tuple[date, date]:
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    last = first + length - 1
    return (
        date(day.year, first, 1),
        date(day.year, last, calendar.monthrange(day.year, last)[1]),
    )


def seconds(apart: timedelta) -> Decimal:
    micro = (apart.days * 86400 + apart.seconds) * 1_000_000 + apart.microseconds
    return Decimal(micro) / 1_000_000


def week_start(day: date) -> date:
    return day - timedelta(days=day.weekday())
