"""A decimal number, exact."""

from decimal import Decimal
from typing import Any, ClassVar

from pydantic import model_validator

from changliu.fields.bounds import check_bounds, within
from changliu.fields.model import FieldSettings
from changliu.fields.numerals import DECIMALS, canonical, decimal_text
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, StoredType
from changliu.formula.world import Kind


class NumberSettings(FieldSettings):
    """Decimals allowed (None: up to 12), bounds, and whether thousands are grouped on screen."""

    decimals: int | None = setting(None, "小数位数", "decimals", ge=0, le=DECIMALS)
    min: Decimal | None = setting(None, "最小值", "least")
    max: Decimal | None = setting(None, "最大值", "most")
    thousands: bool = setting(True, "千分位", "group thousands")
    unit: str | None = setting(None, "单位", "unit", max_length=20)

    @model_validator(mode="after")
    def _ordered(self) -> "NumberSettings":
        check_bounds(self.min, self.max)
        return self


class NumberType(StoredType[NumberSettings]):
    """An exact decimal number; a decimal string on the wire."""

    name: ClassVar[str] = "number"
    label: ClassVar[dict[str, str]] = {"zh-CN": "数字", "en": "Number"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "精确的十进制数，最多 20 位整数、12 位小数；可写 1,234.5、1.2万、3亿。",
        "en": "An exact decimal, up to 20 whole digits and 12 decimals; 1,234.5 or 1.2万 will do.",
    }
    example: ClassVar[str] = '"1234.5"'
    settings: ClassVar[type[FieldSettings]] = NumberSettings
    kind: ClassVar[Kind] = Kind.NUMBER
    sql_type: ClassVar[str] = "numeric"
    uniqueness: ClassVar[str | None] = "exact"

    def reader(self, settings: NumberSettings) -> Reader:
        """Read a number; raises `Refused` (`field.type`, `field.range`, `field.decimals`)."""
        decimals = DECIMALS if settings.decimals is None else settings.decimals
        low, high = settings.min, settings.max
        if low is None and high is None:
            return lambda value: decimal_text(value, decimals)
        return lambda value: within(decimal_text(value, decimals), low, high)

    def shown(self, value: Any) -> str:
        """Return the canonical decimal string."""
        return canonical(value if isinstance(value, Decimal) else Decimal(value))
