"""The functions that look at kinds, branches, the clock or the catalogue."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.formula.oracle.core import Oracle, Scope, total
from tests.formula.oracle.dates import (
    FIRST_MOMENT,
    LAST_MOMENT,
    add_days,
    add_months,
    add_seconds,
    make_date,
    months_between,
    parse_date,
    period,
    seconds,
)
from tests.formula.oracle.documents import JSON, dig
from tests.formula.oracle.table import PLAIN
from tests.formula.oracle.texts import format_date, format_number
from tests.formula.oracle.work import worked

from changliu.formula import model as m
from changliu.formula.formats import time_unit
from changliu.formula.functions.work import CALENDAR
from changliu.formula.model import Kind


def branches(o: Oracle, node: m.Call, scope: Scope) -> Any:
    args = node.args
    if node.name in ("IF", "IFS"):
        for test, value in zip(args[::2], args[1::2], strict=False):
            if o.truth(test, scope):
                return o.coerced(value, node.kind, scope)
        return o.coerced(args[-1], node.kind, scope) if len(args) % 2 else None
    if node.name == "SWITCH":
        subject, *rest = args
        for case, value in zip(rest[::2], rest[1::2], strict=False):
            if o.compare(m.Compare("=", subject, case), scope):
                return o.coerced(value, node.kind, scope)
        return o.coerced(rest[-1], node.kind, scope) if len(rest) % 2 else None
    if node.name == "CHOOSE":
        index = o.value(args[0], scope)
        place = int(index) if index is not None else 0
        return o.coerced(args[place], node.kind, scope) if 0 < place < len(args) else None
    for arg in args:  # IFBLANK
        if o.blankable(arg, scope) is not None:
            return o.coerced(arg, node.kind, scope)
    return None


def between(o: Oracle, node: m.Call, scope: Scope) -> bool:
    value, low, high = node.args
    above = o.compare(m.Compare(">=", value, low), scope)
    return above and o.compare(m.Compare("<=", value, high), scope)


def over_values(o: Oracle, node: m.Call, scope: Scope) -> Any:
    values = [o.coerced(arg, node.kind, scope) for arg in node.args]
    present = [value for value in values if value is not None]
    if node.name == "PRODUCT":
        result = Decimal(1)
        for value in present:
            result *= value
        return result if present else None
    return total(node.name, values)


def counted(o: Oracle, node: m.Call, scope: Scope) -> Decimal:
    if node.name == "COUNTTRUE":
        return Decimal(sum(o.truth(arg, scope) for arg in node.args))
    return Decimal(sum(o.blankable(arg, scope) is None for arg in node.args))


def blank(o: Oracle, node: m.Call, scope: Scope) -> bool:
    return (o.blankable(node.args[0], scope) is None) is (node.name == "ISBLANK")


def held(o: Oracle, node: m.Call, scope: Scope) -> bool:
    whole, *values = node.args
    have = [str(item) for item in o.value(whole, scope) or []]
    found = [str(o.value(value, scope)) in have for value in values]
    if node.name == "HASNONE":
        return not any(found)
    return any(found) if node.name == "HASANY" else all(found)


def json(o: Oracle, node: m.Call, scope: Scope) -> Any:
    source, *keys = node.args
    found, value = dig(o.value(source, scope), [str(k.value) for k in keys])  # type: ignore[attr-defined]
    return JSON[node.name](found, value)


def labels(o: Oracle, node: m.Call, scope: Scope) -> Any:
    separator = str(node.args[1].value) if len(node.args) > 1 else "、"  # type: ignore[attr-defined]
    known = {o.key: o.names[0] for o in o.options(node.args[0], scope) if o.names}
    held = o.value(node.args[0], scope) or []
    return separator.join(known.get(key, key) for key in held) or None


def formatted(o: Oracle, node: m.Call, scope: Scope) -> Any:
    value = node.args[0]
    if len(node.args) == 1 or value.kind is Kind.BLANK:
        return o.text(value, scope)
    pattern = str(node.args[1].value)  # type: ignore[attr-defined]
    got = o.argument(value, "l" if value.kind is not Kind.NUMBER else "n", scope)
    if got is None:
        return None
    if value.kind is Kind.NUMBER:
        return format_number(got, pattern)
    return format_date(got, pattern)


def dated(o: Oracle, node: m.Call, scope: Scope) -> Any:
    unit = time_unit(str(node.args[2].value)) or ""  # type: ignore[attr-defined]
    if node.name == "DATEDIF":
        return difference(o, node, unit, scope)
    count = o.value(node.args[1], scope)
    timed = unit in ("hour", "minute")
    start = o.moment(node.args[0], scope) if timed else o.value(node.args[0], scope)
    if start is None or count is None:
        return None
    if timed:
        return add_seconds(start, count * (3600 if unit == "hour" else 60))
    whole = Decimal(int(count))
    if unit in ("week", "day"):
        return o.moved(start, whole * (7 if unit == "week" else 1))
    months = whole * {"year": 12, "quarter": 3, "month": 1}[unit]
    if not isinstance(start, datetime):
        return add_months(start, months)
    local = o.local(start)
    day = add_months(local.date(), months)
    if day is None:
        return None
    moved = datetime.combine(day, local.time(), o.zone).astimezone(UTC)
    return moved if FIRST_MOMENT <= moved <= LAST_MOMENT else None


def difference(o: Oracle, node: m.Call, unit: str, scope: Scope) -> Any:
    start, end = node.args[:2]
    if unit in ("hour", "minute"):
        one, other = o.moment(start, scope), o.moment(end, scope)
        if one is None or other is None:
            return None
        return Decimal(int(seconds(other - one) / (3600 if unit == "hour" else 60)))
    one, other = o.day(start, scope), o.day(end, scope)
    if one is None or other is None:
        return None
    if unit in ("week", "day"):
        return Decimal(int((other - one).days / Decimal(7 if unit == "week" else 1)))
    size = {"year": 12, "quarter": 3, "month": 1}[unit]
    return Decimal(int(Decimal(months_between(one, other)) / size))


def hours(o: Oracle, node: m.Call, scope: Scope) -> Any:
    unit = 3600 if node.name == "HOURSBETWEEN" else 60
    return o.seconds(node.args[1], node.args[0], scope, unit)


def age(o: Oracle, node: m.Call, scope: Scope) -> Any:
    birthday = o.day(node.args[0], scope)
    on = o.day(node.args[1], scope) if len(node.args) > 1 else o.today
    if birthday is None or on is None:
        return None
    return Decimal(int(Decimal(months_between(birthday, on)) / 12))


def within(o: Oracle, node: m.Call, scope: Scope) -> bool:
    day = o.day(node.args[0], scope)
    first = last = o.today
    if node.name in ("LASTDAYS", "NEXTDAYS"):
        count = o.value(node.args[1], scope)
        if count is None:
            return False
        whole = Decimal(int(count)) - 1
        if node.name == "LASTDAYS":
            first = add_days(first, -whole)
        else:
            last = add_days(last, whole)
    elif node.name != "ISTODAY":
        first, last = period(node.name.removeprefix("THIS").lower(), o.today)
    if day is None or first is None or last is None:
        return False
    if node.args[0].kind is Kind.DATETIME and not date(1, 1, 3) <= first <= last <= date(
        9999, 12, 28
    ):
        return False
    return bool(first <= day <= last)


def date_time(o: Oracle, node: m.Call, scope: Scope) -> Any:
    given = [o.value(arg, scope) for arg in node.args]
    if any(part is None for part in given):
        return None
    year, month, day, *clock = given
    hours, minutes, left = [*clock, *[Decimal(0)] * (3 - len(clock))]
    start = o.midnight(make_date(year, month, day))
    if start is None or abs(hours) > 80_000_000 or abs(minutes) > 4_800_000_000:
        return None
    return add_seconds(start, Decimal(int(hours)) * 3600 + int(minutes) * 60 + left)


def date_value(o: Oracle, node: m.Call, scope: Scope) -> Any:
    if node.args[0].kind is Kind.TEXT:
        return parse_date(o.text(node.args[0], scope))
    return o.day(node.args[0], scope)


def weekday(o: Oracle, node: m.Call, scope: Scope) -> Any:
    day = o.day(node.args[0], scope)
    way = str(node.args[1].value) if len(node.args) > 1 else "1"  # type: ignore[attr-defined]
    if day is None:
        return None
    return Decimal({"1": day.isoweekday() % 7 + 1, "2": day.isoweekday(), "3": day.weekday()}[way])


def place(o: Oracle, node: m.Call, scope: Scope) -> Any:
    keys = [o.key for o in o.options(node.args[0], scope)]
    got = o.value(node.args[0], scope)
    return Decimal(keys.index(got) + 1) if got in keys else None


def size(o: Oracle, node: m.Call, scope: Scope) -> Decimal:
    got = o.value(node.args[0], scope)
    return Decimal(len(got)) if isinstance(got, list | dict) else Decimal(0)


CALLS: dict[str, Callable[[Oracle, Any, Scope], Any]] = {
    "TODAY": lambda o, *_: o.today,
    "NOW": lambda o, *_: o.now,
    **dict.fromkeys(("IF", "IFS", "SWITCH", "CHOOSE", "IFBLANK"), branches),
    "BETWEEN": between,
    **dict.fromkeys(("SUM", "AVG", "MIN", "MAX", "PRODUCT"), over_values),
    **dict.fromkeys(("COUNTBLANK", "COUNTTRUE"), counted),
    **dict.fromkeys(("ISBLANK", "NOTBLANK"), blank),
    **dict.fromkeys(("HAS", "HASANY", "HASALL", "HASNONE"), held),
    **dict.fromkeys(JSON, json),
    "JOIN": labels,
    "TEXT": formatted,
    **dict.fromkeys(("DATEADD", "DATEDIF"), dated),
    **dict.fromkeys(("HOURSBETWEEN", "MINUTESBETWEEN"), hours),
    "AGE": age,
    **dict.fromkeys(CALENDAR, worked),
    **dict.fromkeys(
        ("ISTODAY", "THISWEEK", "THISMONTH", "THISQUARTER", "THISYEAR", "LASTDAYS", "NEXTDAYS"),
        within,
    ),
    "DATETIME": date_time,
    "DATEVALUE": date_value,
    "WEEKDAY": weekday,
    "OPTIONINDEX": place,
    "SIZE": size,
    "KEY": lambda o, node, scope: o.value(node.args[0], scope),
    "LABEL": lambda o, node, scope: o.text(node.args[0], scope),
    "TITLE": lambda o, node, scope: o.text(node.args[0], scope),
    "ID": lambda o, node, scope: (got := o.value(node.args[0], scope)) and str(got),
    # Nobody is in the teams of the sample: only oneself.
    "ISMYTEAM": lambda o, node, scope: str(o.value(node.args[0], scope)) == str(o.me),
    "ISME": lambda o, node, scope: str(o.value(node.args[0], scope)) == str(o.me),
    "XOR": lambda o, node, scope: o.truth(node.args[0], scope) is not o.truth(node.args[1], scope),
    "CONCAT": lambda o, node, scope: "".join(o.text(a, scope) or "" for a in node.args) or None,
}
KNOWN = frozenset(PLAIN) | frozenset(CALLS)
"""The functions this evaluator knows."""
