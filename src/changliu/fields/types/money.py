"""An amount of money in the field's currency."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from changliu.fields.model import FieldSettings
from changliu.fields.numerals import DECIMALS
from changliu.fields.settings import setting
from changliu.fields.types.number import NumberSettings, NumberType

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class MoneySettings(NumberSettings):
    """Currency (ISO 4217) and decimals."""

    currency: Currency = setting("CNY", "币种", "currency")
    decimals: int | None = setting(2, "小数位数", "decimals", ge=0, le=DECIMALS)


class MoneyType(NumberType):
    """An exact amount; a decimal string on the wire."""

    name: ClassVar[str] = "money"
    label: ClassVar[dict[str, str]] = {"zh-CN": "金额", "en": "Money"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "精确的金额，币种由字段设置决定，默认两位小数。",
        "en": "An exact amount in the currency of the field, two decimals unless set.",
    }
    example: ClassVar[str] = '"500000"'
    settings: ClassVar[type[FieldSettings]] = MoneySettings
    uniqueness: ClassVar[str | None] = None
