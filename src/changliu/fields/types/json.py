"""Any JSON."""

import math
from typing import ClassVar

import orjson

from changliu.fields.model import FieldSettings
from changliu.fields.refusal import Refused, too_long, wrong_type
from changliu.fields.settings import NoSettings
from changliu.fields.stored import Reader, StoredType, Writer
from changliu.fields.texts import check_characters
from changliu.formula.world import Kind

LONGEST = 65_536  # bytes
DEPTH = 20
_INT_BOUND = 2**63


class JsonType(StoredType[NoSettings]):
    """A JSON value, for outside systems' data."""

    name: ClassVar[str] = "json"
    label: ClassVar[dict[str, str]] = {"zh-CN": "JSON 数据", "en": "JSON"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "任意 JSON，最多 64 KB、20 层。",
        "en": "Any JSON of at most 64 KB and 20 levels.",
    }
    example: ClassVar[str] = '{"a":[1,2]}'
    settings: ClassVar[type[FieldSettings]] = NoSettings
    kind: ClassVar[Kind] = Kind.JSON
    sql_type: ClassVar[str] = "jsonb"
    index: ClassVar[str | None] = None
    tests: ClassVar[tuple[str, ...]] = ("ISBLANK",)

    def reader(self, settings: NoSettings) -> Reader:  # noqa: ARG002
        """Check a JSON value; raises `Refused` (`field.type`, `field.too_long`, …)."""
        return checked_json

    def text_reader(self, settings: NoSettings, formats: object) -> Reader:  # noqa: ARG002
        """Parse a cell as JSON."""
        return json_in_text

    def writer(self, settings: NoSettings) -> Writer:  # noqa: ARG002
        """Write compact JSON."""
        return lambda value: orjson.dumps(value).decode()


def checked_json(value: object) -> object:
    """Return the value unchanged; raises `Refused` when it cannot be stored."""
    _check(value, 1)
    size = len(orjson.dumps(value))
    if size > LONGEST:
        raise too_long(size, LONGEST)
    return value


def json_in_text(value: object) -> object:
    """Return the JSON a text holds; raises `Refused`."""
    if not isinstance(value, str):
        return checked_json(value)
    check_characters(value)
    if not value.strip():
        return None
    try:
        return checked_json(orjson.loads(value))
    except orjson.JSONDecodeError:
        raise _no_json(value) from None


def _check(value: object, depth: int) -> None:
    if depth > DEPTH:
        raise Refused(
            "field.too_deep",
            f"的 JSON 超过 {DEPTH} 层，请减少嵌套。",
            f"has JSON deeper than {DEPTH} levels; nest it less.",
        )
    if isinstance(value, str):
        check_characters(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise _no_json(value)
            check_characters(key)
            _check(item, depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item, depth + 1)
    elif not _is_plain(value):
        raise _no_json(value)


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -_INT_BOUND <= value < _INT_BOUND
    return value is None


def _no_json(value: object) -> Refused:
    return wrong_type(value, "JSON", "JSON")
