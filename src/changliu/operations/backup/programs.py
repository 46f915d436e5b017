"""pg_dump and pg_restore as child processes: found, fed, listened to, ended with us."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

from changliu.kit.errors import Problem, Unavailable
from changliu.kit.postgres.binaries import find_binaries
from changliu.kit.settings import Settings
from changliu.operations.backup.model import CHUNK, failed
from changliu.operations.backup.store import connection_parts

_WORDS_KEPT = 20


def find_program(settings: Settings, name: str, major: int) -> str:
    """Return the path of `pg_dump` or `pg_restore` for a server: its own version, else later.

    Raises `Unavailable` (`backup.programs`).
    """
    found: dict[int, str] = {}
    for path in _candidates(settings, name):
        version = _version(path)
        if version is not None and version >= major:
            found.setdefault(version, path)
    if not found:
        raise Unavailable(
            "backup.programs",
            f"找不到 {name} {major} 或更新版本：请安装 PostgreSQL 客户端程序，"
            "或用 CHANGLIU_POSTGRES_BIN 指向它的 bin 文件夹。",
            f"No {name} {major} or newer was found: install PostgreSQL's client programs, or point"
            " CHANGLIU_POSTGRES_BIN at their bin folder.",
        )
    return found[min(found)]


async def dump(program: str, dsn: str, options: Sequence[str]) -> AsyncGenerator[bytes, None]:
    """Yield what pg_dump writes; raises `Unavailable` (`backup.failed`) with its words."""
    async with _running(program, dsn, options, stdin=False) as (process, words):
        assert process.stdout is not None
        while chunk := await process.stdout.read(CHUNK):
            yield chunk
        await _end(process, program, words)


async def load(
    program: str,
    dsn: str,
    options: Sequence[str],
    chunks: Iterator[bytes],
    room: Callable[[], None],
) -> None:
    """Feed pg_restore; `room` is asked before every piece and may raise.

    Raises `Unavailable` (`backup.failed`) with its words; its one transaction is rolled back.
    """
    async with _running(program, dsn, options, stdin=True) as (process, words):
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for chunk in chunks:
                for start in range(0, len(chunk), 65_536):
                    room()
                    process.stdin.write(chunk[start : start + 65_536])
                    await process.stdin.drain()
            process.stdin.close()
        await _end(process, program, words)


@contextlib.asynccontextmanager
async def _running(
    program: str, dsn: str, options: Sequence[str], *, stdin: bool
) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[str]]]:
    target, password = connection_parts(dsn)
    process = await asyncio.create_subprocess_exec(
        program, f"--dbname={target}", "--no-password", *options,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSWORD": password},
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if stdin else subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    words: list[str] = []
    listening = asyncio.create_task(_listen(process, words))
    try:
        yield process, words
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await asyncio.wait([listening])


async def _listen(process: asyncio.subprocess.Process, words: list[str]) -> None:
    assert process.stderr is not None
    while chunk := await process.stderr.read(4096):
        words.append(chunk.decode("utf-8", "replace"))
        del words[:-_WORDS_KEPT]


async def _end(process: asyncio.subprocess.Process, program: str, words: list[str]) -> None:
    code = await process.wait()
    await asyncio.sleep(0)
    if code:
        raise _failure(program, code, words)


def _failure(program: str, code: int, words: list[str]) -> Problem:
    text = " | ".join("".join(words).split("\n"))[-600:].strip(" |")
    return failed(Path(program).name, text or f"exit {code}")


def _candidates(settings: Settings, name: str) -> Iterator[str]:
    with contextlib.suppress(Unavailable):
        yield find_binaries(settings).program(name)
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        yield str(folder / name)
    if (on_path := shutil.which(name)) is not None:
        yield on_path


def _version(path: str) -> int | None:
    if not os.access(path, os.X_OK):
        return None
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(match[1]) if match else None
