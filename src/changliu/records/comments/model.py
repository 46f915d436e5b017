"""What a comment is made of; no I/O."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_TEXT, MAX_MENTIONS, MAX_FILES = 10_000, 50, 20
# A member in a text: @[member id]; the label is written by whoever shows it.
_MENTION = re.compile(r"@\[([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\]")

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)]
Files = Annotated[list[UUID], Field(max_length=MAX_FILES)]


class CommentDraft(BaseModel):
    """A comment: text with members as `@[member id]`, files (one of the two), and what it answers.

    An `id` of the caller's makes sending it again harmless.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text
    files: Files = []
    reply_to: UUID | None = None
    id: UUID | None = None


class CommentPatch(BaseModel):
    """What a comment is to say instead; files left out stay."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text
    files: Files | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is kept; `record` may be one merged into the record that shows it."""

    id: UUID
    object: str
    record: UUID
    reply_to: UUID | None
    text: str
    mentions: tuple[UUID, ...]
    files: tuple[UUID, ...]
    created_at: datetime
    created_by: UUID
    edited_at: datetime | None
    deleted_at: datetime | None


def mentioned(text: str) -> tuple[UUID, ...]:
    """Return the members a text names, each once, in order."""
    return tuple(dict.fromkeys(UUID(found) for found in _MENTION.findall(text)))


def spoken(text: str, names: dict[UUID, str]) -> str:
    """Return a text with the members' names in the place of their ids."""
    return _MENTION.sub(lambda found: f"@{names.get(UUID(found[1]), '…')}", text)
