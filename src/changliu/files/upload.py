"""Receiving one file: multipart parsed as it comes, to disk a piece at a time, hashed on the way.

Memory stays at about one network chunk whatever the file's size.
"""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from changliu.files.folder import Folder
from changliu.files.names import clean_name
from changliu.files.sniff import HEAD, type_of
from changliu.kit.errors import BadRequest, Invalid, TooLarge, Unavailable
from changliu.kit.failpoints import reach

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MEGABYTE = 1024 * 1024
# What a body may be larger than its file: boundaries, headers, other small parts.
ENVELOPE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file, synced to disk at `path` but not yet in its place; `words` are the texts
    of the request's other parts, by name."""

    path: Path
    sha256: str
    size: int
    type: str
    name: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Parts:
    """What the parser has met so far; `waiting` are bytes of the file not yet on disk."""

    limit: int
    name: str | None = None
    finished: bool = False
    size: int = 0
    head: bytes = b""
    waiting: list[bytes] = field(default_factory=list)
    words: dict[str, bytes] = field(default_factory=dict)
    _word: str | None = None
    _reading: bool = False
    _header: bytes = b""
    _value: bytes = b""

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls, by its names for the moments."""
        return {
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
            "on_end": self.end,
        }

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        header, value = self._header.lower(), self._value
        self._header = self._value = b""
        if header != b"content-disposition":
            return
        _, options = parse_options_header(value)
        named = options.get(b"filename")
        if named is None:
            self._word = options.get(b"name", b"").decode("utf-8", "replace")[:100]
            return
        if self.name is not None:
            raise Invalid(
                "file.several",
                "一次只能上传一个文件，请分别上传。",
                "One request uploads one file; send the others on their own.",
            )
        self.name = clean_name(named.decode("utf-8", "replace"))
        self._reading = True

    def part_data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._word is not None:
            self._add_word(self._word, piece)
        if not self._reading:
            return
        self.size += len(piece)
        if self.size > self.limit:
            raise too_large(self.limit)
        if len(self.head) < HEAD:
            self.head += piece[: HEAD - len(self.head)]
        self.waiting.append(piece)

    def _add_word(self, name: str, piece: bytes) -> None:
        self.words[name] = self.words.get(name, b"") + piece
        if sum(map(len, self.words.values())) + sum(map(len, self.words)) > ENVELOPE:
            raise too_large(ENVELOPE)

    def part_end(self) -> None:
        self._reading = False
        self._word = None

    def end(self) -> None:
        self.finished = True


@asynccontextmanager
async def received(request: Request, folder: Folder, limit: int) -> AsyncIterator[Upload]:
    """Receive the file of a multipart request, of at most `limit` bytes; gone again afterwards
    unless it was moved to its place.

    Raises `BadRequest` (400), `TooLarge` (413), `Invalid` (422), `Unavailable` (503, disk full).
    """
    parts = _Parts(limit)
    parser = _parser(request, parts)
    path = await asyncio.to_thread(folder.new)
    try:
        digest = await _write(request, parser, parts, path)
        _check(parts)
        reach("file.received")
        name = parts.name or ""
        words = {key: text.decode("utf-8", "replace") for key, text in parts.words.items()}
        yield Upload(path, digest, parts.size, type_of(parts.head, name), name, words)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full() from error
        raise
    finally:
        path.unlink(missing_ok=True)


async def _write(request: Request, parser: MultipartParser, parts: _Parts, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("xb") as grown:
        async for chunk in request.stream():
            try:
                parser.write(chunk)
            except FormParserError as error:
                raise _malformed() from error
            if parts.waiting:
                piece = b"".join(parts.waiting)
                parts.waiting.clear()
                await asyncio.to_thread(_append, grown, digest, piece)
        await asyncio.to_thread(_finish, grown)
    return digest.hexdigest()


def _append(grown: BinaryIO, digest: "hashlib._Hash", piece: bytes) -> None:
    grown.write(piece)
    digest.update(piece)


def _finish(grown: BinaryIO) -> None:
    grown.flush()
    os.fsync(grown.fileno())


def _parser(request: Request, parts: _Parts) -> MultipartParser:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise BadRequest(
            "body.content_type",
            "上传文件请用 multipart/form-data，文件放在名为 file 的部分。",
            "Upload a file as multipart/form-data, in a part called 'file'.",
        )
    try:
        return MultipartParser(boundary, parts.callbacks())
    except FormParserError as error:
        raise _malformed() from error


def _check(parts: _Parts) -> None:
    if not parts.finished:
        raise _malformed()
    if parts.name is None:
        raise Invalid(
            "file.missing",
            "请求里没有文件，请把文件放在名为 file 的部分。",
            "The request holds no file; put it in a part called 'file'.",
        )
    if parts.size == 0:
        raise Invalid(
            "file.empty",
            "文件是空的，请检查后重新选择。",
            "The file is empty; check it and choose again.",
        )


def too_large(limit: int) -> TooLarge:
    """Return the refusal of a file above `limit` bytes."""
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit} B"
    return TooLarge(
        "file.too_large",
        f"文件超过 {size}，没有保存；请压缩或拆分后再上传。",
        f"The file is larger than {size} and was not kept; compress or split it.",
    )


def _malformed() -> BadRequest:
    return BadRequest(
        "body.multipart",
        "上传的内容不完整或格式有误，没有保存，请重新上传。",
        "The upload is incomplete or malformed and was not kept; send it again.",
    )


def _disk_full() -> Unavailable:
    return Unavailable(
        "file.disk_full",
        "服务器磁盘空间不足，文件没有保存，请联系管理员。",
        "The server's disk is full and the file was not kept; tell an administrator.",
    )
