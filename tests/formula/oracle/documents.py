"""JSON by keys."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.formula.oracle.dates import parse_date
from tests.formula.oracle.numbers import number_text
from tests.formula.oracle.texts import number


def dig(value: Any, keys: list[str]) -> tuple[bool, Any]:
    for key in keys:
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif (
            isinstance(value, list)
            and re.fullmatch("-?[0-9]{1,9}", key)
            and -len(value) <= int(key) < len(value)
        ):
            value = value[int(key)]
        else:
            return False, None
    return value is not None or bool(keys), value


def json_number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        return number(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(str(value))


def json_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value or None
    plain = json_number(value)
    return None if plain is None else number_text(plain)


JSON: dict[str, Callable[[bool, Any], Any]] = {
    "GET": lambda _, value: json_text(value),
    "GETNUM": lambda _, value: json_number(value),
    "GETBOOL": lambda _, value: value is True,
    "GETDATE": lambda _, value: parse_date(json_text(value)),
    "HASKEY": lambda found, _: found,
}
