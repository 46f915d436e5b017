"""Numbers as people write them, and the one canonical way the wire writes them."""

import math
import re
import unicodedata
from decimal import Decimal, localcontext

from changliu.fields.refusal import Refused, out_of_range, wrong_type

WHOLE_DIGITS = 20
DECIMALS = 12
# A double carries 15 significant digits for certain; more would store binary noise.
FLOAT_FORMAT = ".15g"
_LONGEST = 60
_BOUND = Decimal(10) ** WHOLE_DIGITS
_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?").fullmatch
_WRITTEN = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?:[¥$€£]|CNY|RMB|USD|EUR)?\s*(?P<sign2>[+-])?"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<rest>\.[0-9]*)?(?P<exp>e[+-]?[0-9]{1,2})?"
    r"\s*(?P<unit>千|万|百万|千万|亿|万亿|k|m)?\s*(?:元|圆|rmb|cny|usd)?\s*(?P<per>[%‰])?\s*(?P<close>\))?",
    re.IGNORECASE,
).fullmatch
_UNITS = {
    None: 0, "千": 3, "k": 3, "万": 4, "百万": 6, "m": 6, "千万": 7, "亿": 8, "万亿": 12,
}  # fmt: skip
_SHARES = {None: 0, "%": -2, "‰": -3}


def not_a_number(value: object) -> Refused:
    """Return the refusal of something that is no number."""
    return wrong_type(value, "数字，例如 1234.5", "a number such as 1234.5")


def decimal_of(value: object) -> Decimal:
    """Return the number meant by a JSON number or a text such as `1,234.50`, `￥3.2万`, `12%`.

    Raises `Refused` for anything else, NaN, infinities and more than 20 whole digits.
    """
    if isinstance(value, str):
        number = Decimal(value) if _PLAIN(value) else _read_written(value)
    elif isinstance(value, bool):
        raise not_a_number(value)
    elif isinstance(value, int):
        number = Decimal(value) if abs(value) < _BOUND else _BOUND
    elif isinstance(value, float) and math.isfinite(value):
        number = Decimal(format(value, FLOAT_FORMAT))
    elif isinstance(value, Decimal) and value.is_finite():
        number = value
    else:
        raise not_a_number(value)
    if number.adjusted() >= WHOLE_DIGITS:
        raise out_of_range(
            value, f"最多 {WHOLE_DIGITS} 位整数", f"at most {WHOLE_DIGITS} whole digits"
        )
    return number


def _read_written(value: str) -> Decimal:
    text = unicodedata.normalize("NFKC", value[: _LONGEST + 1]).strip().replace("−", "-")
    match = _WRITTEN(text) if len(text) <= _LONGEST else None
    if match is None or not _has_digits(match) or bool(match["open"]) != bool(match["close"]):
        raise not_a_number(value)
    digits = (match["digits"] or "").replace(",", "") + (match["rest"] or "")
    unit, share = match["unit"], match["per"]
    with localcontext(prec=_LONGEST + 10):
        shift = _UNITS[unit.lower() if unit else None] + _SHARES[share]
        number = Decimal(digits + (match["exp"] or "")).scaleb(shift)
        negative = (match["sign"] == "-") ^ (match["sign2"] == "-") ^ bool(match["open"])
        return -number if negative else number


def _has_digits(match: re.Match[str]) -> bool:
    return bool(match["digits"]) or len(match["rest"] or "") > 1


def canonical(number: Decimal) -> str:
    """Return the number without exponent and trailing zeros; never `-0`."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def decimal_text(value: object, decimals: int) -> str:
    """Return the canonical text of a number; raises `Refused` (`field.decimals`) when it has more
    decimals than allowed: a figure is never rounded behind the user's back."""
    number = decimal_of(value)
    if number and number.adjusted() < -DECIMALS:
        raise too_many_decimals(value, decimals)
    text = canonical(number)
    point = text.find(".")
    if point >= 0 and len(text) - point - 1 > decimals:
        raise too_many_decimals(value, decimals)
    return text


def too_many_decimals(value: object, decimals: int) -> Refused:
    """Return the refusal of a figure finer than its field."""
    shown = str(value)[:_LONGEST]
    return Refused(
        "field.decimals",
        f"的值“{shown}”小数超过 {decimals} 位，请先四舍五入，或请管理员增加该字段的小数位数。",
        f"'{shown}' has more than {decimals} decimals; round it, or have the field allow more.",
    )
