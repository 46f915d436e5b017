"""A value computed from the record, its references and its child lists."""

from typing import ClassVar

from changliu.fields.computed import ComputedType
from changliu.fields.model import FieldSettings
from changliu.fields.numerals import DECIMALS
from changliu.fields.settings import setting

LONGEST = 4_000  # the formula room's own limit


class FormulaSettings(FieldSettings):
    """The formula as written, and how its result is shown."""

    formula: str = setting(..., "公式", "formula", min_length=1, max_length=LONGEST)
    decimals: int | None = setting(None, "显示小数位数", "decimals shown", ge=0, le=DECIMALS)
    thousands: bool = setting(True, "千分位", "group thousands")
    unit: str | None = setting(None, "单位", "unit", max_length=20)
    marks_dates: bool = setting(False, "为“是”时把读到的日期标红", "marks the dates it reads")


class FormulaType(ComputedType):
    """A formula, computed on read."""

    name: ClassVar[str] = "formula"
    label: ClassVar[dict[str, str]] = {"zh-CN": "公式", "en": "Formula"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "由公式实时计算，不能填写；改名不影响公式。",
        "en": "Computed on read, not writable; renames never break it.",
    }
    example: ClassVar[str] = '"0.025"'
    settings: ClassVar[type[FieldSettings]] = FormulaSettings
