"""Writes web/src/api/schema.d.ts from the description of our doors; `--check` fails on a drift."""

import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from tools.build_web import WEB, install, pnpm

from changliu.kit.settings import Settings
from changliu.main import create_app

TARGET = WEB / "src" / "api" / "schema.d.ts"
# Routes are described without a database: only the settings are read.
CLOSED = SimpleNamespace(settings=Settings())


def main() -> int:
    """Write the types, or compare them; returns the exit code."""
    install()
    with tempfile.TemporaryDirectory() as name:
        described, made = Path(name) / "openapi.json", Path(name) / "schema.d.ts"
        document = create_app(CLOSED).openapi()  # type: ignore[arg-type]
        described.write_text(json.dumps(document, ensure_ascii=False, sort_keys=True))
        pnpm("--silent", "exec", "openapi-typescript", str(described), "-o", str(made))
        if "--check" not in sys.argv:
            TARGET.write_bytes(made.read_bytes())
        elif not TARGET.is_file() or TARGET.read_bytes() != made.read_bytes():
            sys.stdout.write(f"{TARGET.name} is stale: run make docs\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
