"""Any column of values, converted by the database's walk, equals what a plain reading gives."""

from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.schema.retyping import held, make, retype

from changliu.fields.conversion import convert, is_convertible, targets
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.kit.platform import Platform

CELLS = st.one_of(
    st.none(),
    st.integers(-(10**8), 10**8).map(str),
    st.decimals(-1000, 1000, places=3).map(str),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.dates().map(str),
)


def naive(text: str) -> str | None:
    """A plain decimal as the wire writes it; None for anything else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    shown = format(number, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown


@pytest.mark.feature("Z1")
async def test_a_column_of_texts_becomes_numbers(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    """Every value drawn is stored, converted by the walk and compared one by one."""
    drawn: list[Any] = []

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(CELLS, min_size=5, max_size=5))
    def draw(cells: list[Any]) -> None:
        drawn.extend(cells)

    draw()
    ids = await make(admin, "drawn", {"type": "text"}, drawn)
    before = await admin.get("/api/records/drawn", params={"limit": 500})
    stored = {r["id"]: r["values"].get("x") for r in before.json()["items"]}
    done = await retype(admin, platform, "drawn", {"type": "number"})
    assert done["state"] == "done"
    after = await held(admin, "drawn", ids)
    lost = 0
    for record, value in zip(ids, after, strict=True):
        text = stored[record]
        if text is not None and naive(text) is not None and text.isascii() and "e" not in text:
            assert value == naive(text), text
        lost += text is not None and value is None
    assert done["unconverted"] == lost > 0


def _field(name: str) -> Field:
    kind = FIELD_TYPES[name]
    needed = {"object": "other"} if name == "reference" else {}
    made = kind.settings.model_validate(needed)
    return Field("f_1", "x", {"zh-CN": "x", "en": "x"}, name, made, column="f_1")


@given(st.lists(st.text(max_size=20), max_size=8))
def test_no_text_breaks_a_conversion(texts: list[str]) -> None:
    """Each value has a place or a reason, whatever it is."""
    source = _field("text")
    for name in targets("text"):
        cells = convert(texts, source, _field(name))
        assert len(cells.values) == len(cells.faults) == len(texts)
        for value, fault in zip(cells.values, cells.faults, strict=True):
            assert fault is None or value is None


@given(st.decimals(-(10**9), 10**9, places=2))
def test_numbers_survive_the_way_over_text(number: Decimal) -> None:
    source, text = _field("number"), _field("text")
    there = convert([number], source, text)
    back = convert(there.values, text, source)
    assert Decimal(back.values[0]) == number


def test_only_what_can_be_read_is_offered() -> None:
    for name in FIELD_TYPES:
        for target in targets(name):
            assert is_convertible(_field(name), _field(target))
    assert targets("formula") == targets("reference") == targets("autonumber") == ()
