"""The migration chain: numbered plain SQL per room, in layer order, once for the control schema and
once for each workspace.

Files write tables as `{schema}.job` and the workspace's role as `{role}`. Tables get their grants
as they are made (default privileges), so a file may REVOKE what its own tables should not allow.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_BASELINE_MARK = "-- chain: "
_NOISE = re.compile(r"--|SET |SELECT pg_catalog\.set_config|\\|CREATE SCHEMA |$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file of a room; `control` ones change the schema `changliu`, others a workspace."""

    room: str
    number: int
    name: str
    text: str
    control: bool

    @property
    def digest(self) -> str:
        """The SHA-256 of its text: an applied file must never change."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def mark(self) -> str:
        """Which file it is and what it says: `room/number:digest`."""
        return f"{self.room}/{self.number}:{self.digest}"

    def for_schema(self, schema: str) -> str:
        """Return the SQL for one workspace; its role has the name of its schema."""
        return fill(self.text, schema)


@dataclass(frozen=True)
class Chain:
    """Every migration in order, and the SQL of the functions that formulas call."""

    migrations: tuple[Migration, ...]
    functions: str = ""

    @cached_property
    def control(self) -> tuple[Migration, ...]:
        """Migrations of the control schema."""
        return tuple(m for m in self.migrations if m.control)

    @cached_property
    def workspace(self) -> tuple[Migration, ...]:
        """Migrations of each workspace."""
        return tuple(m for m in self.migrations if not m.control)

    @cached_property
    def target(self) -> str:
        """What `workspace.migrated_to` says once a workspace has all of them."""
        joined = "".join(f"{m.mark};" for m in self.workspace)
        return hashlib.sha256(joined.encode()).hexdigest()[:16]


def load_chain(rooms: Sequence[str], functions: str = "") -> Chain:
    """Return the chain of these rooms, lowest layer first.

    Raises ValueError when a room's numbers do not run 1, 2, 3 … or a name does not fit.
    """
    return Chain(tuple(m for room in rooms for m in _room_migrations(room)), functions)


def fill(text: str, schema: str) -> str:
    """Put a workspace's schema and role into SQL text; refuses anything but `ws_<number>`."""
    if not re.fullmatch(r"ws_\d+", schema):
        raise ValueError(f"not a workspace schema: {schema!r}")
    return text.replace("{schema}", f'"{schema}"').replace("{role}", f'"{schema}"')


def read_baseline(chain: Chain) -> str | None:
    """Return the generated SQL that makes a whole workspace, or None when it is not of this chain.

    A stale baseline is never wrong, only slow: the chain is then run file by file.
    """
    file = resources.files("changliu.kit") / "baseline.sql"
    if not file.is_file():
        return None
    text = file.read_text("utf-8")
    return text if text.startswith(f"{_BASELINE_MARK}{chain.target}\n") else None


def baseline_text(chain: Chain, dump: str, schema: str) -> str:
    """Turn the dump of a workspace made by the chain into a baseline for any workspace."""
    text = "\n".join(line for line in dump.splitlines() if not _NOISE.match(line))
    # Bodies of functions are kept as they were written: with the name in quotes.
    text = text.replace(f'"{schema}"', schema)
    text = re.sub(rf"\b{schema}\.", "{schema}.", text)
    text = re.sub(rf"\bSCHEMA {schema}\b", "SCHEMA {schema}", text)
    text = re.sub(rf"\b{schema}\b", "{role}", text)
    return f"{_BASELINE_MARK}{chain.target}\n{text}\n"


def _room_migrations(room: str) -> Iterator[Migration]:
    folder = resources.files(f"changliu.{room}") / "migrations"
    if not folder.is_dir():
        return
    yield from _numbered(room, folder / "control", control=True)
    yield from _numbered(room, folder, control=False)


def _numbered(room: str, folder: Traversable, *, control: bool) -> Iterator[Migration]:
    if not folder.is_dir():
        return
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    for expected, name in enumerate(names, start=1):
        match = _FILE.fullmatch(name)
        if match is None or int(match[1]) != expected:
            raise ValueError(f"{room}: {name} should be {expected:04d}_<name>.sql")
        text = (folder / name).read_text("utf-8")
        yield Migration(room, expected, match[2], text, control)
