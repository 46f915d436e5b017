"""Writes `kit/baseline.sql`: a whole workspace in one file, dumped from one made by the chain.

Run it after adding a migration. `--check` fails when the file is not of the current chain: new
workspaces would then be made file by file, right but slower.
"""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from changliu import main
from changliu.kit.db import Workspace
from changliu.kit.migrate import Chain, baseline_text, read_baseline
from changliu.kit.postgres import launcher
from changliu.kit.postgres.binaries import find_binaries
from changliu.kit.postgres.migrations import build_from_chain, migrate
from changliu.kit.settings import Settings

TARGET = Path(main.__file__).parent / "kit" / "baseline.sql"
MODEL = Workspace(1, "model", "ws_1")


async def dump(owner_dsn: str, admin_dsn: str, chain: Chain) -> str:
    """Make a workspace by the chain in a migrated database and return its dump."""
    await build_from_chain(owner_dsn, chain, MODEL)
    parts = {key: str(value) for key, value in conninfo_to_dict(admin_dsn).items()}
    password = parts.pop("password")
    programs = find_binaries(Settings())
    process = await asyncio.create_subprocess_exec(
        programs.program("pg_dump"), make_conninfo(**parts), f"--schema={MODEL.schema}",
        "--no-owner", "--inserts", f"--exclude-table-data={MODEL.schema}.migration",
        env={**programs.environment, "PGPASSWORD": password}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"pg_dump ended with {process.returncode}")
    return output.decode()


async def generate(settings: Settings, chain: Chain) -> str:
    """Return the text of the baseline, made in a server of its own."""
    instance = launcher.start(settings, {"fsync": "off"})
    await migrate(instance.owner_dsn, replace(chain))
    text = await dump(instance.owner_dsn, instance.admin_dsn, chain)
    return baseline_text(chain, text, MODEL.schema)


def run() -> int:
    """Write or check the file; return the exit code."""
    chain = main.chain()
    if "--check" in sys.argv:
        if read_baseline(chain) is None:
            sys.stderr.write("kit/baseline.sql is stale: run tools/generate_baseline.py\n")
            return 1
        return 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        settings = Settings(data=Path(folder) / "data")
        try:
            TARGET.write_text(asyncio.run(generate(settings, chain)), "utf-8")
        finally:
            launcher.stop(settings)
    return 0


if __name__ == "__main__":
    sys.exit(run())
