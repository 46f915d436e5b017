"""The list of workspaces, read from the control schema."""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, NotFound, Unavailable

_COLUMNS = "SELECT id, name, schema, timezone, state, paused_at FROM changliu.workspace"


@dataclass(frozen=True, slots=True)
class Listed:
    """A workspace, whether the program may write to it (`live`, or `migrating`), and since when its
    jobs, timers and crons rest, if they do."""

    workspace: Workspace
    state: str
    paused_at: datetime | None = None

    @property
    def working(self) -> bool:
        """Whether jobs, timers and crons run."""
        return self.state == "live" and self.paused_at is None

    def check_writable(self) -> None:
        """Raise `Unavailable` (`workspace.migrating`) while the workspace is behind the program."""
        check_writable(self.state)


async def list_workspaces(database: Database) -> list[Listed]:
    """Return every workspace, oldest first."""
    async with database.transaction(write=False) as tx:
        rows = await tx.rows(f"{_COLUMNS} ORDER BY id")
    return [Listed(Workspace(*row[:4]), row[4], row[5]) for row in rows]


async def find_workspace(database: Database, name: str | None) -> Workspace:
    """Return the workspace of this name (or schema), the oldest without one.

    Raises `NotFound` (`workspace.unknown`) naming the ones there are.
    """
    listed = [entry.workspace for entry in await list_workspaces(database)]
    for workspace in listed:
        if name is None or name in (workspace.name, workspace.schema):
            return workspace
    names = "、".join(workspace.name for workspace in listed) or "—"
    raise NotFound(
        "workspace.unknown",
        f"没有名为“{name}”的工作区；现有：{names}。",
        f"There is no workspace “{name}”; there are: {names}.",
    )


async def pause(database: Database, workspace: Workspace, at: datetime | None) -> None:
    """Let jobs, timers and crons of a workspace rest from an instant on; None: work again.

    What a worker has begun is finished; workers notice within seconds.
    """
    async with database.ddl(workspace, exclusive=False) as tx:
        query = "UPDATE changliu.workspace SET paused_at = %s WHERE id = %s"
        await tx.execute(query, [at, workspace.id])


async def rename(database: Database, workspace: Workspace, name: str) -> None:
    """Call a workspace something else; raises `Conflict` (`workspace.exists`) for a taken name."""
    query = "UPDATE changliu.workspace SET name = %s WHERE id = %s"
    try:
        async with database.ddl(workspace, exclusive=False) as tx:
            await tx.execute(query, [name, workspace.id])
    except psycopg.errors.UniqueViolation as error:
        raise name_taken(name) from error


def name_taken(name: str) -> Conflict:
    """Return the refusal of a second workspace of one name."""
    return Conflict(
        "workspace.exists",
        f"已有名为“{name}”的工作区，请换一个名字。",
        f"A workspace named “{name}” exists already: choose another name.",
    )


async def test_clock_allowed(tx: Tx) -> bool:
    """Tell whether this installation was made with a test clock."""
    return await tx.row("SELECT test_clock FROM changliu.installation") == (True,)


async def installed_at(tx: Tx) -> datetime:
    """Return when the installation was made, real time."""
    row = await tx.row("SELECT created_at FROM changliu.installation")
    assert row is not None
    made: datetime = row[0]
    return made


def check_writable(state: str) -> None:
    """Raise `Unavailable` (`workspace.migrating`) unless a workspace's state is `live`."""
    if state != "live":
        raise Unavailable(
            "workspace.migrating",
            "工作区正在升级，暂时只能查看；通常一两分钟后即可保存，若长时间如此请联系管理员。",
            "The workspace is being upgraded and can only be read for now. Try again in a minute or"
            " two; if it stays so, tell the administrator.",
        )


async def is_installed(database: Database) -> bool:
    """Tell whether the control schema is there; works on an empty database."""
    try:
        async with database.transaction(write=False):
            return True
    except psycopg.errors.UndefinedTable:
        return False
