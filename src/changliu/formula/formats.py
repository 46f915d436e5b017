"""The written settings of functions: number and date formats of TEXT, units of time."""

import re
from dataclasses import dataclass

from changliu.formula.world import fold

_NUMBER = re.compile(r"(?P<grouped>#,##)?0(?:\.(?P<places>0{1,10}))?(?P<percent>%)?")
_DATE_PART = re.compile(r"yyyy|MM|M|dd|d|HH|H|mm|ss|[-/.: 年月日时分秒]")

UNITS_OF_TIME: dict[str, tuple[str, ...]] = {
    "year": ("year", "years", "y", "年"),
    "quarter": ("quarter", "quarters", "q", "季度", "季"),
    "month": ("month", "months", "m", "月", "个月"),
    "week": ("week", "weeks", "w", "周", "星期"),
    "day": ("day", "days", "d", "天", "日"),
    "hour": ("hour", "hours", "h", "小时", "时"),
    "minute": ("minute", "minutes", "min", "分钟", "分"),
}
"""Units of DATEADD and DATEDIF: canonical name → accepted spellings."""

_UNITS = {spelling: unit for unit, spellings in UNITS_OF_TIME.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """`#,##0.00` and its kin."""

    places: int
    grouped: bool
    percent: bool


def number_format(text: str) -> NumberFormat | None:
    """The number format of a text, or None."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    places = len(match["places"] or "")
    return NumberFormat(places, bool(match["grouped"]), bool(match["percent"]))


def date_format(text: str) -> tuple[str, ...] | None:
    """The parts of a date format (`yyyy`, `MM`, `-` …), or None."""
    parts = tuple(_DATE_PART.findall(text))
    return parts if parts and "".join(parts) == text else None


def time_unit(text: str) -> str | None:
    """The canonical unit of time of a spelling, or None."""
    return _UNITS.get(fold(text))
