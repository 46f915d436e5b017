"""What a validation rule says; no I/O."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from changliu.kit.labels import Labels
from changliu.kit.yaml_models import refusal

INTERNAL: dict[str, JsonValue] = {"internal": True}
# Characters of a condition and of a message: more is a page, not a rule.
MAX_FORMULA, MAX_MESSAGE = 10_000, 500

Op = Literal["create", "update", "delete"]
Level = Literal["block", "warn"]


class RuleBody(BaseModel):
    """When `when` holds, `must` has to hold too; otherwise `message` is said at `field`.

    Without `when` the rule is always asked; without `must` it refuses whenever `when` holds. Both
    see the record as it would be saved, and may look at it before with OLD, CHANGED, CHANGEDTO,
    BECAME. A message names fields in braces. `trees` are `when` and `must` by field id, `values`
    the fields of the message, `said` the message with their numbers in place of names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Labels = Field(title="名称", description="Label")
    object: str = Field(title="对象", description="Object", min_length=1, max_length=60)
    when: str | None = Field(
        None, title="当", description="When", min_length=1, max_length=MAX_FORMULA
    )
    must: str | None = Field(
        None, title="必须", description="Must", min_length=1, max_length=MAX_FORMULA
    )
    message: Labels = Field(title="提示", description="Message")
    field: str | None = Field(None, title="提示位置", description="Field", max_length=60)
    level: Level = Field("block", title="级别", description="Level")
    ops: tuple[Op, ...] = Field(
        ("create", "update"), title="操作", description="Operations", min_length=1, max_length=3
    )
    active: bool = Field(True, title="启用", description="Active")
    object_id: str | None = Field(None, json_schema_extra=INTERNAL)
    field_id: str | None = Field(None, json_schema_extra=INTERNAL)
    trees: dict[str, dict[str, Any]] = Field(default_factory=dict, json_schema_extra=INTERNAL)
    values: tuple[dict[str, Any], ...] = Field((), json_schema_extra=INTERNAL)
    said: dict[str, str] = Field(default_factory=dict, json_schema_extra=INTERNAL)
    uses: tuple[tuple[str, str], ...] = Field((), json_schema_extra=INTERNAL)

    @model_validator(mode="after")
    def _asks_something(self) -> "RuleBody":
        if self.when is None and self.must is None:
            raise refusal(
                "rule.empty",
                "规则没有条件，请填写“当”（什么情况下）或“必须”（要满足什么）。",
                "The rule has no condition; give 'when', 'must', or both.",
            )
        for text in self.message.values():
            if len(text) > MAX_MESSAGE:
                raise refusal(
                    "rule.message_long",
                    f"提示最长 {MAX_MESSAGE} 个字符，请缩短。",
                    f"A message has at most {MAX_MESSAGE} characters; shorten it.",
                )
        return self
