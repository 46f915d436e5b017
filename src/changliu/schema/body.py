"""What the definitions of objects and fields hold, as typed on the wire and as stored."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from changliu.kit.labels import Labels

# Where people may put an object or a field; what is built in stands behind.
LAST_POSITION = 100_000
INTERNAL: dict[str, JsonValue] = {"internal": True}
# Other names under which files bring a field, in any language.
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Synonyms = Annotated[tuple[Word, ...], Field(max_length=30)]


class ObjectBody(BaseModel):
    """The definition of an object; its key is the definition's key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = Field(None, json_schema_extra=INTERNAL)
    label: Labels = Field(title="名称", description="Label")
    title_field: str | None = Field(None, title="标题字段", description="Title field")
    icon: str | None = Field(None, title="图标", description="Icon", max_length=100)
    help: Labels | None = Field(None, title="说明", description="Help")
    timeline: str | None = Field(None, title="时间线", description="Timeline", max_length=63)
    lines_of: str | None = Field(
        None, title="所属对象", description="Lines of", min_length=1, max_length=60
    )
    app: str | None = Field(None, title="应用", description="App", max_length=100)
    position: int = Field(0, title="顺序", description="Position", ge=0, le=LAST_POSITION)


class Shape(BaseModel):
    """What a computed field compiled to: its tree by field id, and what formulas see of it.

    `options_of` is the stored field (object id, field id) whose options the value takes.
    """

    model_config = ConfigDict(frozen=True)

    tree: dict[str, Any]
    kind: str
    target: str | None = None
    many: bool = False
    integer: bool = False
    options_of: tuple[str, str] | None = None
    uses: tuple[tuple[str, str], ...] = ()
    time_dependent: bool = False
    actor_dependent: bool = False


class FormerType(BaseModel):
    """The type and settings a field had until a catalogue version."""

    model_config = ConfigDict(frozen=True)

    until: int
    type: str
    settings: dict[str, Any]


class FieldBody(BaseModel):
    """The definition of a field; its key is `<object>.<field>`. Settings of the type may stand
    beside the general ones or under `settings`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = Field(None, json_schema_extra=INTERNAL)
    label: Labels = Field(title="名称", description="Label")
    type: str = Field(title="类型", description="Type", max_length=60)
    required: bool = Field(False, title="必填", description="Required")
    unique: bool = Field(False, title="唯一", description="Unique")
    indexed: bool = Field(False, title="索引", description="Index")
    searchable: bool | None = Field(None, title="可搜索", description="Searchable")
    read_only: bool = Field(False, title="只读", description="Read-only")
    sensitive: bool = Field(False, title="敏感", description="Sensitive")
    personal: bool = Field(False, title="个人信息", description="Personal data")
    default: Any = Field(None, title="默认值", description="Default")
    help: Labels | None = Field(None, title="说明", description="Help")
    placeholder: Labels | None = Field(None, title="输入提示", description="Placeholder")
    synonyms: Synonyms | None = Field(None, title="同义词", description="Synonyms")
    position: int | None = Field(None, title="顺序", description="Position", ge=0, le=LAST_POSITION)
    settings: dict[str, Any] = Field(default_factory=dict, title="设置", description="Settings")
    column: str | None = Field(None, json_schema_extra=INTERNAL)
    former: tuple[FormerType, ...] | None = Field(None, json_schema_extra=INTERNAL)
    shape: Shape | None = Field(None, json_schema_extra=INTERNAL)
    default_shape: Shape | None = Field(None, json_schema_extra=INTERNAL)

    @property
    def place(self) -> str:
        """The physical column: named by the field's id until its type changes."""
        return self.column or self.id or ""

    @model_validator(mode="before")
    @classmethod
    def _gather_settings(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        own = {k: v for k, v in value.items() if k in cls.model_fields}
        rest = {k: v for k, v in value.items() if k not in cls.model_fields}
        given = own.get("settings") or {}
        if rest and isinstance(given, dict):
            own["settings"] = {**given, **rest}
        return own
