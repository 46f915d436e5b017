"""Lower and upper bounds of numbers and days, and the words for them."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

from changliu.fields.refusal import out_of_range
from changliu.fields.settings import refuse_setting

Bound = TypeVar("Bound", Decimal, date, int)


def check_bounds(low: Bound | None, high: Bound | None) -> None:
    """Raise ValueError when no value can satisfy both bounds, or one is NaN or infinite."""
    for bound in (low, high):
        if isinstance(bound, Decimal) and not bound.is_finite():
            raise refuse_setting("界限应为普通数字。", "a bound must be a plain number.")
    if low is not None and high is not None and low > high:
        raise refuse_setting(
            f"最小值 {low} 大于最大值 {high}。", f"the least value {low} is above the most, {high}."
        )


def within(text: str, low: Decimal | None, high: Decimal | None) -> str:
    """Return a canonical number unchanged; raises `Refused` (`field.range`) out of bounds."""
    check_within(Decimal(text), low, high)
    return text


def check_within(value: Bound, low: Bound | None, high: Bound | None) -> None:
    """Raise `Refused` (`field.range`) when the value is below `low` or above `high`."""
    if (low is None or value >= low) and (high is None or value <= high):
        return
    if low is not None and high is not None:
        zh, en = f"应在 {low} 到 {high} 之间", f"it must lie between {low} and {high}"
    elif low is not None:
        zh, en = f"不能小于 {low}", f"it must be {low} or more"
    else:
        zh, en = f"不能大于 {high}", f"it must be {high} or less"
    raise out_of_range(value, zh, en)
