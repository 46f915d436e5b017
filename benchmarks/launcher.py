"""Starting: the embedded server cold, warm, attached; and the whole program a second time."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import psutil

from benchmarks.harness import Comparison, Cost
from changliu.kit.postgres import launcher
from changliu.kit.settings import Settings

TURNS = 3
PORT = 8799
# Until the worker has started and looked for work.
REST_S = 4.0


def run(scale: int) -> list[Comparison]:
    """Measure start times in ms; there is no floor but the server's own."""
    del scale
    data = Path(tempfile.mkdtemp(prefix="changliu-bench-"))
    data.chmod(0o755)
    try:
        settings = Settings(data=data)
        cold = [_timed(lambda: launcher.start(settings))]
        attached = [_timed(lambda: launcher.start(settings)) for _ in range(TURNS)]
        warm = []
        for _ in range(TURNS):
            launcher.stop(settings)
            warm.append(_timed(lambda: launcher.start(settings)))
        launcher.stop(settings)
        first, again = _serve(data), [_serve(data) for _ in range(TURNS)]
        return [
            _line("server, first start (initdb)", cold),
            _line("server, warm start", warm),
            _line("server, attach to a running one", attached),
            replace(_line("changliu serve, first", [first[0]]), notes=first[1]),
            _line("changliu serve, again", [wall for wall, _ in again]),
        ]
    finally:
        launcher.stop(Settings(data=data))
        shutil.rmtree(data, ignore_errors=True)


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _serve(data: Path) -> tuple[float, dict[str, float]]:
    """Milliseconds from the command to the first healthy answer, and MB of it and its worker at
    rest: all they map (RSS), and with what they share counted once (PSS)."""
    command = [sys.executable, "-c", "from changliu.main import cli; cli()", "serve"]
    options = ["--data", str(data), "--port", str(PORT), "--workers", "1"]
    began = time.perf_counter()
    environment = {**os.environ, "CHANGLIU_ADMIN_PASSWORD": "bench horse 9"}
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, env=environment)
    try:
        while not _healthy():
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise RuntimeError("changliu serve did not come up")
            time.sleep(0.01)
        took = (time.perf_counter() - began) * 1000
        time.sleep(REST_S)
        return took, _memory(psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _memory(served: psutil.Process) -> dict[str, float]:
    ours = [served, *(c for c in served.children() if "worker" in c.cmdline())]
    found = [process.memory_full_info() for process in ours]
    return {
        "processes": len(ours),
        "rss_mb": round(sum(one.rss for one in found) / 1e6, 1),
        "pss_mb": round(sum(one.pss for one in found) / 1e6, 1),
    }


def _healthy() -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{PORT}/api/health", timeout=1)
    except httpx.TransportError:
        return False
    return answer.status_code == 200


def _line(name: str, walls: list[float]) -> Comparison:
    walls.sort()
    return Comparison(name, Cost(round(walls[len(walls) // 2], 1), round(walls[-1], 1), 0.0, 0.0))
