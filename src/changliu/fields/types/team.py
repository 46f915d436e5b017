"""A team of the workspace."""

from typing import ClassVar

from changliu.fields.model import FieldSettings
from changliu.fields.references import IdType, ManySettings

TEAM = "team"  # the object id of teams in every catalogue


class TeamSettings(ManySettings):
    """Whether several teams may be named."""


class TeamType(IdType[TeamSettings]):
    """One team, or several."""

    name: ClassVar[str] = "team"
    label: ClassVar[dict[str, str]] = {"zh-CN": "团队", "en": "Team"}
    about: ClassVar[dict[str, str]] = {
        "zh-CN": "工作区团队，写 id，读 {id, title}。",
        "en": "A team of the workspace; written as id, read as {id, title}.",
    }
    example: ClassVar[str] = '"0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"'
    settings: ClassVar[type[FieldSettings]] = TeamSettings

    def target(self, settings: TeamSettings) -> str:  # noqa: ARG002
        """Return the team object."""
        return TEAM
