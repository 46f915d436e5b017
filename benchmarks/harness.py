"""What every benchmark shares: a server of its own, fair timing, CPU of all processes, a report.

A benchmark is a module `benchmarks/<name>.py` with `run(scale)` (async or not) that returns
`Comparison`s. Ours and the floor run in turns, so noise of a shared machine meets both.
"""

import asyncio
import platform as machine
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil
from psycopg import sql

from changliu import main
from changliu.kit.db import Database, Workspace
from changliu.kit.memory import settle
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.postgres.folder import place_folder
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.migrations import create_workspace, migrate
from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.retry import retry_locked
from changliu.kit.settings import Settings

OUTPUT = Path("build/bench")
# Long enough that a block of calls dwarfs the clocks' steps, short enough for a noisy machine.
WARM_UP, ROUNDS, CALLS = 5, 5, 20
Call = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call took: median and 95th percentile in ms, CPU ms of app and database."""

    p50: float
    p95: float
    app_cpu: float
    database_cpu: float

    @property
    def cpu(self) -> float:
        """CPU ms of all processes."""
        return self.app_cpu + self.database_cpu


@dataclass(frozen=True, slots=True)
class Comparison:
    """A benchmark's line: our cost, the floor's (None: no floor), and free figures beside."""

    name: str
    ours: Cost
    floor: Cost | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Our median over the floor's."""
        return self.ours.p50 / self.floor.p50 if self.floor else None


@dataclass(frozen=True, slots=True)
class World:
    """A server with one empty workspace, pools open."""

    instance: Instance
    settings: Settings
    platform: Platform
    workspace: Workspace


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Start a server of its own with production settings (fsync on), removed afterwards."""
    data = _data_folder()
    settings = Settings(data=data)
    instance = await asyncio.to_thread(launcher.start, settings)
    try:
        chain = main.chain()
        await migrate(instance.owner_dsn, chain)
        await create_workspace(instance.owner_dsn, chain, "bench", "Asia/Shanghai")
        database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
        await database.open()
        try:
            workspace = await find_workspace(database, None)
            settle()
            yield World(instance, settings, Platform(database, settings), workspace)
        finally:
            await database.close()
    finally:
        await asyncio.to_thread(launcher.stop, settings)
        shutil.rmtree(data, ignore_errors=True)


def _data_folder() -> Path:
    data = Path(tempfile.mkdtemp(prefix="changliu-bench-"))
    # An unprivileged server account must be able to enter it.
    data.chmod(0o755)
    return data


async def analyse(bench: World, table: sql.Identifier) -> None:
    """Have the planner know a table that was filled; waits for a vacuum that has begun."""

    async def attempt() -> None:
        async with bench.platform.database.ddl(bench.workspace, exclusive=False) as tx:
            await tx.execute(sql.SQL("ANALYZE {}").format(table))

    await retry_locked(attempt)


async def compare(
    bench: World,
    name: str,
    ours: Call,
    floor: Call | None = None,
    *,
    rounds: int = ROUNDS,
    calls: int = CALLS,
    **notes: Any,
) -> Comparison:
    """Time `ours` and `floor` in turns: `rounds` blocks of `calls` each, after a warm-up."""
    meter = Meter(bench.settings)
    blocks: dict[int, list[_Block]] = {0: [], 1: []}
    sides = [ours] if floor is None else [ours, floor]
    for side in sides:
        for _ in range(WARM_UP):
            await side()
    for _ in range(rounds):
        for i, side in enumerate(sides):
            blocks[i].append(await _block(meter, side, calls))
    costs = [_cost(blocks[i]) for i in range(len(sides))]
    return Comparison(name, costs[0], costs[1] if floor else None, notes)


async def throughput(call: Call, concurrency: int, seconds: float = 5.0) -> float:
    """Return calls per second with `concurrency` callers in this process."""
    ends = time.perf_counter() + seconds
    done = 0

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await call()
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(concurrency)))
    return done / (time.perf_counter() - began)


class Meter:
    """CPU clocks of this process and of the server with its backends."""

    def __init__(self, settings: Settings) -> None:
        file = place_folder(settings.data).cluster / "postmaster.pid"
        self._server = psutil.Process(int(file.read_text("utf-8").split()[0]))

    def read(self) -> tuple[float, float]:
        """Return CPU seconds so far: (this process, the server)."""
        ended = self._server.cpu_times()
        running = sum(_on_cpu(child) for child in self._server.children(recursive=True))
        # Parallel workers that have ended are counted by their parent, in steps of 10 ms.
        return time.process_time(), running + ended.children_user + ended.children_system


@dataclass(frozen=True, slots=True)
class _Block:
    walls: list[float]
    app: float
    database: float


async def _block(meter: Meter, call: Call, calls: int) -> _Block:
    walls = []
    app, database = meter.read()
    for _ in range(calls):
        began = time.perf_counter()
        await call()
        walls.append(time.perf_counter() - began)
    app_now, database_now = meter.read()
    return _Block(walls, app_now - app, database_now - database)


def _cost(blocks: Sequence[_Block]) -> Cost:
    walls = sorted(wall for block in blocks for wall in block.walls)
    count = len(walls)
    return Cost(
        round(statistics.median(walls) * 1000, 3),
        round(walls[min(count - 1, int(count * 0.95))] * 1000, 3),
        round(sum(b.app for b in blocks) / count * 1000, 3),
        round(sum(b.database for b in blocks) / count * 1000, 3),
    )


def _on_cpu(process: psutil.Process) -> float:
    """Seconds a single-threaded process was on a CPU: to the nanosecond where Linux tells."""
    try:
        return int(Path(f"/proc/{process.pid}/schedstat").read_text("ascii").split()[0]) / 1e9
    except (OSError, IndexError):
        try:
            times = process.cpu_times()
            return float(times.user + times.system)
        except psutil.NoSuchProcess:
            return 0.0


def write_report(name: str, scale: int, lines: Sequence[Comparison]) -> Path:
    """Write `build/bench/<name>.json` and return its path."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    report = {
        "name": name,
        "scale": scale,
        "python": machine.python_version(),
        "cpus": psutil.cpu_count(),
        "load": psutil.getloadavg(),
        "lines": [{**asdict(line), "ratio": line.ratio} for line in lines],
    }
    path = OUTPUT / f"{name}.json"
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return path


def table(lines: Sequence[Comparison]) -> str:
    """Return the lines as a table for the terminal."""
    head = ("benchmark", "ours ms", "floor ms", "ratio", "cpu ms", "app+db", "floor cpu", "")
    rows = [head, *(_row(line) for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) if i in {0, 7} else cell.rjust(width)
                  for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip


def _row(line: Comparison) -> tuple[str, ...]:
    floor, ratio = line.floor, line.ratio
    return (
        line.name,
        f"{line.ours.p50:.2f}",
        f"{floor.p50:.2f}" if floor else "–",
        f"{ratio:.2f}" if ratio else "–",
        f"{line.ours.cpu:.2f}",
        f"{line.ours.app_cpu:.2f}+{line.ours.database_cpu:.2f}",
        f"{floor.cpu:.2f}" if floor else "–",
        " ".join(f"{k}={v}" for k, v in line.notes.items()),
    )
