"""Texts: None is the empty one; longer than 100,000 characters is None too."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.formula.oracle.numbers import ONE, count_of, rounded

MAX_TEXT = 100_000


def capped(text: str) -> str | None:
    return None if len(text) > MAX_TEXT or text == "" else text


def ascii_fold(text: str, low: bool) -> str:
    a, b = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
    return text.translate(str.maketrans(a, b) if low else str.maketrans(b, a))


def lower(text: str) -> str:
    return ascii_fold(text, True)


def mid(text: str, start: Decimal, n: Decimal) -> str | None:
    if not 1 <= start <= 1_000_000:
        return None
    return text[int(start) - 1 : int(start) - 1 + count_of(n)]


def find(part: str, text: str, start: Decimal = ONE) -> Decimal | None:
    if not 1 <= start <= 1_000_000:
        return None
    at = text.find(part, int(start) - 1)
    return None if at < 0 else Decimal(at + 1)


def substitute(text: str | None, old: str | None, new: str | None) -> str | None:
    if text is None or old is None:
        return text
    size = len(text) + text.count(old) * (len(new or "") - len(old))
    return None if size > MAX_TEXT else text.replace(old, new or "")


def splice(text: str | None, start: Decimal | None, n: Decimal | None, new: str | None) -> Any:
    if start is None or n is None or not 1 <= start <= 1_000_000:
        return None
    at, whole = int(start) - 1, text or ""
    return capped(whole[:at] + (new or "") + whole[at + count_of(n) :])


def pad(text: str, n: Decimal, fill: str, left: bool) -> str | None:
    size = count_of(n)
    if size > MAX_TEXT:
        return None
    missing = size - len(text)
    if missing <= 0:
        return text
    filling = (fill * (missing // len(fill) + 1))[:missing]
    return filling + text if left else text + filling


def part(text: str, separator: str, index: Decimal) -> str | None:
    if not 1 <= index <= 1_000_000:
        return None
    pieces = text.split(separator)
    return pieces[int(index) - 1] if int(index) <= len(pieces) else None


def mask(text: str, head: Decimal, tail: Decimal) -> str:
    first, last = count_of(head), count_of(tail)
    hidden = len(text) - first - last
    if hidden <= 0:
        return "*" * len(text)
    return text[:first] + "*" * hidden + text[len(text) - last :]


def textjoin(separator: str | None, *values: str | None) -> str | None:
    return capped((separator or "").join(value for value in values if value is not None))


_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?")


def number(text: str) -> Decimal | None:
    trimmed = text.strip(" ")
    if len(trimmed) > 100 or not _NUMBER.fullmatch(trimmed):
        return None
    plain = trimmed.replace(",", "")
    return Decimal(plain[:-1]) * Decimal("0.01") if plain.endswith("%") else Decimal(plain)


def format_number(x: Decimal, pattern: str) -> str:
    places = len(pattern.rstrip("%").partition(".")[2])
    percent = pattern.endswith("%")
    shown = rounded(x * 100 if percent else x, places)
    whole, _, tail = f"{abs(shown):f}".partition(".")
    if "," in pattern:
        whole = f"{int(whole):,}"
    tail = "." + tail.ljust(places, "0") if places else ""
    return ("-" if shown < 0 else "") + whole + tail + ("%" if percent else "")


def format_date(moment: datetime, pattern: str) -> str:
    parts = {
        "yyyy": f"{moment.year:04}", "MM": f"{moment.month:02}", "M": str(moment.month),
        "dd": f"{moment.day:02}", "d": str(moment.day), "HH": f"{moment.hour:02}",
        "H": str(moment.hour), "mm": f"{moment.minute:02}", "ss": f"{moment.second:02}",
    }  # fmt: skip
    return re.sub("yyyy|MM|M|dd|d|HH|H|mm|ss", lambda found: parts[found[0]], pattern)


def rmb(amount: Decimal) -> str | None:
    cents = int(rounded(abs(amount), 2) * 100)
    if cents >= 10**18:
        return None
    yuan, rest = divmod(cents, 100)
    words = f"{_chinese(yuan)}元" if yuan else ""
    jiao, fen = divmod(rest, 10)
    if jiao:
        words += _CAPITALS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    words += _CAPITALS[fen] + "分" if fen else ""
    if not words:
        return "零元整"
    return ("负" if amount < 0 else "") + words + ("" if fen else "整")


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def _chinese(n: int) -> str:
    if n < 10**4:
        return _group(n)
    unit, name = (10**8, "亿") if n >= 10**8 else (10**4, "万")
    high, low = divmod(n, unit)
    return _chinese(high) + name + _following(low, high % 10**4 == 0 or low < unit // 10)


def _following(low: int, gap: bool) -> str:
    if low == 0:
        return ""
    return ("零" if gap else "") + _chinese(low)


def _group(n: int) -> str:
    words, zero = "", False
    for power_of_ten, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = n // power_of_ten % 10
        if digit:
            words += ("零" if zero and words else "") + _CAPITALS[digit] + name
            zero = False
        else:
            zero = True
    return words
