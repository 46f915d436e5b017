"""Verbs on files: keep an upload, find one for a reader, say which exist, mark them as held."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from changliu.files import store
from changliu.files.folder import Folder
from changliu.files.model import REMOVE, File, MayRead
from changliu.files.upload import Upload
from changliu.identity.model import Actor
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.kit.errors import NotFound
from changliu.kit.failpoints import reach
from changliu.kit.ids import uuid7


async def keep(tx: Tx, actor: Actor, folder: Folder, upload: Upload) -> tuple[File, Path]:
    """Put an upload in its place and write its row; remove the returned mark after the commit.

    Content that is there already is replaced by the same bytes.
    """
    await store.lock_content(tx, [upload.sha256])
    mark = await asyncio.to_thread(folder.settle, upload.path, upload.sha256)
    reach("file.settled")
    file = File(uuid7(), upload.sha256, upload.size, upload.type, upload.name)
    await store.insert(tx, file, actor.member)
    return file, mark


async def readable(tx: Tx, actor: Actor, file: UUID, may_read: MayRead) -> File:
    """Return a file the actor may read: its uploader until a record holds it, then whoever reads
    a record and field that hold it.

    Raises `NotFound` (`file.unknown`), in the same words for a file that does not exist.
    """
    found = await store.find(tx, file)
    if found is None:
        raise unknown_file()
    mine = found.uploaded_by == actor.member and not found.attached
    if not mine and not await may_read(tx, actor, file):
        raise unknown_file()
    return found.file


async def keep_again(tx: Tx, actor: Actor, file: File) -> File:
    """Write a second row for content that the actor may read: it stays whoever drops the first.

    Raises `NotFound` (`file.unknown`) when the first is gone meanwhile.
    """
    await store.lock_content(tx, [file.sha256])
    if await store.find(tx, file.id) is None:
        raise unknown_file()
    again = replace(file, id=uuid7())
    await store.insert(tx, again, actor.member)
    return again


async def files_by_id(tx: Tx, ids: Collection[UUID]) -> dict[UUID, File]:
    """Return those of the files that exist, for records that hold them."""
    return await store.files_by_id(tx, ids) if ids else {}


async def hold(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the uploaders of those files that exist, and keep them until the transaction ends."""
    return await store.hold(tx, ids) if ids else {}


async def mark_attached(tx: Tx, ids: Sequence[UUID]) -> None:
    """Write down that records hold these files: they are no longer swept away."""
    if ids:
        await store.mark_attached(tx, ids)


async def erase(tx: Tx, ids: Sequence[UUID]) -> None:
    """Delete files for good, whoever held them; their bytes go by a job unless others share them.

    For erasing a person: the caller has taken them out of every record and checked the right.
    """
    digests = await store.delete(tx, ids) if ids else []
    if digests:
        await enqueue(tx, REMOVE, {"digests": digests})


def unknown_file() -> NotFound:
    """Return the 404 of a file that is missing or not for the caller: the same words."""
    return NotFound(
        "file.unknown",
        "文件不存在，或您没有查看它的权限。",
        "The file does not exist, or you may not see it.",
    )
