"""Kinds of notifications, one to be told, and the bodies of the routes; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from changliu.kit.copies import Trace

Kind = Literal["mention", "comment", "owner", "share", "changed", "import", "export", "job"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TRACES = (Trace("notification"),)
State = Literal["inbox", "unread", "archived"]
Mark = Literal["read", "unread", "archived", "inbox"]
# Marked by name in one request; more are marked all at once.
MAX_IDS = 500


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell a member, at most once under its `key`.

    While unread, news of a folding kind under the same key becomes one: `count` adds up and the
    `fields` in `about` are joined.
    """

    member: UUID
    kind: Kind
    key: str
    actor: UUID | None = None
    object: str | None = None
    record: UUID | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A notification as it is kept."""

    id: UUID
    kind: Kind
    at: datetime
    actor: UUID | None
    object: str | None
    record: UUID | None
    about: dict[str, Any]
    count: int
    read_at: datetime | None
    archived_at: datetime | None


class MarkBody(BaseModel):
    """Which notifications become what: some by id, or all (of a kind, told up to a moment)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Mark
    ids: list[UUID] | None = Field(None, max_length=MAX_IDS)
    all: bool = False
    kind: Kind | None = None
    until: datetime | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.ids is not None) is self.all:
            raise ValueError("ids, all: exactly one / ids 与 all 二选一")
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("until: add a time zone such as +08:00 / 请带时区")
        return self


class Channels(BaseModel):
    """Where a kind of notification arrives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    in_app: bool


class FollowBody(BaseModel):
    """What makes a member follow a record of their own accord."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    created: bool | None = None
    owned: bool | None = None
    commented: bool | None = None
    mentioned: bool | None = None

    def given(self) -> dict[str, bool]:
        """Return what was sent."""
        return self.model_dump(exclude_none=True)


class SettingsBody(BaseModel):
    """Changes of one's settings; what is not sent stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: dict[Kind, Channels] = {}
    follow: FollowBody = FollowBody()
