"""A process of its own beside the test: changes the structure, or tells what it sees of it."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from uuid import UUID

from changliu.identity import service as identity
from changliu.identity.model import Actor
from changliu.kit.db import Database, Workspace
from changliu.kit.platform import Platform
from changliu.schema import ddl, service


def command(platform: Platform, workspace: Workspace, actor: Actor, verb: str) -> list[str]:
    """The command line of a process that does `verb`: create, add, tell."""
    base = platform.database
    place = [base.app_dsn, base.owner_dsn, workspace.schema, str(actor.member)]
    return [sys.executable, __file__, verb, *place]


def environment(crash_at: str | None = None) -> Mapping[str, str]:
    """The environment, with the failpoint armed or not."""
    clean = {k: v for k, v in os.environ.items() if k != "CHANGLIU_CRASH_AT"}
    return {**clean, "CHANGLIU_CRASH_AT": crash_at} if crash_at else clean


async def tell(database: Database, workspace: Workspace) -> None:
    """Answer each object key on standard input with the keys of its fields."""
    while key := (await asyncio.to_thread(sys.stdin.readline)).strip():
        async with database.transaction(workspace, write=False) as tx:
            found = (await service.catalogue(tx)).by_key.get(key)
        sys.stdout.write(json.dumps([f.key for f in found.fields] if found else None) + "\n")
        sys.stdout.flush()


async def main(verb: str, app: str, owner: str, schema: str, member: str) -> None:
    database = Database(app, owner)
    await database.open()
    workspace = Workspace(int(schema.removeprefix("ws_")), "-", schema)
    async with database.transaction(workspace) as tx:
        actor = await identity.actor(tx, UUID(member))
    unique = {"key": "name", "label": "n", "type": "text", "unique": True}
    if verb == "create":
        body = {"key": "doomed", "label": "d", "fields": [unique]}
        await service.create_object(database, workspace, actor, body)
    elif verb == "add":
        ddl.SMALL = -1  # as if the table were big
        field = {**unique, "key": "later"}
        await service.add_field(database, workspace, actor, "doomed", field)
    else:
        await tell(database, workspace)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
