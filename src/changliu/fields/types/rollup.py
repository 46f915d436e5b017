"""An aggregate over the records that refer to this one."""

from typing import ClassVar, Literal

from pydantic import model_validator

from changliu.fields.computed import ComputedType
from changliu.fields.model import FieldSettings
from changliu.fields.numerals import DECIMALS
from changliu.fields.settings import refuse_setting, setting

NAME_LIMIT = 200


class RollupSettings(FieldSettings):
    """Child list, function, the field aggregated, and a condition on the children.

    `maintained`: the value is stored and every write keeps it true, so that rules hear of it.
    """

    children: str = setting(..., "反向关联", "child list", min_length=1, max_length=NAME_LIMIT)
    function: Literal["COUNT", "SUM", "AVG", "MIN", "MAX", "COUNTD", "EXISTS"] = setting(
        ..., "汇总方式", "function"
    )
    field: str | None = setting(None, "汇总字段", "field", min_length=1, max_length=NAME_LIMIT)
    filter: str | None = setting(None, "条件", "condition", min_length=1, max_length=4_000)
    decimals: int | None = setting(None, "显示小数位数", "decimals shown", ge=0, le=DECIMALS)
    maintained: bool = setting(False, "保持更新", "maintained")

    @model_validator(mode="after")
    def _complete(self) -> "RollupSettings":
        if self.field is None and self.function not in ("COUNT", "EXISTS"):
            raise refuse_setting(
                f"汇总方式 {self.function} 需要指定汇总字段。",
                f"the function {self.function} needs a field.",
            )
        return self


class RollupType(ComputedType):
    """COUNT, SUM … over a child list."""

    name: ClassVar[str] = "rollup"
    label: ClassVar[dict[str, str]] = {"zh-CN": "汇总", "en": "Roll-up"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "对关联到本记录的记录计数、求和等，可加条件；不能填写。",
        "en": "Count, sum and so on over the records that refer to this one; not writable.",
    }
    example: ClassVar[str] = '"128000"'
    settings: ClassVar[type[FieldSettings]] = RollupSettings
