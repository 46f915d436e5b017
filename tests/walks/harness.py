"""Crash walks: a site of its own with durable settings, processes to kill, a log of what was said.

A walk starts real processes, kills them with SIGKILL at any moment (or at a named failpoint through
`CHANGLIU_CRASH_AT`), starts them again, and then compares the database with what callers were told.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from tests.walks import forked

from changliu import main
from changliu.kit.db import Database, Workspace
from changliu.kit.postgres import launcher
from changliu.kit.postgres.folder import place_folder
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import create_workspace, migrate
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.retry import retry_locked
from changliu.kit.settings import Settings

# `make crash` asks for more; in the suite a walk must stay within seconds.
KILLS = int(os.environ.get("CHANGLIU_KILLS", "6"))
PASSWORD = "correct horse 9"
ROOT = forked.ROOT
CLI = ("-m", "changliu")
# Removes old sites beside the next walk, and lets nobody leave before it has.
_AWAY = ThreadPoolExecutor(1, "away")


@dataclass(slots=True)
class Child:
    """A process in a session of its own, killed with everything it started (but PostgreSQL).

    `argv` is `-m`, a module, its arguments.
    """

    argv: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: ForkServerProcess | None = None

    def start(self, **environment: str) -> "Child":
        """Start it, or start it again, with more variables for this time only."""
        _, module, *arguments = self.argv
        wanted = {**os.environ, **self.environment, **environment}
        self.process = forked.start(module, arguments, wanted, self.log)
        return self

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process is not None and self.process.is_alive()

    def kill9(self) -> None:
        """Kill its whole session, as a power cut would."""
        if self.process is None or self.process.pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        # It may not have got as far as a session of its own.
        self.process.kill()
        self.process.join()

    async def ended(self, seconds: float = 30) -> int:
        """Wait until it ends by itself; return its exit code (negative: the signal)."""
        assert self.process is not None

        async def gone() -> bool:
            return not self.alive

        await eventually(gone, seconds)
        assert self.process.exitcode is not None
        return self.process.exitcode


@dataclass(slots=True)
class Site:
    """An installation in a folder of its own: fsync on, one workspace, its database running."""

    data: Path
    instance: Instance
    children: list[Child] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The settings every process of the site has."""
        return Settings(data=self.data)

    def child(self, name: str, *argv: str, **environment: str) -> Child:
        """Make a process of this site, not yet started; its output goes to `<name>.log`."""
        log = self.data / f"{name}.log"
        child = Child(argv, {"CHANGLIU_DATA": str(self.data), **environment}, log)
        self.children.append(child)
        return child

    def text(self, name: str) -> str:
        """What a process of the site has printed."""
        return (self.data / f"{name}.log").read_text("utf-8")

    def logs(self) -> str:
        """The end of every process's output, for a failing walk's message."""
        texts = [path.read_text("utf-8", "replace")[-3000:] for path in self.data.glob("*.log")]
        return "\n".join(texts)

    async def start_database(self) -> None:
        """Start PostgreSQL again, through crash recovery if need be."""
        self.instance = await asyncio.to_thread(launcher.start, self.settings)

    async def kill_database(self, *, postmaster_only: bool = False) -> None:
        """Kill every PostgreSQL process at once, or the one that watches over the others: they
        end by themselves, each when it notices."""
        file = place_folder(self.data).cluster / "postmaster.pid"
        postmaster = psutil.Process(int(file.read_text("utf-8").split()[0]))
        others = [] if postmaster_only else postmaster.children(recursive=True)
        for process in [postmaster, *others]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        await asyncio.to_thread(psutil.wait_procs, [postmaster], 10)

    async def end_leases(self) -> None:
        """Let the time of leases pass that dead holders have not given back."""
        async with self.opened() as (database, workspace):

            async def end() -> None:
                async with database.ddl(workspace) as tx:
                    await tx.execute(
                        f"UPDATE {workspace.schema}.job_lease SET until = '2020-01-01'"
                    )
                    await tx.execute(f"UPDATE {workspace.schema}.job SET run_at = '2020-01-01'")

            # Others may be in the middle of a write.
            await retry_locked(end)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[Database, Workspace]]:
        """Open pools of this process's own, to prepare and to check."""
        instance = self.instance
        database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
        await database.open()
        try:
            yield database, await find_workspace(database, None)
        finally:
            await database.close()


@asynccontextmanager
async def new_site(*, workspace: bool = True) -> AsyncIterator[Site]:
    """Make a site, with a migrated workspace unless `serve` shall make it; removed afterwards."""
    data = _new_folder()
    instance = await asyncio.to_thread(launcher.start, Settings(data=data))
    site = Site(data, instance)
    try:
        if workspace:
            await migrate(instance.owner_dsn, main.chain())
            await create_workspace(instance.owner_dsn, main.chain(), "测试公司", "Asia/Shanghai")
        yield site
    except Exception as error:
        error.add_note(site.logs())
        raise
    finally:
        for child in site.children:
            child.kill9()
        _AWAY.submit(_throw_away, site)


def _throw_away(site: Site) -> None:
    """What is deleted needs no last checkpoint; SIGQUIT still gives shared memory back."""
    file = place_folder(site.data).cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
        postmaster = psutil.Process(int(file.read_text("utf-8").split()[0]))
        if postmaster.name() == "postgres":
            postmaster.send_signal(signal.SIGQUIT)
            psutil.wait_procs([postmaster], 30)
    shutil.rmtree(site.data, ignore_errors=True)


def _new_folder() -> Path:
    data = Path(tempfile.mkdtemp(prefix="changliu-walk-"))
    # An unprivileged server account must be able to enter it.
    data.chmod(0o755)
    return data


@dataclass(slots=True)
class Server:
    """`changliu serve` on a site."""

    site: Site
    port: int
    child: Child
    armed: str = ""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def restart(self, **environment: str) -> None:
        """Start it and wait until it is ready."""
        self.child.start(**environment)
        await wait_ready(self.url, self.child)

    async def die(self, step: str, work: Awaitable[Any], then: str = "") -> None:
        """Do a write on a server that dies at a step; start it again, to die at `then` if given.

        Reads pass no failpoint, so a server waiting for its death answers them: half the starts.
        """
        if self.armed != step:
            self.kill9()
            await self.restart(CHANGLIU_CRASH_AT=step)
        with pytest.raises(httpx.TransportError):
            await work
        await self.child.ended()
        self.armed = then
        await self.restart(CHANGLIU_CRASH_AT=then)

    def kill9(self) -> None:
        """Kill it with its workers; PostgreSQL goes on."""
        self.child.kill9()


def new_server(site: Site, *options: str) -> Server:
    """Return a server on a free port, not yet started; the administrator's password is ours."""
    port = free_port()
    arguments = ("serve", "--data", str(site.data), "--port", str(port), *options)
    environment = {"CHANGLIU_ADMIN_PASSWORD": PASSWORD}
    return Server(site, port, site.child("serve", *CLI, *arguments, **environment))


def free_port() -> int:
    """Return a TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def wait_ready(url: str, child: Child, seconds: float = 60) -> None:
    """Wait until a server answers its health check."""
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:

        async def healthy() -> bool:
            assert child.alive, "the server ended instead of getting ready"
            with contextlib.suppress(httpx.TransportError):
                return (await client.get("/api/health")).status_code == 200
            return False

        await eventually(healthy, seconds)


async def eventually(holds: Callable[[], Awaitable[Any]], seconds: float) -> None:
    """Wait until `holds()` is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.05)
