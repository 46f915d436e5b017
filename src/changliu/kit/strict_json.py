"""Strict JSON: bytes to values for every door, values to canonical text."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson

from changliu.kit.errors import BadRequest, Fault

# Deeper than any definition nests, shallow enough that no recursive reader runs out of stack.
DEPTH_LIMIT = 128

_LONG_NUMBER = re.compile(rb"\d[\d.]{16,}")


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8; numbers a float would bend come as int or Decimal.

    Raises `BadRequest`: `body.charset`, `body.json`, `body.depth`, `body.nul`, `body.number`.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(
            "body.charset",
            f"内容不是 UTF-8 编码（第 {error.start + 1} 个字节起），请转换成 UTF-8 后重试。",
            f"The body is not UTF-8 from byte {error.start + 1} on; convert it to UTF-8 and try"
            " again.",
        ) from None
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _bad_json(error) from None
    _check_depth(value)
    if _LONG_NUMBER.search(raw):
        value = json.loads(raw, parse_float=_exact)
    if b"\\u0000" in raw:
        _refuse_nul(value, ())
    return value


def _bad_json(error: orjson.JSONDecodeError) -> BadRequest:
    if "depth limit" in error.msg:
        return _too_deep()
    if "infinity" in error.msg:
        return BadRequest(
            "body.number",
            f"第 {error.lineno} 行第 {error.colno} 列的数字太大（超过 1.7E308），请检查后重试。",
            f"The number at {error.lineno}:{error.colno} is too large (over 1.7E308); check it and"
            " try again.",
        )
    where = f"{error.lineno}:{error.colno}"
    return BadRequest(
        "body.json",
        f"内容不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列），请检查引号、逗号和括号。",
        f"The body is not valid JSON at {where} ({error.msg}); check quotes, commas and brackets.",
        [
            Fault(
                "body.json", "此处不是有效的 JSON。", error.msg, start=error.pos, end=error.pos + 1
            )
        ],
    )


def _too_deep() -> BadRequest:
    return BadRequest(
        "body.depth",
        f"JSON 嵌套超过 {DEPTH_LIMIT} 层，请减少嵌套后重试。",
        f"The JSON nests deeper than {DEPTH_LIMIT} levels; flatten it and try again.",
    )


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _too_deep()


def _exact(text: str) -> float | Decimal:
    number, exact = float(text), Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _refuse_nul(value: Any, path: tuple[str, ...]) -> None:
    if isinstance(value, str) and "\x00" in value:
        place = ".".join(path)
        raise BadRequest(
            "body.nul",
            f"“{place}”里有空字符（NUL），请删去后重试。",
            f"'{place}' holds a NUL character; remove it and try again.",
            [Fault("body.nul", "含有空字符（NUL）。", "It holds a NUL character.", path=place)],
        )
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_nul(key, (*path, key.replace("\x00", "\\u0000")))
            _refuse_nul(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_nul(inner, (*path, str(index)))


def decimal_text(value: Decimal) -> str:
    """Return a number as it travels: no exponent, no trailing zeros, no minus zero (design §3)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
