"""Processes of the program without their second of imports: forked from one that has made them.

In everything else each is a process of its own, as `python -m MODULE` would be: environment,
session, output, death.
"""

import importlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from changliu.kit import failpoints

ROOT = Path(__file__).parents[2]
_FORKS = multiprocessing.get_context("forkserver")
# A child looks at its parent's main module, which is pytest's.
_FORKS.set_forkserver_preload(["changliu.main", "tests.walks.forked", "pytest"])


def start(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> ForkServerProcess:
    """Run a module as the main program; what it prints is added to a file."""
    process = _FORKS.Process(
        target=_run, args=(module, list(arguments), dict(environment), str(log))
    )
    process.start()
    return process


def _run(module: str, arguments: list[str], environment: dict[str, str], log: str) -> None:
    os.setsid()
    os.chdir(ROOT)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(environment)
    # The step to die at was read when the parent imported it.
    importlib.reload(failpoints)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
