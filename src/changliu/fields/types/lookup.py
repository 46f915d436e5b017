"""A value of a referenced record."""

from typing import ClassVar

from changliu.fields.computed import ComputedType
from changliu.fields.model import FieldSettings
from changliu.fields.settings import setting


class LookupSettings(FieldSettings):
    """Path through references, by keys or labels: `contract.account.industry`."""

    path: str = setting(..., "路径", "path", min_length=3, max_length=400)


class LookupType(ComputedType):
    """A field of a referenced record, computed on read."""

    name: ClassVar[str] = "lookup"
    label: ClassVar[dict[str, str]] = {"zh-CN": "引用", "en": "Lookup"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "沿关联取值，例如 合同.客户.行业；不能填写。",
        "en": "A field reached through references, such as contract.account.industry.",
    }
    example: ClassVar[str] = '"manufacturing"'
    settings: ClassVar[type[FieldSettings]] = LookupSettings
