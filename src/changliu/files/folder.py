"""Files on disk: `<data>/files/<workspace>/ab/cd/<sha256>`, put there whole or not at all.

An upload grows in `incoming/`, is synced, and is renamed into place before its row commits. A mark
beside it says that the rename may have happened, so a process killed in between leaves a trace for
the sweep, never a file that is served.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from changliu.kit.ids import uuid7

_MARK = "mark-"
# Longer than any upload takes; real time, as the file system keeps it.
STALE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one workspace."""

    root: Path

    @property
    def incoming(self) -> Path:
        """Where uploads grow and marks lie."""
        return self.root / "incoming"

    def place(self, sha256: str) -> Path:
        """Return where content of this digest lies."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def new(self) -> Path:
        """Return a fresh path for an upload to grow at; its folder exists."""
        # Nobody else on the machine reads contracts: the folder is the program's own.
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.incoming.mkdir(exist_ok=True)
        return self.incoming / uuid7().hex

    def scratch(self, name: str) -> Path:
        """Return a place for what can be made again; it is swept away after a day."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.incoming.mkdir(exist_ok=True)
        return self.incoming / name

    def settle(self, grown: Path, sha256: str) -> Path:
        """Move a synced upload to its place and return the mark to `lift` after the commit.

        The caller holds the content's lock: the same bytes may be on their way out.
        """
        mark = self.incoming / f"{_MARK}{sha256}-{uuid7().hex}"
        mark.touch()
        place = self.place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        _sync(self.incoming)
        grown.replace(place)
        for folder in (place.parent, place.parent.parent, self.root):
            _sync(folder)
        return mark

    def remove(self, sha256: str) -> None:
        """Remove content; the caller holds its lock and has seen that no row names it."""
        self.place(sha256).unlink(missing_ok=True)

    def stale(self) -> Iterator[Path]:
        """Find uploads and marks left by processes that died, at least a day ago."""
        before = time.time() - STALE.total_seconds()
        if self.incoming.is_dir():
            yield from (p for p in self.incoming.iterdir() if p.stat().st_mtime < before)


def folder_of(data: Path, schema: str) -> Folder:
    """Return the files of a workspace; `schema` is its `ws_<n>`."""
    return Folder(data / "files" / schema)


def marked(path: Path) -> str | None:
    """Return the digest a mark speaks of, None for an upload."""
    if not path.name.startswith(_MARK):
        return None
    return path.name.removeprefix(_MARK).partition("-")[0]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
