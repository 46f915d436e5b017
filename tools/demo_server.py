"""A real server with the demo company in a folder of its own, for browser tests and the tour."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A cold start with the demo takes about 15 s here; a loaded machine several times that.
READY_S = 180
STOP_S = 30
_ADDRESS = re.compile(r"(http://localhost:\d+)")
_LOGIN = re.compile(r"login: (\S+) .*password: (\S+)")


@dataclass(frozen=True, slots=True)
class DemoServer:
    """Where it listens, and the password of every demo login."""

    url: str
    passwords: Mapping[str, str]


@contextmanager
def demo_server(*, demo: bool = True, language: str = "zh-CN") -> Iterator[DemoServer]:
    """Run `changliu serve --demo` on a free port, or an empty workspace without `demo`; raises
    `RuntimeError` with what it said."""
    folder = Path(tempfile.mkdtemp(prefix="changliu-e2e-"))
    # An unprivileged database account must be able to enter it.
    folder.chmod(0o755)
    log = folder / "serve.log"
    options = ["--demo"] if demo else []
    command = [sys.executable, "-m", "changliu", "serve", *options, "--port", "0", "--data"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, str(folder / "data")],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "CHANGLIU_LANGUAGE": language},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _ready(process, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _ready(process: subprocess.Popen[bytes], log: Path) -> DemoServer:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        said = log.read_text("utf-8", "replace")
        address = _ADDRESS.search(said)
        # The greeting ends with how to stop: everything before it has been said.
        if address and "Ctrl-C" in said:
            return DemoServer(address[1], dict(_LOGIN.findall(said)))
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the demo server did not get ready:\n{log.read_text('utf-8', 'replace')}")
