"""Fields of every type, and one good value of each, for the tests of this room."""

from typing import Any

from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.errors import Fault

OPTIONS = [
    {"key": "web", "label": {"zh-CN": "官网", "en": "Website"}},
    {"key": "fair", "label": {"zh-CN": "展会", "en": "Trade fair"}, "colour": "#ff8800"},
    {"key": "both", "label": "微信,电话"},
    {"key": "old", "label": "传真", "retired": True},
]
TREE = [
    {
        "key": "made",
        "label": {"zh-CN": "制造业", "en": "Manufacturing"},
        "options": [{"key": "cars", "label": "汽车"}, {"key": "bikes", "label": "自行车"}],
    },
    {"key": "trade", "label": "贸易"},
]
ID = "0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"
NEEDED: dict[str, dict[str, Any]] = {
    "select": {"options": OPTIONS},
    "multi_select": {"options": OPTIONS},
    "cascade": {"options": TREE},
    "reference": {"object": "account"},
    "lines": {"object": "account_line"},
    "formula": {"formula": "1+1"},
    "rollup": {"children": "contact", "function": "COUNT"},
    "lookup": {"path": "account.name"},
}


def field_of(kind: str, **settings: Any) -> Field:
    """A field of a type; the settings it cannot do without are there already."""
    model = FIELD_TYPES[kind].settings.model_validate({**NEEDED.get(kind, {}), **settings})
    return Field("f_1", "thing", {"zh-CN": "某字段", "en": "Thing"}, kind, model, column="f_1")


def parse_one(kind: str, value: Any, **settings: Any) -> Any:
    """The stored form of one value; an AssertionError when it is refused."""
    cells = FIELD_TYPES[kind].parse([value], field_of(kind, **settings))
    assert cells.faults == [None], cells.faults
    return cells.values[0]


def refused(kind: str, value: Any, **settings: Any) -> Fault:
    """Why one value is refused; an AssertionError when it is not."""
    cells = FIELD_TYPES[kind].parse([value], field_of(kind, **settings))
    assert cells.values == [None]
    assert cells.faults[0] is not None, value
    return cells.faults[0]


def read_text(kind: str, text: str, *formats: str, **settings: Any) -> Any:
    """The stored form of one CSV cell."""
    cells = FIELD_TYPES[kind].from_text([text], field_of(kind, **settings), formats)
    assert cells.faults == [None], cells.faults
    return cells.values[0]
