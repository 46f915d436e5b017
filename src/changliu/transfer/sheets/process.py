"""Runs a child over one task: a dictionary in, a dictionary out, or a refusal with its reason."""

import os
import subprocess
import sys
from typing import Any, Literal

import orjson

from changliu.kit.errors import Invalid

Program = Literal["reading", "writing"]

# Address space of a child: 1,000,000 rows × 10 columns take about 900 MB of it.
MEMORY = 1_500_000_000
# Seconds of processor time; 1,000,000 × 10 cells take about 30.
SECONDS = 120
# Variables a child needs to find its interpreter and this package; none that holds a secret.
_PASSED = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class Failed(Exception):  # noqa: N818 -- named after the outcome
    """A child that answered nothing: killed for its memory or time, or by a file that broke it."""


def run(program: Program, task: dict[str, Any]) -> dict[str, Any]:
    """Have a child do a task and return its answer; blocks, so call it in a thread.

    Raises `Failed` when it died, `Invalid` when it answered `{refused: code, zh, en}`.
    """
    command = [sys.executable, "-m", f"changliu.transfer.sheets.{program}"]
    limits = {"memory": MEMORY, "seconds": SECONDS}
    try:
        done = subprocess.run(
            command,
            input=orjson.dumps({**task, "limits": limits}),
            capture_output=True,
            timeout=SECONDS * 2,
            env={name: os.environ[name] for name in _PASSED if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed("no answer in time") from error
    if done.returncode != 0:
        raise Failed(f"exit {done.returncode}: {done.stderr[-2_000:].decode(errors='replace')}")
    answer: dict[str, Any] = orjson.loads(done.stdout)
    if "refused" in answer:
        raise Invalid(answer["refused"], answer["zh"], answer["en"])
    return answer
