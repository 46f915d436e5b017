"""Prints the folder of PostgreSQL 16 programs that a test dependency carries."""

import importlib.util
import sys
from pathlib import Path

WHEEL = "pgserver"


def folder() -> Path:
    """Return the folder; raises SystemExit when the test dependencies are not installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{WHEEL} is not installed: run make setup")
    return Path(spec.origin).parent / "pginstall" / "bin"


if __name__ == "__main__":
    sys.stdout.write(f"{folder()}\n")
