"""What a seal is and what a check of seals may find; no I/O."""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from changliu.kit.labels import Language

# One entry in `leaves`: its number in history (signed, 8 bytes) and its SHA-256.
LEAF = struct.Struct(">q32s")


@dataclass(frozen=True, slots=True)
class Seal:
    """A batch of history fixed by a signature; `first` to `last` are numbers of entries.

    `at` is real time as seconds since 1970 with six places.
    """

    number: int
    first: int
    last: int
    entries: int
    root: bytes
    prev: bytes
    at: str
    key: str
    signature: bytes
    leaves: bytes

    def header(self, schema: str) -> bytes:
        """Return what is signed: every column but the signature; the root stands for leaves."""
        parts = (
            "changliu seal 1",
            schema,
            self.number,
            self.first,
            self.last,
            self.entries,
            self.root.hex(),
            self.prev.hex(),
            self.at,
            self.key,
        )
        return "\n".join(str(part) for part in parts).encode()

    def digest(self, schema: str) -> bytes:
        """Return the SHA-256 of the header: the next seal's `prev`."""
        return hashlib.sha256(self.header(schema)).digest()


def genesis(schema: str) -> bytes:
    """Return the `prev` of a workspace's first seal."""
    return hashlib.sha256(f"changliu seal 0\n{schema}".encode()).digest()


def split_leaves(leaves: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (entry number, SHA-256) of each entry; a torn end is left out."""
    whole = len(leaves) - len(leaves) % LEAF.size
    yield from LEAF.iter_unpack(leaves[:whole])


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed: which seal, and which entry of history if known."""

    code: str
    zh: str
    en: str
    seal: int
    entry: int | None = None
    changeset: UUID | None = None
    object: str | None = None
    record: UUID | None = None

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return `{code, message, seal, entry?, changeset?, object?, record?}`."""
        place = {
            "entry": self.entry,
            "changeset": self.changeset,
            "object": self.object,
            "record": self.record,
        }
        known = {name: value for name, value in place.items() if value is not None}
        message = self.en if language == "en" else self.zh
        return {"code": self.code, "message": message, "seal": self.seal, **known}


@dataclass(slots=True)
class Report:
    """What a check went through, and what it found, first entry first."""

    seals: int = 0
    entries: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is as it was sealed."""
        return not self.findings

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return `{ok, seals, entries, unsealed, findings}`."""
        return {
            "ok": self.ok,
            "seals": self.seals,
            "entries": self.entries,
            "unsealed": self.unsealed,
            "findings": [finding.as_json(language) for finding in self.findings],
        }
