"""Making a backup: one view of the database, its files, its keys, in one archive.

1. Keep the bytes of files from being removed. 2. Note the newest seals, then open a snapshot: every
dump, row and list of files is of that instant, while people go on working. 3. Stream dumps and
copy files into the archive. 4. Make it durable and give it its name. A process killed anywhere
leaves at most `.<name>.part`, never a file that looks like a backup.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

from changliu.files.folder import Folder, folder_of
from changliu.kit import clock
from changliu.kit.db import Workspace
from changliu.kit.errors import NotFound
from changliu.kit.failpoints import reach
from changliu.kit.migrate import Chain
from changliu.kit.platform import Platform
from changliu.operations.backup import store
from changliu.operations.backup.archive import Writer, busy
from changliu.operations.backup.keys import close_keys, collect_keys
from changliu.operations.backup.model import (
    CHUNK,
    CONTROL,
    FORMAT,
    KEYS,
    Done,
    Kept,
    Manifest,
    Told,
    Wish,
    control_member,
    digest_of_names,
    file_member,
)
from changliu.operations.backup.programs import dump, find_program
from changliu.operations.health import VERSION
from changliu.records.history.sealing.keys import read_head

SNAPSHOT, FILES = "backup.snapshot", "backup.files"
# gzip's level: 1 writes some 10 % more than 6 in a third of the time.
_DUMP = ("--format=custom", "--compress=gzip:1", "--no-owner", "--strict-names",
         "--lock-wait-timeout=60s")  # fmt: skip
# A removal of files takes milliseconds; another backup much longer.
_TRIES, _PAUSE_S = 40, 0.1


async def back_up(platform: Platform, chain: Chain, wish: Wish, told: Told) -> Done:
    """Write an archive of the installation, or of the workspaces named, to a new file.

    Raises `Conflict` (`backup.exists`, `backup.busy`), `NotFound` (`workspace.unknown`),
    `Unavailable` (`backup.programs`, `backup.failed`); nothing is kept then.
    """
    with Writer(wish.file) as writer:
        async with AsyncExitStack() as stack:
            owner = platform.database.owner_dsn
            holder = await stack.enter_async_context(store.connected(owner))
            conn = await stack.enter_async_context(store.connected(owner))
            chosen = choose(await store.list_workspaces(holder), wish.workspaces)
            for workspace in chosen:
                await _keep_files(holder, workspace.schema)
            heads = [_head(platform, conn.info.dbname, workspace) for workspace in chosen]
            name = await stack.enter_async_context(store.snapshot(conn))
            reach(SNAPSHOT)
            run = _Run(platform, writer, conn, name, told)
            await run.control(chosen, chain)
            kept = await run.tables(chosen, heads)
            reach(FILES)
            kept = [await run.files(entry) for entry in kept]
            run.keys(wish.passphrase)
            postgres = await store.server_major(conn)
        manifest = Manifest(
            format=FORMAT,
            program=VERSION,
            postgres=postgres,
            at=clock.real(),
            chain=[m.mark for m in chain.migrations],
            workspaces=kept,
            keys_closed=wish.passphrase is not None,
            members=writer.members,
        )
        size = await asyncio.to_thread(writer.finish, manifest)
    missing = tuple(digest for entry in kept for digest in entry.missing)
    names = tuple(entry.name for entry in kept)
    return Done(wish.file, names, sum(entry.files for entry in kept), size, missing)


def choose(listed: Sequence[Workspace], names: Sequence[str]) -> list[Workspace]:
    """Return the workspaces of these names or schemas, all without names.

    Raises `NotFound` (`workspace.unknown`).
    """
    for name in names:
        if not any(name in (workspace.name, workspace.schema) for workspace in listed):
            there = "、".join(workspace.name for workspace in listed) or "—"
            raise NotFound(
                "workspace.unknown",
                f"没有名为“{name}”的工作区；现有：{there}。",
                f"There is no workspace “{name}”; there are: {there}.",
            )
    return [w for w in listed if not names or w.name in names or w.schema in names]


class _Run:
    """One backup under way: where it reads, where it writes, whom it tells."""

    def __init__(
        self, platform: Platform, writer: Writer, conn: store.Connection, name: str, told: Told
    ) -> None:
        self._platform, self._writer, self._conn, self._told = platform, writer, conn, told
        self._snapshot = f"--snapshot={name}"

    async def control(self, chosen: Sequence[Workspace], chain: Chain) -> None:
        """Write the control schema without rows, then the rows of the chosen workspaces."""
        self._told("账号 accounts", 0, len(chosen) + 1)
        # What changliu_fx holds (how characters are read) is the same for everybody.
        options = ("--schema=changliu", "--schema=changliu_fx", "--exclude-table-data=changliu.*")
        await self._dump(CONTROL, options)
        for table in store.control_tables(chain.control):
            with self._writer.member(control_member(table)) as sink:
                rows = store.read_rows(self._conn, table, [w.id for w in chosen])
                async for chunk in rows:
                    sink.write(chunk)

    async def tables(
        self, chosen: Sequence[Workspace], heads: Sequence[tuple[int, str] | None]
    ) -> list[Kept]:
        """Write every chosen workspace's tables."""
        kept = []
        for done, (workspace, head) in enumerate(zip(chosen, heads, strict=True), start=1):
            self._told(workspace.name, done, len(chosen) + 1)
            entry = Kept(
                id=workspace.id, name=workspace.name, schema_name=workspace.schema, files=0,
                names=digest_of_names(()), head=head,
            )  # fmt: skip
            # A batch that ran at that instant did not kill its worker: it is not accused later.
            running = f"--exclude-table-data={workspace.schema}.job_running"
            await self._dump(entry.dump, (f"--schema={workspace.schema}", running))
            kept.append(entry)
        return kept

    async def _dump(self, name: str, options: Sequence[str]) -> None:
        settings, dsn = self._platform.settings, self._platform.database.owner_dsn
        major = await store.server_major(self._conn)
        program = await asyncio.to_thread(find_program, settings, "pg_dump", major)
        with self._writer.member(name) as sink:
            async with aclosing(dump(program, dsn, (*_DUMP, self._snapshot, *options))) as chunks:
                async for chunk in chunks:
                    sink.write(chunk)

    async def files(self, kept: Kept) -> Kept:
        """Copy a workspace's files; one whose bytes are gone or altered is named, not copied."""
        digests = await store.list_files(self._conn, kept.schema_name)
        folder = folder_of(self._platform.settings.data, kept.schema_name)
        missing: list[str] = []
        for done, digest in enumerate(digests, start=1):
            if not await asyncio.to_thread(self._copy, folder, kept.schema_name, digest):
                missing.append(digest)
            self._told(f"文件 files {kept.name}", done, len(digests))
        present = [digest for digest in digests if digest not in set(missing)]
        told = {"files": len(present), "names": digest_of_names(present), "missing": missing}
        return kept.model_copy(update=told)

    def _copy(self, folder: Folder, schema: str, digest: str) -> bool:
        place = folder.place(digest)
        if _sha256(place) != digest:
            return False
        with place.open("rb") as source, self._writer.member(file_member(schema, digest)) as sink:
            while chunk := source.read(CHUNK):
                sink.write(chunk)
        return True

    def keys(self, passphrase: str | None) -> None:
        """Write the keys, closed when there is a passphrase."""
        with self._writer.member(KEYS) as sink:
            sink.write(close_keys(collect_keys(self._platform.settings.data), passphrase))


async def _keep_files(holder: store.Connection, schema: str) -> None:
    for _ in range(_TRIES):
        if await store.keep_files(holder, schema):
            return
        await asyncio.sleep(_PAUSE_S)
    raise busy()


def _head(platform: Platform, database: str, workspace: Workspace) -> tuple[int, str] | None:
    head = read_head(platform.settings.data, f"{database}.{workspace.schema}")
    return None if head is None else (head.number, head.digest.hex())


def _sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None
