"""Differences in words: never fail, say nothing of equals, name what differs."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from changliu.definitions.words import LONGEST, describe_change, describe_values, public
from changliu.kit.labels import LANGUAGES


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str
    size: int = Field(0, title="大小", description="Size")
    secret: str | None = Field(None, json_schema_extra={"internal": True})


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parts: list[Part] = Field(default_factory=list, title="部分", description="Parts")
    on: bool = Field(False, title="启用", description="On")
    rest: Any = Field(None, title="其余", description="Rest")
    part: Part | None = Field(None, title="主件", description="Main part")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
parts = st.builds(Part, key=st.sampled_from("abcd"), size=st.integers(0, 3))
wholes = st.builds(
    Whole, parts=st.lists(parts, max_size=4, unique_by=lambda p: p.key), on=st.booleans(),
    rest=json_values, part=st.none() | parts,
)  # fmt: skip


@given(wholes, wholes)
def test_equal_bodies_are_silent_and_others_speak(old: Whole, new: Whole) -> None:
    for language in LANGUAGES:
        assert describe_change(old, old, language) == []
        assert bool(describe_change(old, new, language)) == (old != new)


@given(json_values, json_values)
def test_any_two_values_can_be_described(old: Any, new: Any) -> None:
    for language in LANGUAGES:
        for line in describe_values(old, new, "值", language):
            assert len(line) < 8 * LONGEST or isinstance(old, list) or isinstance(new, list)


def test_what_is_internal_is_never_spoken_of_nor_shown() -> None:
    old = Whole(parts=[Part(key="a", secret="x")], part=Part(key="a", secret="y"))
    new = Whole(parts=[Part(key="a", secret="z")], part=Part(key="a"))
    assert describe_change(old, new, "en") == []
    assert public(old) == {"parts": [{"key": "a", "size": 0}], "on": False,
                           "part": {"key": "a", "size": 0}}  # fmt: skip


def test_lists_say_what_came_went_and_moved() -> None:
    a, b, c = (Part(key=k) for k in "abc")
    moved = describe_change(Whole(parts=[a, b]), Whole(parts=[b, a]), "zh-CN")
    assert moved == ["“部分”调整了顺序"]
    changed = describe_change(Whole(parts=[a, b]), Whole(parts=[a, c]), "en")
    assert changed == ['"Parts": added "c"', '"Parts": removed "b"']
    inner = describe_change(Whole(parts=[a]), Whole(parts=[Part(key="a", size=2)]), "en")
    assert inner == ['"Parts › a › Size" changed from "0" to "2"']
