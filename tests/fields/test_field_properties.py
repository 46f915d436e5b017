"""What holds for every value of every type, on values nobody thought of."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fields.field_samples import ID, field_of

from changliu.fields.markup import TAGS, safe_markup
from changliu.fields.registry import FIELD_TYPES

STORED = [name for name, kind in FIELD_TYPES.items() if not kind.computed and name != "autonumber"]

wild = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.dates()
    | st.datetimes()
    | st.uuids()
    | st.text(st.characters())
    | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
numbers = st.decimals(-(10**19), 10**19, places=5, allow_nan=False).map(str)
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(max_size=60),
    "long_text": st.text(max_size=60),
    "rich_text": st.text("<>/ab p&\"'=;", max_size=60),
    "number": numbers,
    "money": st.decimals(0, 10**12, places=2).map(str),
    "percent": st.decimals(0, 10, places=6).map(str),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "duration": st.integers(0, 10**9),
    "date": st.dates().map(str),
    "datetime": st.datetimes().map(str),
    "boolean": st.booleans(),
    "select": st.sampled_from(["web", "fair", "both", "官网"]),
    "multi_select": st.lists(st.sampled_from(["web", "fair", "both"])),
    "cascade": st.sampled_from(["made/cars", "made/bikes", "trade"]),
    "phone": st.from_regex(r"(1[3-9]\d{9}|0(10|21)-?[2-8]\d{7}(-\d{1,4})?)", fullmatch=True),
    "email": st.emails(),
    "url": st.from_regex(r"https?://[a-z]{1,9}\.(com|cn)(:\d{1,4})?(/[a-z]*)?", fullmatch=True),
    "region": st.sampled_from(["44", "4403", "440305", "31", "3101", "71", "8100", "810001"]),
    "member": st.uuids().map(str),
    "team": st.uuids().map(str),
    "reference": st.uuids().map(str),
    **{
        name: st.lists(st.uuids().map(str), max_size=5)
        for name in ("file", "image", "photo", "audio")
    },
    "signature": st.uuids().map(str),
    "code": st.text(max_size=30),
    "tags": st.lists(st.text(max_size=20), max_size=5),
    "json": st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
    "location": st.fixed_dictionaries(
        {"lng": st.floats(-180, 180), "lat": st.floats(-90, 90)},
        optional={"address": st.text(max_size=20)},
    ),
}


def test_every_type_has_a_strategy() -> None:
    assert set(GOOD) == set(STORED)


@pytest.mark.feature("Z1")
@pytest.mark.parametrize("name", FIELD_TYPES)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(wild, max_size=5))
def test_parsing_never_raises_and_answers_every_row(name: str, values: list[Any]) -> None:
    cells = FIELD_TYPES[name].parse(values, field_of(name))
    assert len(cells.values) == len(cells.faults) == len(values)
    if name != "lines":  # what stands in a line is parsed by the fields of the line object
        json.dumps(cells.values, allow_nan=False)
    for value, fault in zip(cells.values, cells.faults, strict=True):
        assert fault is None or value is None


@pytest.mark.parametrize("name", FIELD_TYPES)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=5), form=st.text(max_size=6))
def test_reading_cells_never_raises(name: str, texts: list[str], form: str) -> None:
    cells = FIELD_TYPES[name].from_text(texts, field_of(name), [form, f"%{form}", "%Y/%m/%d"])
    assert len(cells.values) == len(cells.faults) == len(texts)


@pytest.mark.feature("Z1")
@pytest.mark.parametrize("name", STORED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_sent_back_is_stored_unchanged(name: str, data: st.DataObject) -> None:
    kind, field = FIELD_TYPES[name], field_of(name)
    stored = kind.parse([data.draw(GOOD[name])], field).values
    wire = kind.render(stored, field)
    again = kind.parse(wire, field)
    assert again.faults == [None]
    assert again.values == stored
    assert kind.render(again.values, field) == wire


@pytest.mark.parametrize("name", STORED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_exported_cell_imports_as_the_same_value(name: str, data: st.DataObject) -> None:
    kind, field = FIELD_TYPES[name], field_of(name)
    stored = kind.parse([data.draw(GOOD[name])], field).values
    texts = kind.to_text(kind.render(stored, field), field)
    again = kind.from_text(texts, field, ())
    assert again.faults == [None], texts
    assert again.values == stored


@settings(max_examples=300, deadline=None)
@given(text=st.text("<>/abip &;:\"'=-!cmsrthx\n", max_size=120))
def test_markup_holds_only_allowed_tags_and_is_stable(text: str) -> None:
    safe = safe_markup(text)
    for piece in safe.split("<")[1:]:
        name = piece.split(">")[0].removeprefix("/").split(" ")[0]
        assert name in TAGS | {"br", "hr"}, safe
    assert safe_markup(safe) == safe


@pytest.mark.parametrize("attack", ["a" * 200, "a" * 199 + "!", "ab" * 100, "(" * 200])
def test_the_worst_allowed_pattern_answers_at_once(attack: str) -> None:
    field = field_of(
        "text", pattern="(?:a|aa)(?:a|aa)(?:a|aa)(?:a|aa)(?:a|aa)(?:a|aa)[ab]+[ab]+[ab]+c"
    )
    started = time.process_time()
    FIELD_TYPES["text"].parse([attack], field)
    assert time.process_time() - started < 1


def test_many_ids_survive_the_way_through_a_cell() -> None:
    kind, field = FIELD_TYPES["reference"], field_of("reference", many=True)
    texts = kind.to_text([[ID, ID.replace("0", "1")]], field)
    assert kind.from_text(texts, field, ()).values == [[ID, ID.replace("0", "1")]]
