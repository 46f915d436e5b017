"""A reference to records of an object."""

from typing import ClassVar, Literal

from changliu.fields.model import FieldSettings
from changliu.fields.references import IdType, ManySettings
from changliu.fields.settings import setting
from changliu.kit.labels import Labels

KEY = r"^[a-z][a-z0-9_]{0,59}$"


class Inverse(FieldSettings):
    """How the other side calls its list of records that refer to it."""

    key: str = setting(..., "标识", "key", pattern=KEY)
    label: Labels | None = setting(None, "名称", "label")


class ReferenceSettings(ManySettings):
    """Object referred to, its name for the way back, and what happens when it is deleted."""

    object: str = setting(..., "关联对象", "object", min_length=1, max_length=60)
    inverse: Inverse | None = setting(None, "反向关联", "way back")
    on_delete: Literal["restrict", "clear", "cascade"] = setting(
        "restrict", "关联记录删除时", "when the referenced record is deleted"
    )


class ReferenceType(IdType[ReferenceSettings]):
    """One record of an object, or several."""

    name: ClassVar[str] = "reference"
    label: ClassVar[dict[str, str]] = {"zh-CN": "关联", "en": "Reference"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "另一个对象的记录，写 id，读 {id, title}；只能关联自己看得到的记录。",
        "en": "A record of an object; written as id, read as {id, title}; only readable ones.",
    }
    example: ClassVar[str] = '"0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"'
    settings: ClassVar[type[FieldSettings]] = ReferenceSettings

    def target(self, settings: ReferenceSettings) -> str:
        """Return the object referred to, as the settings name it."""
        return settings.object
