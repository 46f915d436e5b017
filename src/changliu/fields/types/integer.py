"""A whole number."""

from typing import Any, ClassVar

from pydantic import model_validator

from changliu.fields.bounds import check_bounds, check_within
from changliu.fields.model import Field, FieldSettings
from changliu.fields.numerals import decimal_of
from changliu.fields.protocol import FormulaFact
from changliu.fields.refusal import Refused, shorten
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType
from changliu.formula.world import Kind

LEAST, MOST = -(2**63), 2**63 - 1  # PostgreSQL bigint


class IntegerSettings(FieldSettings):
    """Bounds, and whether thousands are grouped on screen."""

    min: int = setting(LEAST, "最小值", "least", ge=LEAST, le=MOST)
    max: int = setting(MOST, "最大值", "most", ge=LEAST, le=MOST)
    thousands: bool = setting(True, "千分位", "group thousands")
    unit: str | None = setting(None, "单位", "unit", max_length=20)

    @model_validator(mode="after")
    def _ordered(self) -> "IntegerSettings":
        check_bounds(self.min, self.max)
        return self


class IntegerType(StoredType[IntegerSettings]):
    """A whole number of 64 bits; a JSON integer on the wire."""

    name: ClassVar[str] = "integer"
    label: ClassVar[dict[str, str]] = {"zh-CN": "整数", "en": "Integer"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "整数，64 位范围。",
        "en": "A whole number of 64 bits.",
    }
    example: ClassVar[str] = "42"
    settings: ClassVar[type[FieldSettings]] = IntegerSettings
    kind: ClassVar[Kind] = Kind.NUMBER
    sql_type: ClassVar[str] = "bigint"
    uniqueness: ClassVar[str | None] = "exact"

    def reader(self, settings: IntegerSettings) -> Reader:
        """Read a whole number; raises `Refused` (`field.type`, `field.range`, `field.decimals`)."""
        low, high = settings.min, settings.max

        def read(value: object) -> int:
            whole = value if type(value) is int else whole_of(value)
            if not low <= whole <= high:
                check_within(whole, low, high)
            return whole

        return read

    def shown(self, value: Any) -> int:
        """Return the integer."""
        return int(value)

    def fact(self, field: Field) -> FormulaFact:  # noqa: ARG002
        """Return a whole NUMBER."""
        return FormulaFact(Kind.NUMBER, integer=True)


def whole_of(value: object) -> int:
    """Return the whole number a value means; raises `Refused`."""
    number = decimal_of(value)
    whole = int(number)
    if whole != number:
        shown = shorten(value)
        raise Refused(
            "field.decimals",
            f"的值“{shown}”不是整数，请去掉小数部分。",
            f"'{shown}' is not a whole number; leave out the decimals.",
        )
    return whole
