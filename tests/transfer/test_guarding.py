"""Cells that would run as formulas: marked, and back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changliu.transfer.guarding import bare, guarded, marked

pytestmark = pytest.mark.feature("Z19")
RISKY = st.text(st.sampled_from("'=+-@＝＋－＠\t\r\n 1.%a"), max_size=8)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+8613800000000",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
        "'=1",
        "-cmd|' /C",
    ],
)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "甲", "-7", "-0.5%", "a=b", "'", "'tis", "13800000000"])
def test_what_runs_nothing_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(RISKY)
def test_every_text_comes_back(text: str) -> None:
    assert bare(guarded(text)) == text
    assert bare(marked(text)) == text
    assert guarded(text).lstrip()[:1] not in set("=+@＝＋－＠")
