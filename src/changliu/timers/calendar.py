"""A working calendar: hours of the week, public holidays with their make-up days, exceptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from changliu.timers.china_days import read_days

Span = tuple[int, int]
"""A span of working time: seconds of the day at which it begins and ends."""
Spans = tuple[Span, ...]

_OFFICE: Spans = ((9 * 3600, 12 * 3600), (13 * 3600 + 1800, 18 * 3600))
# Monday first; the usual hours of an office in China, 7.5 a day.
OFFICE_WEEK: tuple[Spans, ...] = (*(_OFFICE,) * 5, (), ())

# Business before this year is history nobody counts working time for.
FIRST_DAY = date(2000, 1, 1)
YEARS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class DayOff:
    """What an exception says of a day: its hours (none: a day off) and why."""

    spans: Spans
    name: str | None = None


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Hours by weekday (Monday first), whether China's holidays count, and single days."""

    week: tuple[Spans, ...] = OFFICE_WEEK
    public_holidays: bool = True
    exceptions: Mapping[date, DayOff] = field(default_factory=dict)

    @property
    def makeup(self) -> Spans:
        """The hours of a day worked to make up for a holiday: those of the week's first day."""
        return next((spans for spans in self.week if spans), ())

    def day(self, day: date) -> "WorkDay":
        """What this calendar says of one day."""
        if day in self.exceptions:
            found = self.exceptions[day]
            return WorkDay(day, found.spans, found.name)
        if self.public_holidays:
            off, makeup = public_days(day.year)
            if day in off:
                return WorkDay(day, (), off[day])
            if day in makeup and not self.week[day.weekday()]:
                return WorkDay(day, self.makeup, "调休上班")
        return WorkDay(day, self.week[day.weekday()])

    def days(self, first: date, last: date) -> Iterator["WorkDay"]:
        """Every day from first to last."""
        for number in range((last - first).days + 1):
            yield self.day(first + timedelta(days=number))


@dataclass(frozen=True, slots=True)
class WorkDay:
    """One day of a calendar: its hours, and the holiday or exception it is named after."""

    day: date
    spans: Spans
    name: str | None = None

    @property
    def working(self) -> bool:
        """Whether anyone works on it."""
        return bool(self.spans)

    @property
    def seconds(self) -> int:
        """How long it is worked."""
        return sum(end - start for start, end in self.spans)


def public_days(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """China's days off with their names, and the weekend days worked for them (调休).

    As the State Council announced them each autumn for the next year; the years not yet announced
    have the statutory festivals without make-up days; before 2000 and after 2099 there are none.
    """
    return read_days().get(year) or ({}, frozenset())


def last_day(today: date) -> date:
    """The last day calendars are written for."""
    return date(today.year + YEARS_AHEAD, 12, 31)
