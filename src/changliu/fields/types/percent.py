"""A share, stored and sent as the fraction: 12 % is 0.12."""

from decimal import Decimal
from typing import ClassVar

from changliu.fields.bounds import within
from changliu.fields.model import FieldSettings
from changliu.fields.numerals import DECIMALS, canonical, decimal_text
from changliu.fields.settings import setting
from changliu.fields.stored import Reader, Writer
from changliu.fields.types.number import NumberSettings, NumberType


class PercentSettings(NumberSettings):
    """`decimals` counts those of the percentage; bounds are fractions."""

    decimals: int | None = setting(None, "小数位数", "decimals", ge=0, le=DECIMALS - 2)


class PercentType(NumberType):
    """A fraction; `12%` may be written for 0.12."""

    name: ClassVar[str] = "percent"
    label: ClassVar[dict[str, str]] = {"zh-CN": "百分比", "en": "Percent"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "按小数存取：12% 为 0.12；文本可写 12%。",
        "en": "Held and sent as the fraction: 12 % is 0.12; the text 12% will do.",
    }
    example: ClassVar[str] = '"0.12"'
    settings: ClassVar[type[FieldSettings]] = PercentSettings
    uniqueness: ClassVar[str | None] = None

    def reader(self, settings: NumberSettings) -> Reader:
        """Read a fraction, or a percentage with its sign."""
        decimals = DECIMALS if settings.decimals is None else settings.decimals + 2
        low, high = settings.min, settings.max
        return lambda value: within(decimal_text(value, decimals), low, high)

    def writer(self, settings: NumberSettings) -> Writer:  # noqa: ARG002
        """Write `12.5%`."""
        return lambda value: canonical(Decimal(value).scaleb(2)) + "%"
