"""Five cron fields to the next instant, in a time zone.

`minute hour day-of-month month day-of-week`; each `*`, a number, `a-b`, `a,b`, or any of these
`/step`. Sunday is 0 or 7. When both day fields are restricted, either may match (POSIX crontab).
A wall time that a clock change skips fires an hour later on the wall; a repeated one fires once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from changliu.kit.errors import Invalid

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
# 29 February on a given weekday comes back within 28 years, or 40 across 2100.
_HORIZON_DAYS = 366 * 40


@dataclass(frozen=True, slots=True)
class Schedule:
    """The allowed minutes, hours, days, months and weekdays (0 = Sunday)."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Return the first firing strictly after `instant`, in UTC.

        Raises Invalid (code `schedule.never`) when no such day exists, as for 31 February.
        """
        day = instant.astimezone(zone).date()
        for _ in range(_HORIZON_DAYS):
            if self._on(day.day, day.month, day.isoweekday() % 7):
                for hour in self.hours:
                    for minute in self.minutes:
                        wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                        if (fires := wall.astimezone(UTC)) > instant:
                            return fires
            day += timedelta(days=1)
        raise _invalid("never", "这个时间表永远不会到点。", "This schedule never comes due.")

    def _on(self, day: int, month: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        by_day, by_weekday = day in self.days, weekday in self.weekdays
        return by_day or by_weekday if self.either_day else by_day and by_weekday


def parse(text: str) -> Schedule:
    """Return the schedule of five cron fields; raises Invalid (code `schedule.invalid`)."""
    fields = text.split()
    if len(fields) != len(_BOUNDS):
        raise _invalid(
            "invalid",
            f"时间表“{text}”应有五段：分 时 日 月 周。",
            f"The schedule '{text}' needs five fields: minute hour day month weekday.",
        )
    minutes, hours, days, months, weekdays = (
        _numbers(field, *bounds) for field, bounds in zip(fields, _BOUNDS, strict=True)
    )
    return Schedule(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        frozenset(days),
        frozenset(months),
        frozenset(day % 7 for day in weekdays),
        either_day=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )


def _numbers(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        try:
            start = low if span == "*" else int(first)
            end = int(last) if dash else high if span == "*" or slash else start
            numbers = range(start, end + 1, int(step) if slash else 1)
        except ValueError:
            numbers = range(0)
        if not numbers or numbers[0] < low or numbers[-1] > high:
            raise _invalid(
                "invalid",
                f"时间表中的“{part}”不对：应在 {low} 到 {high} 之间。",
                f"'{part}' in the schedule is not within {low} to {high}.",
            )
        found.update(numbers)
    return found


def _invalid(code: str, zh: str, en: str) -> Invalid:
    return Invalid(f"schedule.{code}", zh, en)
