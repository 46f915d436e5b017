"""Writes by the application, each in a process of its own that dies at a step.

`python -m tests.walks.one_save DATA FILE`: the file holds a JSON list of `{step, method, path,
headers, body}`. Prints one exit code a line; a write that never came by its step ends with 0.
Forked after the imports, which cost more than the write.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import orjson
from tests.doors import open_client

from changliu import main
from changliu.kit import failpoints
from changliu.kit.db import Database
from changliu.kit.platform import Platform
from changliu.kit.postgres import launcher
from changliu.kit.postgres.launcher import Instance
from changliu.kit.settings import Settings


async def run(settings: Settings, instance: Instance, request: dict[str, Any]) -> None:
    """Send one request to the application served in this process."""
    database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
    await database.open()
    platform = Platform(database, settings, main.registries(settings))
    async with open_client(platform) as client:
        answer = await client.request(
            request["method"], request["path"], json=request["body"], headers=request["headers"]
        )
        assert answer.status_code in {200, 201}, answer.text
    await database.close()


def die_at(settings: Settings, instance: Instance, request: dict[str, Any]) -> int:
    """Run a request in a fork armed with its step; return how the fork ended."""
    child = os.fork()
    if child == 0:
        failpoints._Armed.name = request["step"]
        asyncio.run(run(settings, instance, request))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main_loop(data: str, file: str) -> None:
    """Run every request of the file, one after the other."""
    settings = Settings(data=Path(data))
    instance = launcher.start(settings)
    for request in orjson.loads(Path(file).read_bytes()):
        sys.stdout.write(f"{die_at(settings, instance, request)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main_loop(*sys.argv[1:])
