"""A member of the workspace."""

from typing import ClassVar

from changliu.fields.model import FieldSettings
from changliu.fields.references import IdType, ManySettings

MEMBER = "member"  # the object id of members in every catalogue


class MemberSettings(ManySettings):
    """Whether several members may be named."""


class MemberType(IdType[MemberSettings]):
    """One member, or several."""

    name: ClassVar[str] = "member"
    label: ClassVar[dict[str, str]] = {"zh-CN": "成员", "en": "Member"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "工作区成员，写 id，读 {id, title}。",
        "en": "A member of the workspace; written as id, read as {id, title}.",
    }
    example: ClassVar[str] = '"0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"'
    settings: ClassVar[type[FieldSettings]] = MemberSettings

    def target(self, settings: MemberSettings) -> str:  # noqa: ARG002
        """Return the member object."""
        return MEMBER
