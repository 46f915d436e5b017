"""Settings of field types: what is refused, and that every one has a name in both languages."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from tests.fields.field_samples import NEEDED, OPTIONS, field_of

from changliu.definitions.faults import faults_of
from changliu.fields.mask import mask
from changliu.fields.options import Branch, Choice
from changliu.fields.reference import page
from changliu.fields.registry import FIELD_TYPES, field_type
from changliu.fields.types.autonumber import number_text, split_pattern
from changliu.formula.functions import find_function
from changliu.formula.world import Kind
from changliu.kit.errors import Invalid

CONTRACT = (
    "text, long_text, rich_text, number, money, percent, integer, duration, date, datetime,"
    " boolean, select, multi_select, cascade, phone, email, url, region, member, team, reference,"
    " lines, file, image, photo, audio, location, signature, code, autonumber, formula, rollup,"
    " lookup, tags, json"
)


@pytest.mark.feature("Z1")
def test_every_type_of_the_contract_is_there() -> None:
    assert set(FIELD_TYPES) == set(CONTRACT.split(", "))


def test_an_unknown_type_names_the_one_meant() -> None:
    with pytest.raises(Invalid, match="Did you mean select"):
        field_type("selekt")


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("text", {"colour": "red"}),
    ("text", {"max_length": 0}),
    ("text", {"max_length": 10_001}),
    ("text", {"pattern": "["}),
    ("text", {"pattern": "(a+)+"}),
    ("text", {"pattern": "(a|a)*b"}),
    ("text", {"pattern": "(?=a)b"}),
    ("text", {"pattern": r"(a)\1"}),
    ("text", {"pattern": "a*b*c*d*"}),
    ("text", {"pattern": "a?b?c?d?e?f?g?"}),
    ("text", {"pattern": "a" * 201}),
    ("number", {"decimals": 13}),
    ("number", {"min": 2, "max": 1}),
    ("number", {"min": "NaN"}),
    ("money", {"currency": "yuan"}),
    ("integer", {"max": 2**63}),
    ("date", {"min": "2026-02-01", "max": "2026-01-01"}),
    ("select", {"options": [*OPTIONS, OPTIONS[0]]}),
    ("select", {"options": [{"key": "a b", "label": "x"}]}),
    ("select", {"options": [{"key": "a/b", "label": "x"}]}),
    ("select", {"options": [{"key": "a"}]}),
    ("cascade", {"options": [{"key": "a", "label": "x", "options": [{"key": "b"}]}]}),
    ("reference", {"object": "account", "on_delete": "explode"}),
    ("reference", {"object": "account", "inverse": {"key": "Not A Key"}}),
    ("autonumber", {"pattern": "OPP-{YYYY}"}),
    ("autonumber", {"pattern": "{0000}-{000}"}),
    ("autonumber", {"pattern": "{WEEK}-{0000}"}),
    ("rollup", {"function": "SUM", "field": None}),
]


@pytest.mark.feature("Z1")
@pytest.mark.parametrize(("kind", "settings"), WRONG)
def test_wrong_settings_are_refused_in_both_languages(kind: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        field_of(kind, **settings)
    for fault in faults_of(caught.value):
        assert not fault.zh.isascii()
        assert fault.en.isascii(), fault.en


def test_a_cascade_is_at_most_five_levels_deep() -> None:
    deep: dict[str, Any] = {"key": "e", "label": "e"}
    for level in "abcd":
        deep = {"key": level, "label": level, "options": [deep]}
    assert field_of("cascade", options=[deep])
    with pytest.raises(ValidationError):
        field_of("cascade", options=[{"key": "z", "label": "z", "options": [deep]}])


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_every_setting_has_a_name_in_both_languages(name: str) -> None:
    models: list[type[BaseModel]] = [FIELD_TYPES[name].settings, Choice, Branch]
    for model in models:
        for key, setting in model.model_fields.items():
            assert setting.title, key
            assert not setting.title.isascii(), key
            assert setting.description, key
            assert setting.description.isascii(), key


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_every_type_brings_the_five_protocols(name: str) -> None:
    kind, field = FIELD_TYPES[name], field_of(name)
    storage = kind.storage(field.settings)
    assert (storage is None) is kind.computed
    for operator in kind.operators(field.settings):
        assert operator in ("=", "<>", "<", "<=", ">", ">=", "IN") or find_function(operator)
    assert kind.unique_key("f_1") in (None, "exact", "casefold", "digits")
    assert isinstance(kind.fact(field).kind, Kind)
    assert set(kind.label) == set(kind.about) == {"zh-CN", "en"}
    assert field.settings == type(field.settings).model_validate(field.settings.model_dump())


def test_formulas_see_options_and_targets() -> None:
    choice = FIELD_TYPES["select"].fact(field_of("select"))
    assert [o.key for o in choice.options] == ["web", "fair", "both", "old"]
    assert choice.options[1].names == ("展会", "Trade fair")
    paths = FIELD_TYPES["cascade"].fact(field_of("cascade")).options
    assert ("made/cars", "制造业/汽车") in [(o.key, o.names[0]) for o in paths]
    many = FIELD_TYPES["reference"].fact(field_of("reference", many=True))
    assert (many.kind, many.target, many.many) == (Kind.UUIDS, "account", True)


def test_both_pages_name_every_type_and_setting() -> None:
    for language in ("zh-CN", "en"):
        text = page(language)
        for kind in FIELD_TYPES.values():
            assert f"## `{kind.name}` {kind.label[language]}" in text
            for key in kind.settings.model_fields:
                assert f"| `{key}` |" in text


def test_autonumbers_are_written_by_their_pattern() -> None:
    parts = tuple(split_pattern("OPP-{YYYY}{MM}-{0000}"))
    assert number_text(parts, 42, date(2026, 1, 5)) == "OPP-202601-0042"
    assert number_text(parts, 12_345, date(2026, 1, 5)) == "OPP-202601-12345"


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("13800138000", "138****8000"),
        ("li.wei@example.com", "l****@example.com"),
        ("李伟", "李****"),
        ("李", "****"),
        ("", "****"),
        ("310101199001011234", "310****1234"),
    ],
)
def test_masks_show_only_the_ends(value: str, masked: str) -> None:
    assert mask(value) == masked


def test_needed_settings_are_known_types() -> None:
    assert set(NEEDED) <= set(FIELD_TYPES)
