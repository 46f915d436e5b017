"""Restoring an archive into an empty data folder or database.

1. Prove the whole archive before anything is touched. 2. Mark folder and database: until the mark
is gone nothing in them counts, `serve` refuses, and another restore begins anew. 3. Load control
schema and workspaces, each in one transaction; put files, keys and seals in place. 4. Write the
control rows and take the mark away in one transaction. 5. Run the migrations that
were added since the archive was written.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from changliu.files.folder import folder_of
from changliu.kit import clock
from changliu.kit.db import Workspace
from changliu.kit.errors import Conflict, Unavailable
from changliu.kit.failpoints import reach
from changliu.kit.migrate import Chain
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import ensure_role, migrate
from changliu.kit.settings import Settings
from changliu.operations.backup import store
from changliu.operations.backup.archive import Archive, open_archive
from changliu.operations.backup.keys import collect_keys, open_keys, place_keys, remove_keys
from changliu.operations.backup.model import (
    CONTROL,
    KEYS,
    Done,
    Kept,
    Manifest,
    Told,
    Wish,
    control_member,
    damaged,
    file_member,
    newer,
)
from changliu.operations.backup.programs import find_program, load
from changliu.operations.backup.service import choose
from changliu.records.history.sealing.keys import Head, keep_head

MARKED, LOADED, PLACED, SETTLED = (
    "restore.marked", "restore.loaded", "restore.placed", "restore.settled",
)  # fmt: skip
MARK_FILE = "restoring"
# A dump may hold far more than its own size: loading stops before the disk is full.
LEAVE_FREE = 512 * 1024 * 1024
_LOAD = ("--no-owner", "--single-transaction", "--exit-on-error")


def check(wish: Wish, chain: Chain, told: Told) -> Manifest:
    """Prove an archive without restoring it, its passphrase too; raises what `restore` raises."""
    with open_archive(wish.file) as archive:
        _prove(archive, chain, wish, told)
        return archive.manifest


async def restore(
    settings: Settings, start: Callable[[Settings], Instance], chain: Chain, wish: Wish, told: Told
) -> Done:
    """Restore an archive; `start` brings up the database once the archive is proven.

    Raises `Invalid` (`backup.damaged`, `backup.passphrase`), `Conflict` (`backup.newer`,
    `restore.not_empty`, `restore.busy`), `Unavailable` (`restore.disk`, `backup.failed`).
    """
    with open_archive(wish.file) as archive:
        keys = _prove(archive, chain, wish, told)
        chosen = _chosen(archive.manifest, wish.workspaces)
        _leave_room(settings.data, archive.size)
        instance = start(settings)
        async with AsyncExitStack() as stack:
            conn = await stack.enter_async_context(store.connected(instance.owner_dsn))
            await store.take_database(conn)
            await _empty(conn, settings.data)
            reach(MARKED)
            run = _Run(settings, instance, archive, conn, told)
            await run.tables(chosen)
            reach(LOADED)
            files = run.files(chosen)
            place_keys(settings.data, keys)
            _place_heads(settings.data, conn.info.dbname, chosen)
            os.sync()
            reach(PLACED)
            await run.settle(chosen, _tables(archive, chain), paused=wish.paused)
            reach(SETTLED)
        (settings.data / MARK_FILE).unlink(missing_ok=True)
        told("升级 upgrade", 0, 1)
        report = await migrate(instance.owner_dsn, chain)
        behind = tuple((failure.workspace.name, failure.reason) for failure in report.failures)
        names = tuple(kept.name for kept in chosen)
        return Done(wish.file, names, files, archive.size, behind=behind)


def _prove(archive: Archive, chain: Chain, wish: Wish, told: Told) -> dict[str, bytes]:
    """Return the keys of an archive that is whole and not of a later program.

    One of an earlier program holds the control tables of its time: those and no others.
    """
    if set(archive.manifest.chain) - {m.mark for m in chain.migrations}:
        raise newer(archive.manifest.program)
    rows = {control_member(table) for table in _tables(archive, chain)}
    members = set(archive.manifest.members)
    extra = {name for name in members if name.startswith("control/")} - rows
    if wrong := ({KEYS, CONTROL} | rows) - members | extra:
        raise damaged(min(wrong))
    keys = open_keys(archive.whole(KEYS), wish.passphrase)
    archive.prove(told)
    return keys


def _tables(archive: Archive, chain: Chain) -> tuple[str, ...]:
    """The control tables there were when the archive was written."""
    then = set(archive.manifest.chain)
    return store.control_tables(m for m in chain.control if m.mark in then)


def _chosen(manifest: Manifest, names: Sequence[str]) -> list[Kept]:
    listed = [Workspace(kept.id, kept.name, kept.schema_name) for kept in manifest.workspaces]
    schemas = {workspace.schema for workspace in choose(listed, names)}
    return [kept for kept in manifest.workspaces if kept.schema_name in schemas]


async def _empty(conn: store.Connection, data: Path) -> None:
    """Mark an empty folder and database; clear away what a restore cut off has left."""
    found, mark_file = await store.look(conn), data / MARK_FILE
    text = mark_file.read_text("ascii").strip() if mark_file.is_file() else None
    ours = text is not None and (found.mark == text or not (found.schemas or found.mark))
    if found.schemas and found.mark is None:
        raise _not_empty(conn.info.dbname)
    if not ours and (collect_keys(data) or any((data / "files").glob("*"))):
        raise _not_empty(str(data))
    if text is None:
        text = secrets.token_hex(16)
        mark_file.write_text(text, "ascii")
        os.sync()
    await store.mark(conn, text)
    await store.drop_schemas(conn, found.schemas)
    for name in ("files", "seals"):
        shutil.rmtree(data / name, ignore_errors=True)
    remove_keys(data)


class _Run:
    """One restore under way: from where, into what, whom it tells."""

    def __init__(
        self, settings: Settings, instance: Instance, archive: Archive, conn: store.Connection,
        told: Told,
    ) -> None:  # fmt: skip
        self._settings, self._instance, self._archive = settings, instance, archive
        self._conn, self._told = conn, told

    async def tables(self, chosen: Sequence[Kept]) -> None:
        """Load the control schema without rows, then every chosen workspace."""
        major = await store.server_major(self._conn)
        program = find_program(self._settings, "pg_restore", major)
        for kept in chosen:
            await ensure_role(self._conn, kept.schema_name)
        await self._load(program, CONTROL)
        for done, kept in enumerate(chosen):
            self._told(kept.name, done, len(chosen))
            await self._load(program, kept.dump)
            await store.analyse(self._conn, kept.schema_name)

    async def _load(self, program: str, name: str) -> None:
        data, dsn = self._settings.data, self._instance.owner_dsn
        await load(program, dsn, _LOAD, self._archive.read(name), lambda: _leave_room(data, 0))

    def files(self, chosen: Sequence[Kept]) -> int:
        """Put the chosen workspaces' files in place and return how many there were."""
        total, done = sum(kept.files for kept in chosen), 0
        for kept in chosen:
            folder = folder_of(self._settings.data, kept.schema_name)
            folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for digest in self._archive.files(kept.schema_name):
                place = folder.place(digest)
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as file:
                    for chunk in self._archive.read(file_member(kept.schema_name, digest)):
                        file.write(chunk)
                done += 1
                self._told("文件 files", done, total)
        return done

    async def settle(self, chosen: Sequence[Kept], tables: Sequence[str], *, paused: bool) -> None:
        """Write the control rows: from here on the installation counts."""
        async with store.settling(self._conn):
            for table in tables:
                rows = self._archive.read(control_member(table))
                await store.write_rows(self._conn, table, rows)
            await store.keep_only(self._conn, [kept.id for kept in chosen])
            if paused:
                await store.pause(self._conn, clock.real())


def _place_heads(data: Path, database: str, chosen: Sequence[Kept]) -> None:
    for kept in chosen:
        if kept.head is not None:
            number, digest = kept.head
            head = Head(number, bytes.fromhex(digest))
            keep_head(data, f"{database}.{kept.schema_name}", head)


def _leave_room(data: Path, wanted: int) -> None:
    folder = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free - wanted < LEAVE_FREE:
        raise Unavailable(
            "restore.disk",
            f"磁盘空间不足（剩余 {free // 2**20} MB），没有恢复。请腾出空间后重试。",
            f"Too little disk space ({free // 2**20} MB free); nothing was restored. Free some and"
            " try again.",
        )


def _not_empty(place: str) -> Conflict:
    return Conflict(
        "restore.not_empty",
        f"{place} 里已有数据，恢复不会覆盖它；请用新的 --data 文件夹或空数据库。",
        f"{place} holds data already and is not written over: use a new --data folder or an empty"
        " database.",
    )
