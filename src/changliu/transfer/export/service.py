"""Verbs of export: make a file, keep what was taken in the log, follow the ones in the background.

1. The caller's rights and the number of rows decide: few rows are written at once, more by a job.
2. The rows come as a stream of one snapshot and go into the file piece by piece.
3. The file is given out only once its line in the log has been committed.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from changliu.access.model import Verb
from changliu.files.names import clean_name
from changliu.files.service import erase as erase_files
from changliu.files.upload import Upload
from changliu.identity.audit import record
from changliu.identity.store.audit import Entry
from changliu.jobs.service import enqueue
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Forbidden, NotFound, TooMany
from changliu.kit.ids import uuid7
from changliu.records.context import Context
from changliu.records.query.exporting import Export, open_export
from changliu.transfer.export import store
from changliu.transfer.export.columns import Column, columns_of
from changliu.transfer.export.model import (
    EXPORT,
    LIFE,
    MAX_ROWS,
    MEDIA_TYPES,
    UNFINISHED,
    ExportJob,
    ExportRequest,
)
from changliu.transfer.export.sheets import sheet_at

Told = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file, and what it took away."""

    upload: Upload
    taken: store.Taken


async def nobody(rows: int) -> None:
    """Take progress that nobody asked for."""


async def make(
    context: Context,
    request: ExportRequest,
    path: Path,
    told: Told = nobody,
    job: UUID | None = None,
) -> Made:
    """Write the file at `path` and say what is in it; `told` hears how many rows are written.

    Raises what `open_export` and `sheet_at` raise.
    """
    export = await _open(context, request)
    columns = columns_of(export, request)
    rows = 0
    async with sheet_at(path, request.format, columns, request.language) as sheet:
        async for records in export.pieces(MAX_ROWS):
            await sheet.add(records)
            rows += len(records)
            if rows > MAX_ROWS:
                raise _too_large(rows)
            await told(rows)
    sha256, size = await asyncio.to_thread(_digest, path)
    name = _name(context, export, request)
    upload = Upload(path, sha256, size, MEDIA_TYPES[request.format], name)
    taken = store.Taken(context.actor.member, request, _named(columns), rows, sha256, job)
    return Made(upload, taken)


async def count(context: Context, request: ExportRequest) -> int:
    """Return how many rows an export has; raises `Conflict` (`export.too_large`) above the most
    that one file holds, and what `open_export` raises.

    With lines it is the most there may be: a record without any has a row too.
    """
    export = await _open(context, request)
    total = await export.count()
    if total > MAX_ROWS:
        raise _too_large(total)
    lines = await export.count_lines()
    if lines > MAX_ROWS:
        raise _too_large(lines)
    return total + lines


def _too_large(total: int) -> Conflict:
    return Conflict(
        "export.too_large",
        f"至少有 {total} 行，一个文件最多 {MAX_ROWS} 行，请加筛选条件分几次导出。",
        f"There are at least {total} rows and a file holds {MAX_ROWS}: add a filter, export in"
        " parts.",
    )


async def start(context: Context, request: ExportRequest, total: int) -> ExportJob:
    """Have a job make the file; raises `TooMany` (`export.busy`)."""
    member = context.actor.member
    if await store.count_unfinished(context.tx, member) >= UNFINISHED:
        raise TooMany(
            "export.busy",
            f"您已有 {UNFINISHED} 个导出在进行，请等其中一个完成或取消它。",
            f"{UNFINISHED} of your exports are under way: wait for one of them, or cancel it.",
        )
    job = uuid7()
    await store.insert_job(context.tx, job, member, request, total)
    await enqueue(context.tx, EXPORT, {"export": str(job)}, lock_key=f"export:{member}")
    found = await store.find_job(context.tx, job)
    assert found is not None
    return found


async def noted(tx: Tx, taken: store.Taken) -> None:
    """Write down who took what away: in the log of exports, and in the audit of the workspace.

    The audit cannot be erased, so the question stays in the log: it may name a person.
    """
    await store.insert_log(tx, taken)
    asked = taken.request
    told: dict[str, Any] = {
        "format": asked.format,
        "rows": taken.rows,
        "columns": len(taken.columns),
    }
    told["sha256"] = taken.sha256
    entry = Entry(taken.member, "export.made", "export", taken.job, asked.object, told)
    await record(tx, entry)


async def fetched(tx: Tx, member: UUID, job: ExportJob) -> None:
    """Write down that the file of a finished export was fetched."""
    name = job.request.object
    await record(tx, Entry(member, "export.fetched", "export", job.id, name, {"rows": job.done}))


async def find(context: Context, job: UUID, *, lock: bool = False) -> ExportJob:
    """Return an export of the caller's own; `NotFound` (`export.missing`) for anybody else's.

    Locked, it neither ends nor moves on until commit.
    """
    found = await store.find_job(context.tx, job, lock=lock)
    if found is None or found.member != context.actor.member:
        raise _missing()
    return found


async def fetch(context: Context, job: UUID) -> UUID:
    """Return the file of a finished export to the one who asked for it.

    Raises `NotFound` (`export.missing`), `Conflict` (`export.unfinished`, `export.expired`),
    `Forbidden` (`export.denied`) when the right to export the object was taken away since.
    """
    found = await find(context, job)
    if found.state in ("waiting", "running"):
        raise Conflict(
            "export.unfinished",
            f"文件还在生成（{found.done}/{found.total} 行），请稍后再取。",
            f"The file is being made ({found.done} of {found.total} rows); fetch it later.",
        )
    late = found.finished_at is None or context.tx.now >= found.finished_at + LIFE
    if found.state != "done" or found.file is None or late:
        raise Conflict(
            "export.expired",
            "这次导出的文件已过期、取消或没有生成，请重新导出。",
            "The file of this export has expired, was cancelled or never made; export again.",
        )
    target = context.catalogue.by_key.get(found.request.object)
    if target is None or context.access.predicate(target.id, Verb.EXPORT) is None:
        raise Forbidden(
            "export.denied",
            "您已没有导出该对象的权限，不能再取这个文件；请联系管理员。",
            "You may no longer export this object, nor fetch its file; ask an administrator.",
        )
    return found.file


async def drop(context: Context, job: UUID) -> None:
    """Stop an export of the caller's own, or delete its file; raises `NotFound`."""
    found = await find(context, job, lock=True)
    await store.cancel(context.tx, job)
    if found.file is not None:
        await erase_files(context.tx, [found.file])


async def _open(context: Context, request: ExportRequest) -> Export:
    return await open_export(context.tx, context.access, context.catalogue, request.listing)


def _named(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(c.output.name for c in columns if c.output is not None and not c.ids)


def _name(context: Context, export: Export, request: ExportRequest) -> str:
    zone = ZoneInfo(context.actor.workspace.timezone)
    at = context.tx.now.astimezone(zone).strftime("%Y%m%d-%H%M")
    return clean_name(f"{export.object.label[request.language]}-{at}.{request.format}")


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest: Any = hashlib.file_digest(file, "sha256")
    return digest.hexdigest(), path.stat().st_size


def _missing() -> NotFound:
    return NotFound(
        "export.missing",
        "没有这次导出，或它不是您的，请在导出列表里查看。",
        "There is no such export, or it is not yours; see the list of your exports.",
    )
