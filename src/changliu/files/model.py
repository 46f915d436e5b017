"""What a file is, and who may say that someone reads it; no I/O."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from changliu.identity.model import Actor
from changliu.kit.copies import Copy
from changliu.kit.db import Tx

# An upload that no record holds after this long is swept away (business time).
UNATTACHED_LIFE = timedelta(hours=24)

# A file is often named after somebody.
COPIES = (Copy("file", texts=("name",)),)

# Kinds of jobs: look for uploads to clear away; remove content that no row names.
SWEEP, REMOVE = "file.sweep", "file.remove"


@dataclass(frozen=True, slots=True)
class File:
    """An upload: `size` in bytes, `type` as sniffed from its content, `name` cleaned."""

    id: UUID
    sha256: str
    size: int
    type: str
    name: str

    def as_json(self) -> dict[str, Any]:
        """Return `{id, name, type, size, sha256}`."""
        return {
            "id": str(self.id),
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class Stored:
    """A file with what decides who reads it."""

    file: File
    uploaded_by: UUID
    attached: bool


MayRead = Callable[[Tx, Actor, UUID], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a file through a record that holds it: filled by records in main.py."""

    may_read: MayRead
