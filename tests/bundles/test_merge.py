"""The laws of the three-way merge: nothing lost on either side, once is enough, no surprises."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changliu.bundles.merge import ABSENT, Merged, Side, Where, merge

pytestmark = pytest.mark.feature("Z11")

WORDS = st.sampled_from(["a", "b", "c", "d"])
# One shape per name, as bodies have it: a text, a list of words, named options, a mapping.
OPTIONS = st.lists(
    st.fixed_dictionaries({"key": WORDS}, optional={"label": WORDS, "colour": WORDS}),
    max_size=4, unique_by=lambda option: option["key"],
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "text": WORDS,
        "verbs": st.lists(WORDS, max_size=4, unique=True),
        "options": OPTIONS,
        "label": st.fixed_dictionaries({}, optional={"zh-CN": WORDS, "en": WORDS}),
        "settings": st.fixed_dictionaries({}, optional={"options": OPTIONS, "max": WORDS}),
        "pairs": st.lists(st.lists(WORDS, max_size=2), max_size=2),
    },
)
THREE = (BODIES, BODIES, BODIES)


def leaves(value: Any, path: Where = ()) -> dict[Where, Any]:
    """Every value of a body by its place, named entries by name (their order is left out)."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        parts = ((entry["key"], entry) for entry in value)  # type: ignore[assignment]
    elif isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        parts = ((entry, entry) for entry in value)  # type: ignore[assignment]
    else:
        return {path: value}
    found = {path: None}
    for key, inner in parts:
        found |= leaves(inner, (*path, key))
    return found


def covered(merged: Merged, path: Where) -> bool:
    """Whether a conflict is told at a place, above it or below it."""
    told = [d.path for d in merged.differences if d.state == "conflict"]
    return any(path[: len(at)] == at or at[: len(path)] == path for at in told)


@given(*THREE)
@settings(max_examples=400, deadline=None)
def test_no_change_of_either_side_is_lost(base: Any, mine: Any, theirs: Any) -> None:
    merged = merge(base, mine, theirs)
    before, after = leaves(base), leaves(merged.value)
    for side in (leaves(mine), leaves(theirs)):
        for path in before.keys() | side.keys():
            wanted = side.get(path, ABSENT)
            if wanted != before.get(path, ABSENT) and not covered(merged, path):
                assert after.get(path, ABSENT) == wanted, path


@given(*THREE)
@settings(max_examples=300, deadline=None)
def test_a_merge_again_changes_nothing(base: Any, mine: Any, theirs: Any) -> None:
    once = merge(base, mine, theirs).value
    assert merge(theirs, once, theirs).value == once
    assert merge(base, once, theirs).value == once


@given(*THREE)
@settings(max_examples=300, deadline=None)
def test_who_changes_nothing_gets_what_the_other_made(base: Any, mine: Any, theirs: Any) -> None:
    assert merge(base, base, theirs).value == theirs
    assert merge(base, mine, base).value == mine
    assert merge(base, mine, mine) == Merged(mine, ())
    assert merge(ABSENT, mine, ABSENT).value == mine


@given(*THREE, st.sampled_from(["mine", "theirs"]))
@settings(max_examples=300, deadline=None)
def test_a_side_chosen_everywhere_is_that_side(
    base: Any, mine: Any, theirs: Any, side: Side
) -> None:
    chosen = merge(base, mine, theirs, lambda path: side).value  # noqa: ARG005
    assert chosen == (mine if side == "mine" else theirs)


def test_changes_of_both_meet_in_one_body() -> None:
    def body(label: str, *options: str, top: int = 9) -> dict[str, Any]:
        return {
            "label": {"zh-CN": label, "en": "Level"},
            "settings": {"max": top, "options": [{"key": key} for key in options]},
        }

    made = merge(
        body("等级", "a", "b"), body("级别", "a", "mine", "b"), body("等级", "a", "b", "c", top=7)
    )
    assert made.value == body("级别", "a", "mine", "b", "c", top=7)
    assert [(d.path, d.state) for d in made.differences if d.state == "conflict"] == []
    both = merge(body("等级"), body("级别"), body("层级"))
    (conflict,) = both.differences
    assert (conflict.path, conflict.state, conflict.taken) == (
        ("label", "zh-CN"),
        "conflict",
        "mine",
    )
    assert both.value == body("级别")
