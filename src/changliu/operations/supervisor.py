"""Worker processes of `serve`: started, restarted when they die, ended with it.

A worker's standard input is a pipe from its supervisor. When the supervisor is gone, however it
went, the pipe ends and the worker finishes its batch and leaves: no orphan ever works on.
"""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

# A worker that lived this long was healthy: its next restart is quick again.
HEALTHY_S = 60.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
PATIENCE_S = 12.0


class Supervisor:
    """Keeps `count` processes of one command alive until told to stop."""

    def __init__(self, command: Sequence[str], count: int, report: Callable[[str], None]) -> None:
        self._command = tuple(command)
        self._count = count
        self._report = report
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the processes; returns at once."""
        self._tasks = [asyncio.create_task(self._keep(n)) for n in range(1, self._count + 1)]

    async def stop(self) -> None:
        """End the processes: their unfinished jobs roll back and wait for the next worker."""
        self._stopping.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE
            )
            await self._live(process)
            pause = FIRST_PAUSE_S if time.monotonic() - began > HEALTHY_S else pause * 2
            pause = min(pause, LONGEST_PAUSE_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
                return
            self._report(
                f"后台进程 {number} 意外退出（代码 {process.returncode}），现已重启"
                f" · worker {number} exited ({process.returncode}) and is started again"
            )

    async def _live(self, process: asyncio.subprocess.Process) -> None:
        ended = asyncio.create_task(process.wait())
        told = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((ended, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not ended.done():
            if process.stdin is not None:
                process.stdin.close()
            await self._end(process, ended)

    async def _end(self, process: asyncio.subprocess.Process, ended: asyncio.Task[int]) -> None:
        for signal_it in (process.terminate, process.kill):
            done, _ = await asyncio.wait((ended,), timeout=PATIENCE_S)
            if done:
                return
            with contextlib.suppress(ProcessLookupError):
                signal_it()
        await ended


async def end_of_input() -> None:
    """Return when standard input ends: the supervisor that held its other end has gone."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        continue
