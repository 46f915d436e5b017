"""Working time, day by day and span by span, on the default calendar from 2000 to 2036."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.formula.oracle.numbers import rounded

from changliu.timers.calendar import Span, WorkCalendar

FIRST, LAST = date(2000, 1, 1), date(2036, 12, 31)


class Working:
    """A calendar asked the slow way."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.spans = {day.day: day.spans for day in calendar.days(FIRST, LAST)}

    def hours(self, a: datetime, b: datetime, zone: ZoneInfo) -> Decimal | None:
        if a > b:
            back = self.hours(b, a, zone)
            return None if back is None else -back
        start, end = _local(a, zone), _local(b, zone)
        if not self._known(start.date()) or not self._known(end.date()):
            return None
        total = timedelta(0)
        for opens, closes in self._spans(start.date(), end.date()):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        return rounded(_seconds(total) / 3600, 20)

    def add_hours(self, t: datetime, hours: Decimal, zone: ZoneInfo) -> datetime | None:
        if abs(hours) > 1_000_000:
            return None
        micro = int(rounded(hours * 3_600_000_000, 0))
        left, start = timedelta(microseconds=abs(micro)), _local(t, zone)
        if not left:
            return t
        if not self._known(start.date()):
            return None
        walk = self._ahead(start) if micro > 0 else self._behind(start)
        for opens, closes in walk:
            if left <= closes - opens and micro > 0:
                return _moment(opens + left, zone)
            if left <= closes - opens:
                return _moment(closes - left, zone)
            left -= closes - opens
        return None

    def days(self, a: date, b: date) -> Decimal | None:
        if not self._known(a) or not self._known(b):
            return None
        count = sum(bool(self.spans[day]) for day in _between(min(a, b), max(a, b)))
        return Decimal(count if a <= b else -count)

    def add_days(self, d: date, n: Decimal) -> date | None:
        count = int(n)
        if abs(n) > 100_000:
            return None
        while count and self._known(d):
            d += timedelta(days=1 if count > 0 else -1)
            if self.spans.get(d):
                count -= 1 if count > 0 else -1
        return d if not count else None

    def is_day(self, d: date) -> bool:
        return bool(self.spans.get(d))

    def _known(self, day: date) -> bool:
        return day in self.spans

    def _spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        for day in _between(first, last):
            for span in self.spans[day]:
                yield _at(day, span)

    def _ahead(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self._spans(start.date(), LAST):
            if closes > start:
                yield max(opens, start), closes

    def _behind(self, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = end.date()
        while day >= FIRST:
            for span in reversed(self.spans[day]):
                opens, closes = _at(day, span)
                if opens < end:
                    yield opens, min(closes, end)
            day -= timedelta(days=1)


OFFICE = Working(WorkCalendar())


def worked(o: Any, node: Any, scope: Any) -> Any:
    """WORKHOURS, ADDWORKHOURS, WORKDAYS, ADDWORKDAYS, ISWORKDAY, no team given."""
    read: dict[str, tuple[Callable[..., Any], ...]] = {
        "WORKHOURS": (o.moment, o.moment),
        "ADDWORKHOURS": (o.moment, o.value),
        "WORKDAYS": (o.day, o.day),
        "ADDWORKDAYS": (o.day, o.value),
        "ISWORKDAY": (o.day,),
    }
    given = [take(arg, scope) for take, arg in zip(read[node.name], node.args, strict=False)]
    if any(value is None for value in given):
        return False if node.name == "ISWORKDAY" else None
    if node.name == "WORKHOURS":
        return OFFICE.hours(*given, o.zone)
    if node.name == "ADDWORKHOURS":
        return OFFICE.add_hours(*given, o.zone)
    if node.name == "WORKDAYS":
        return OFFICE.days(*given)
    return OFFICE.add_days(*given) if node.name == "ADDWORKDAYS" else OFFICE.is_day(*given)


def _between(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _at(day: date, span: Span) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time())
    return midnight + timedelta(seconds=span[0]), midnight + timedelta(seconds=span[1])


def _seconds(delta: timedelta) -> Decimal:
    return Decimal(delta // timedelta(microseconds=1)) / 1_000_000


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _moment(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
