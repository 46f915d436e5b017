"""What a duplicate rule says; no I/O."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from changliu.kit.labels import Labels
from changliu.kit.yaml_models import refusal
from changliu.rules.model import INTERNAL

Method = Literal["exact", "simplified", "name", "phone", "email", "credit_code", "pinyin", "near"]
# Methods by which two records may be alike that are not the same: never merged unasked.
UNSURE = frozenset({"pinyin", "near"})
# What a write does when a record is like another: refuse, save and say so, or put it into that one.
Does = Literal["block", "warn", "merge"]
Op = Literal["create", "update"]


class Term(BaseModel):
    """A field and how two values of it are compared; a blank one is like no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(title="字段", description="Field", min_length=1, max_length=60)
    method: Method = Field("exact", title="比较方式", description="Method")
    field_id: str | None = Field(None, json_schema_extra=INTERNAL)


Group = Annotated[tuple[Term, ...], Field(min_length=1, max_length=5)]


class DuplicateBody(BaseModel):
    """Two records are the same when all terms of any group of `match` agree.

    Records that are alike by less than `at_least` (0 to 1) do not count. A rule that merges fills
    the blanks of the one record that is there, instead of making another. `reveal_owner` tells
    whose record it is, also to those who may not read it; nothing else of it is told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Labels = Field(title="名称", description="Label")
    object: str = Field(title="对象", description="Object", min_length=1, max_length=60)
    match: Annotated[tuple[Group, ...], Field(min_length=1, max_length=10)] = Field(
        title="匹配条件", description="Match"
    )
    level: Does = Field("block", title="级别", description="Level")
    at_least: float = Field(0, title="最低相似度", description="At least", ge=0, le=1)
    message: Labels | None = Field(None, title="提示", description="Message")
    reveal_owner: bool = Field(False, title="告知负责人", description="Tell whose it is")
    ops: tuple[Op, ...] = Field(
        ("create", "update"), title="操作", description="Operations", min_length=1, max_length=2
    )
    active: bool = Field(True, title="启用", description="Active")
    object_id: str | None = Field(None, json_schema_extra=INTERNAL)

    @model_validator(mode="after")
    def _merges_what_is_sure(self) -> "DuplicateBody":
        unsure = any(term.method in UNSURE for group in self.match for term in group)
        if self.level == "merge" and unsure:
            raise refusal(
                "duplicate.unsure",
                "按拼音或近似比较只能提醒或阻止，不能自动合并；请改级别或比较方式。",
                "What only sounds or looks alike can be warned of or blocked, not merged unasked;"
                " change the level or the method.",
            )
        return self
