"""Dates and times in the workspace's time zone."""

from changliu.formula.emitter.arguments import Argument, Templates
from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.numbers import divided
from changliu.formula.emitter.row import FX, Row, quoted
from changliu.formula.formats import time_unit
from changliu.formula.model import Call, Kind, Literal

_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_SECONDS = {"hour": 3_600, "minute": 60}


def _part(name: str, form: str = "d") -> str:
    return f"extract({name} FROM {{0:{form}}})"


def _start(unit: str) -> str:
    return f"date_trunc('{unit}', {{0:d}}::timestamp)::date"


def _end(unit: str, length: str) -> str:
    first = f"date_trunc('{unit}', {{0:d}}::timestamp)"
    return f"({first} + interval '{length}' - interval '1 day')::date"


DATES: Templates = {
    "DATE": f"{FX}.make_date({{0:n}}, {{1:n}}, {{2:n}})",
    "YEAR": _part("year"),
    "MONTH": _part("month"),
    "DAY": _part("day"),
    "HOUR": _part("hour", "l"),
    "MINUTE": _part("minute", "l"),
    "SECOND": f"floor({_part('second', 'l')})",
    "QUARTER": _part("quarter"),
    "ISOWEEKNUM": _part("week"),
    "EDATE": f"{FX}.month_add({{0:d}}, {{1:n}})",
    "EOMONTH": f"{FX}.month_end({{0:d}}, {{1:n}})",
    "DAYS": "({0:d} - {1:d})::numeric",
    "WEEKSTART": _start("week"),
    "WEEKEND": f"{FX}.date_add({_start('week')}, 6)",
    "MONTHSTART": _start("month"),
    "MONTHEND": _end("month", "1 month"),
    "QUARTERSTART": _start("quarter"),
    "QUARTEREND": _end("quarter", "3 months"),
    "YEARSTART": _start("year"),
    "YEAREND": _end("year", "1 year"),
    "DAYSINMONTH": f"extract(day FROM {_end('month', '1 month')})",
    "ISWEEKEND": f"({_part('isodow')} >= 6)",
    "YEARMONTH": f"left({FX}.date_text({{0:d}}), 7)",
}


def today(emitter: Emitter, _: Call, __: Row) -> str:
    """TODAY()."""
    return f"%({emitter.env.today_param})s::date"


def now(emitter: Emitter, _: Call, __: Row) -> str:
    """NOW()."""
    return f"%({emitter.env.now_param})s::timestamptz"


def date_time(emitter: Emitter, node: Call, row: Row) -> str:
    """DATETIME(year, month, day, hour, minute, second)."""
    given = [f"{Argument(emitter, arg, row):n}" for arg in node.args]
    parts = ", ".join([*given, *["0"] * (6 - len(given))])
    return f"{FX}.make_time({parts}, {quoted(emitter.env.timezone)})"


def date_value(emitter: Emitter, node: Call, row: Row) -> str:
    """DATEVALUE of a date, a time or a text."""
    value = node.args[0]
    if value.kind is Kind.TEXT:
        return f"{FX}.parse_date({emitter.text(value, row)})"
    return emitter.day(value, row)


def weekday(emitter: Emitter, node: Call, row: Row) -> str:
    """WEEKDAY(date, way)."""
    day = f"{Argument(emitter, node.args[0], row):d}"
    way = _written(node, 1)
    if way in ("", "1"):
        return f"(extract(dow FROM {day}) + 1)"
    return f"(extract(isodow FROM {day}) - {int(way) - 2})"


def added(emitter: Emitter, node: Call, row: Row) -> str:
    """DATEADD(date, count, unit)."""
    unit = time_unit(_written(node, 2)) or ""
    count = emitter.coerced(node.args[1], Kind.NUMBER, row)
    if unit in _SECONDS:
        start = emitter.moment(node.args[0], row)
        return f"{FX}.seconds_add({start}, {count} * {_SECONDS[unit]})"
    timed = node.kind is Kind.DATETIME
    start = emitter.value(node.args[0], row) if timed else emitter.day(node.args[0], row)
    if unit in _MONTHS:
        months = f"trunc({count}) * {_MONTHS[unit]}"
        if not timed:
            return f"{FX}.month_add({start}, {months})"
        return f"{FX}.time_month_add({start}, {months}, {quoted(emitter.env.timezone)})"
    days = f"trunc({count}) * {7 if unit == 'week' else 1}"
    return f"{FX}.{'time_add' if timed else 'date_add'}({start}, {days})"


def between(emitter: Emitter, node: Call, row: Row) -> str:
    """DATEDIF(start, end, unit): whole units."""
    unit = time_unit(_written(node, 2)) or ""
    start, end = (Argument(emitter, arg, row) for arg in node.args[:2])
    if unit in _SECONDS:
        apart = f"extract(epoch FROM ({end:t} - {start:t}))"
        return f"div({apart}, {_SECONDS[unit]})"
    if unit in _MONTHS:
        return f"div({FX}.months_between({start:d}, {end:d}), {_MONTHS[unit]})"
    return f"div(({end:d} - {start:d})::numeric, {7 if unit == 'week' else 1})"


def apart(emitter: Emitter, node: Call, row: Row) -> str:
    """HOURSBETWEEN and MINUTESBETWEEN."""
    start, end = (Argument(emitter, arg, row) for arg in node.args)
    seconds = 3_600 if node.name == "HOURSBETWEEN" else 60
    return divided(f"extract(epoch FROM ({end:t} - {start:t}))", str(seconds))


def age(emitter: Emitter, node: Call, row: Row) -> str:
    """AGE(birthday, on)."""
    birthday = emitter.day(node.args[0], row)
    on = emitter.day(node.args[1], row) if len(node.args) > 1 else today(emitter, node, row)
    return f"div({FX}.months_between({birthday}, {on}), 12)"


_PERIODS = {"THISWEEK": "week", "THISMONTH": "month", "THISQUARTER": "quarter", "THISYEAR": "year"}


def within(emitter: Emitter, node: Call, row: Row) -> str:
    """ISTODAY, THISWEEK …, LASTDAYS, NEXTDAYS: a range of days an index can serve."""
    this_day = today(emitter, node, row)
    first = last = this_day
    if node.name in _PERIODS:
        first = f"{FX}.period_start('{_PERIODS[node.name]}', {this_day})"
        last = f"{FX}.period_end('{_PERIODS[node.name]}', {this_day})"
    elif node.name != "ISTODAY":
        count = emitter.coerced(node.args[1], Kind.NUMBER, row)
        if node.name == "LASTDAYS":
            first = f"{FX}.date_add({this_day}, 1 - trunc({count}))"
        else:
            last = f"{FX}.date_add({this_day}, trunc({count}) - 1)"
    timed = node.args[0].kind is Kind.DATETIME
    value = emitter.coerced(node.args[0], Kind.DATETIME if timed else Kind.DATE, row)
    if timed:
        zone = quoted(emitter.env.timezone)
        after = f"{FX}.midnight({FX}.date_add({last}, 1), {zone})"
        first, last = f"{FX}.midnight({first}, {zone})", f"{after} - interval '1 microsecond'"
    return f"({value} BETWEEN {first} AND {last})"


def _written(node: Call, index: int) -> str:
    arg = node.args[index] if index < len(node.args) else None
    return str(arg.value) if isinstance(arg, Literal) else ""
