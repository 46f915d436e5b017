"""The archive on disk: written beside its name and linked there whole; read only once proven."""

import fcntl
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from pydantic import ValidationError

from changliu.kit.errors import Conflict
from changliu.kit.failpoints import reach
from changliu.operations.backup.model import (
    CHUNK,
    FORMAT,
    MANIFEST,
    MAX_MANIFEST,
    MAX_MEMBERS,
    Kept,
    Manifest,
    Member,
    Told,
    damaged,
    digest_of_names,
    file_of,
    is_known,
    newer,
)

WRITTEN = "backup.written"


class Sink:
    """Takes the bytes of one member and remembers their size and SHA-256."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._hash, self.size = stream, hashlib.sha256(), 0

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._stream.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def member(self) -> Member:
        """What was written so far."""
        return Member(size=self.size, sha256=self._hash.hexdigest())


class Writer:
    """Writes an archive at `.<name>.part` (0600) and links it to its name when `finish`ed.

    Raises `Conflict` (`backup.exists`, `backup.busy`). A part that a killed process left is
    written over by the next backup of that name.
    """

    def __init__(self, target: Path) -> None:
        self.target, self.part = target, target.with_name(f".{target.name}.part")
        self.members: dict[str, Member] = {}
        if target.exists():
            raise _exists(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(self.part, os.O_CREAT | os.O_RDWR, 0o600), "r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise busy() from None
        self._file.truncate()
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.part.unlink(missing_ok=True)
        with suppress(OSError, ValueError):
            self._zip.close()
        self._file.close()

    @contextmanager
    def member(self, name: str) -> Iterator[Sink]:
        """Write one member; files, whose names are their digests, are not listed again."""
        with self._zip.open(zipfile.ZipInfo(name), "w", force_zip64=True) as stream:
            sink = Sink(stream)
            yield sink
        if file_of(name) is None:
            self.members[name] = sink.member()

    def finish(self, manifest: Manifest) -> int:
        """Write the manifest, make all of it durable, give it its name; return its bytes."""
        self._zip.writestr(MANIFEST, manifest.model_dump_json())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        reach(WRITTEN)
        try:
            # A link, not a rename: it never replaces another archive.
            os.link(self.part, self.target)
        except FileExistsError:
            raise _exists(self.target) from None
        self.part.unlink()
        folder = os.open(self.target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return self.target.stat().st_size


class Archive:
    """An archive opened for reading; its directory has been checked, its content by `prove`."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self._zip, self.manifest = path, opened, manifest
        self.size = sum(entry.file_size for entry in opened.infolist())

    def files(self, schema: str) -> list[str]:
        """Return the digests of a workspace's files, sorted."""
        found = (file_of(name) for name in self._zip.namelist())
        return sorted(place[1] for place in found if place is not None and place[0] == schema)

    def read(self, name: str) -> Iterator[bytes]:
        """Yield a member in pieces of 1 MB; raises `Invalid` when its checksum fails."""
        try:
            with self._zip.open(name) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
            raise damaged(name) from error

    def whole(self, name: str, limit: int = MAX_MANIFEST) -> bytes:
        """Return a small member; raises `Invalid` when it has more than `limit` bytes."""
        if self._zip.getinfo(name).file_size > limit:
            raise damaged(name)
        return b"".join(self.read(name))

    def prove(self, told: Told) -> None:
        """Compare every member with its SHA-256; raises `Invalid` (`backup.damaged`)."""
        done = 0
        for entry in self._zip.infolist():
            if entry.filename == MANIFEST:
                continue
            place, digest = file_of(entry.filename), hashlib.sha256()
            for chunk in self.read(entry.filename):
                digest.update(chunk)
                done += len(chunk)
                told("检查 check", done, self.size)
            listed = self.manifest.members.get(entry.filename)
            expected = place[1] if place else listed.sha256 if listed else None
            if digest.hexdigest() != expected:
                raise damaged(entry.filename)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an archive and check its directory: nothing unknown, doubled, packed or missing.

    Raises `Invalid` (`backup.damaged`) and `Conflict` (`backup.newer`).
    """
    try:
        opened = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged(getattr(error, "strerror", None) or str(error)) from error
    with opened:
        _check_directory(opened, path)
        yield Archive(path, opened, _read_manifest(opened))


def _check_directory(opened: zipfile.ZipFile, path: Path) -> None:
    entries = opened.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_MEMBERS or len(names) < len(entries) or MANIFEST not in names:
        raise damaged(MANIFEST)
    for entry in entries:
        packed = entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 0x1
        if packed or entry.compress_size != entry.file_size or not is_known(entry.filename):
            raise damaged(entry.filename[:200])
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise damaged("size")


def _read_manifest(opened: zipfile.ZipFile) -> Manifest:
    if opened.getinfo(MANIFEST).file_size > MAX_MANIFEST:
        raise damaged(MANIFEST)
    try:
        text = opened.read(MANIFEST)
        manifest = Manifest.model_validate_json(text)
    except (zipfile.BadZipFile, ValidationError, EOFError) as error:
        raise damaged(MANIFEST) from error
    if manifest.format > FORMAT:
        raise newer(manifest.program)
    _check_complete(opened, manifest)
    return manifest


def _check_complete(opened: zipfile.ZipFile, manifest: Manifest) -> None:
    found: dict[str, list[str]] = {kept.schema_name: [] for kept in manifest.workspaces}
    listed = set(manifest.members) | {MANIFEST}
    for name in opened.namelist():
        place = file_of(name)
        if place is not None and place[0] in found:
            found[place[0]].append(place[1])
        elif name not in listed:
            raise damaged(name)
    if absent := listed - set(opened.namelist()):
        raise damaged(min(absent))
    for kept in manifest.workspaces:
        if not _has_all(kept, found[kept.schema_name]) or kept.dump not in listed:
            raise damaged(f"files/{kept.schema_name}")


def _has_all(kept: Kept, digests: list[str]) -> bool:
    return kept.files == len(digests) and kept.names == digest_of_names(digests)


def busy() -> Conflict:
    """The refusal while another backup is under way."""
    return Conflict(
        "backup.busy",
        "另一个备份正在进行，请等它结束后再试。",
        "Another backup is under way: wait until it has ended.",
    )


def _exists(target: Path) -> Conflict:
    return Conflict(
        "backup.exists",
        f"文件 {target} 已存在，不会覆盖；请换一个名字。",
        f"The file {target} exists and is not written over: choose another name.",
    )
