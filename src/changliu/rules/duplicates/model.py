"""What a duplicate rule says; no I/O."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from changliu.kit.labels import Labels
from changliu.rules.model import INTERNAL, Level

Method = Literal["exact", "name", "phone", "email", "credit_code"]
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

    `reveal_owner` tells whose record it is, also to those who may not read it; nothing else of it
    is told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Labels = Field(title="名称", description="Label")
    object: str = Field(title="对象", description="Object", min_length=1, max_length=60)
    match: Annotated[tuple[Group, ...], Field(min_length=1, max_length=10)] = Field(
        title="匹配条件", description="Match"
    )
    level: Level = Field("block", title="级别", description="Level")
    message: Labels | None = Field(None, title="提示", description="Message")
    reveal_owner: bool = Field(False, title="告知负责人", description="Tell whose it is")
    ops: tuple[Op, ...] = Field(
        ("create", "update"), title="操作", description="Operations", min_length=1, max_length=2
    )
    active: bool = Field(True, title="启用", description="Active")
    object_id: str | None = Field(None, json_schema_extra=INTERNAL)
