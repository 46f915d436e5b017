"""The YAML dialect: what it reads, and that every refusal names its line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from changliu.kit.errors import Invalid
from changliu.kit.yaml_lines import MAX_DEPTH, read_text, walk
from changliu.kit.yaml_models import validated


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str
    size: int = 0


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    items: list[Inner] = []
    named: dict[str, Inner] = {}


def refused(text: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_text(text, "a.yaml")
    return caught.value


def test_words_stay_words_and_numbers_become_integers() -> None:
    document = read_text("a: yes\nb: 2025-01-01\nc: 12\nd: 0.50\ne: 007\nf: true\n1: ~\n", "a.yaml")
    assert document.value == {
        "a": "yes", "b": "2025-01-01", "c": 12, "d": "0.50", "e": "007", "f": True, "1": None,
    }  # fmt: skip


def test_lines_are_known_in_block_and_flow_style() -> None:
    document = read_text("a:\n  - {x: 1, y: 2}\n  - x: 3\n    y: 4\n", "a.yaml")
    assert document.line(("a", 0, "y")) == 2
    assert document.line(("a", 1, "y")) == 4
    assert document.line(("a", 1, "missing")) == 3


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml.duplicate", 3),
        ("a: &x 1\nb: *x\n", "yaml.alias", 1),
        ("a: !!python/object:os.system x\n", "yaml.tag", 1),
        ("a: 1\n---\nb: 2\n", "yaml.documents", 2),
        ("a:\n  b: [1, 2\nc: 3\n", "yaml.syntax", 3),
        ("a: 1\n? [x]\n: 2\n", "yaml.key", 2),
        ("[" * (MAX_DEPTH + 2), "yaml.too_large", 1),
        ("a: \x00\n", "yaml.syntax", 1),
    ],
)
def test_what_the_dialect_refuses(text: str, code: str, line: int) -> None:
    problem = refused(text)
    assert problem.code == code
    assert problem.faults[0].extra == {"file": "a.yaml", "line": line}
    assert f"第 {line} 行" in problem.zh
    assert f"line {line}" in problem.en


def test_a_model_fault_names_line_path_and_the_word_meant() -> None:
    document = read_text("name: x\nitems:\n  - key: a\n  - key: b\n    sise: 3\n", "a.yaml")
    with pytest.raises(Invalid) as caught:
        validated(document, Outer)
    (fault,) = caught.value.faults
    assert (fault.code, fault.path, fault.extra["line"]) == (
        "yaml.unknown_key",
        "items[1].sise",
        5,
    )
    assert "size" in fault.en
    assert "size" in fault.zh


def test_every_model_fault_is_told_at_once() -> None:
    document = read_text("items:\n  - {key: 1}\nnamed:\n  a: {size: big}\n", "a.yaml")
    with pytest.raises(Invalid) as caught:
        validated(document, Outer)
    found = {(f.path, f.extra["line"]) for f in caught.value.faults}
    assert found == {("name", 1), ("items[0].key", 2), ("named.a.key", 4), ("named.a.size", 4)}


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_never_worse(text: str) -> None:
    faults, places = [], []
    try:
        places = list(walk(read_text(text, "a.yaml").value))
    except Invalid as problem:
        faults = list(problem.faults)
    assert bool(faults) != bool(places)
    assert all(_plain(value) for _, value in places)


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | bool | list | dict)
