"""What an archive holds, how a manifest reads, and the refusals of backup and restore; no I/O.

An archive is a zip file whose members are stored as they are: dumps are compressed already, and
what cannot expand cannot burst. `manifest.json` comes last and says what all others are.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from changliu.kit.errors import Conflict, Invalid, Unavailable

FORMAT = 1
MANIFEST, KEYS, CONTROL = "manifest.json", "keys", "control.dump"
# A manifest of 100 workspaces has some 30 kB.
MAX_MANIFEST = 16 * 1024 * 1024
# The directory of an archive is held in memory: some 600 bytes a file.
MAX_MEMBERS = 2_000_000
CHUNK = 1024 * 1024
_FILE = re.compile(r"files/(ws_[0-9]{1,10})/([0-9a-f]{64})")
_OTHER = re.compile(
    r"keys|control\.dump|control/[a-z_]{1,60}\.copy|workspaces/ws_[0-9]{1,10}\.dump"
)

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Schema = Annotated[str, Field(pattern=r"^ws_[0-9]{1,10}$")]
Told = Callable[[str, int, int], None]


class Member(BaseModel):
    """One member of an archive: its size in bytes and its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=0)]
    sha256: Digest


class Kept(BaseModel):
    """A workspace in an archive; `names` is the SHA-256 of its files' sorted names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[int, Field(ge=1)]
    name: str
    schema_name: Schema
    files: Annotated[int, Field(ge=0)]
    names: Digest
    head: tuple[int, str] | None = None
    missing: list[Digest] = []

    @property
    def dump(self) -> str:
        """The member with its tables."""
        return f"workspaces/{self.schema_name}.dump"


class Manifest(BaseModel):
    """What an archive says of itself; `chain` is the program's migrations, `room/number:digest`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Annotated[int, Field(ge=1)]
    program: str
    postgres: Annotated[int, Field(ge=16)]
    at: datetime
    chain: list[str]
    workspaces: list[Kept]
    keys_closed: bool
    members: dict[str, Member]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a backup or restore is asked for: which workspaces (none named: all), a passphrase,
    whether the restored copy rests until it is resumed."""

    file: Path
    workspaces: Sequence[str] = ()
    passphrase: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a backup or restore did; `missing` names files whose bytes were gone or altered,
    `behind` restored workspaces that this program's migrations failed in, with the reason."""

    file: Path
    workspaces: tuple[str, ...]
    files: int
    size: int
    missing: tuple[str, ...] = ()
    behind: tuple[tuple[str, str], ...] = ()


def file_member(schema: str, sha256: str) -> str:
    """Return the member of a file: its name is its SHA-256."""
    return f"files/{schema}/{sha256}"


def control_member(table: str) -> str:
    """Return the member with the rows of a control table."""
    return f"control/{table}.copy"


def file_of(name: str) -> tuple[str, str] | None:
    """Return schema and SHA-256 of a file's member; None for every other name."""
    match = _FILE.fullmatch(name)
    return (match[1], match[2]) if match else None


def is_known(name: str) -> bool:
    """Say whether a member of that name may be in an archive."""
    return bool(name == MANIFEST or _OTHER.fullmatch(name) or _FILE.fullmatch(name))


def digest_of_names(digests: Iterable[str]) -> str:
    """Return the SHA-256 of files' names in order: nobody takes one away unseen."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


def damaged(what: str) -> Invalid:
    """The refusal of an archive that is not as a backup wrote it."""
    return Invalid(
        "backup.damaged",
        f"备份文件已损坏或被改动（{what}），什么也没有恢复。请换另一份备份。",
        f"The archive is damaged or was altered ({what}); nothing was restored. Use another one.",
    )


def newer(program: str) -> Conflict:
    """The refusal of an archive that a later program wrote."""
    return Conflict(
        "backup.newer",
        f"备份由较新的版本（{program}）生成，请先升级程序再恢复。",
        f"The archive was written by a newer program ({program}): upgrade first, then restore.",
    )


def failed(program: str, text: str) -> Unavailable:
    """The refusal when a program of PostgreSQL did not finish; `text` is the end of its words."""
    return Unavailable(
        "backup.failed",
        f"{program} 未能完成：{text}。什么也没有留下，请排除原因后重试。",
        f"{program} did not finish: {text}. Nothing was kept; remove the cause and try again.",
    )
