"""The browser's evaluator, run by Node.js."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tools import build_web

Ask = Callable[[dict[str, Any]], list[dict[str, Any]]]


@contextmanager
def evaluator() -> Iterator[Ask]:
    """One process that answers batches of `web/src/formula/batch.ts`; a line each way."""
    build_web.install()
    node = subprocess.Popen(
        [build_web.node(), "checks/evaluate.mjs"],
        cwd=build_web.WEB,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    given, told = node.stdin, node.stdout
    assert given is not None
    assert told is not None

    def ask(batch: dict[str, Any]) -> list[dict[str, Any]]:
        given.write(json.dumps(batch) + "\n")
        given.flush()
        line = told.readline()
        assert line, "node ended: see its message above"
        found: list[dict[str, Any]] = json.loads(line)
        return found

    with node:
        yield ask
        given.close()
