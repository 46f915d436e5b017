"""What a child process may use, set by itself before it looks at anything from outside."""

import resource
import sys
from typing import Any

import orjson

# The largest file a child may write: a table of 2,000,000 rows.
MAX_WRITTEN = 2_000_000_000


def read_task() -> dict[str, Any]:
    """Return the task given on standard input, its limits in force."""
    task: dict[str, Any] = orjson.loads(sys.stdin.buffer.read())
    limits = task["limits"]
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    return task


def answer(value: dict[str, Any]) -> None:
    """Give the answer on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value))
