"""A change of structure: one transaction of the owner, one at a time in a workspace.

1 take the turn (a lock of its own; readers and writers go on) · 2 check, compile, plan ·
3 before an existing table or the catalogue changes: wait ≤ 50 ms for running writers, hold new
ones back · 4 steps and metadata · 5 commit. A lock not had in time: roll back, pause, again.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from changliu.definitions import service as definitions
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Unavailable
from changliu.kit.failpoints import reach
from changliu.kit.retry import retry_locked
from changliu.schema import ddl
from changliu.schema.ddl import BuildFirst, Turn

T = TypeVar("T")
BUILDS = 100  # big indexes one change may ask for


async def run_turn(
    database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[T]]
) -> T:
    """Run `work` in a change of structure and commit it; `work` may run several times.

    Raises `Unavailable` (`ddl.busy`) when the locks cannot be had in about 20 s.
    """
    turn = Turn()
    try:
        return await _until_built(database, workspace, turn, work)
    except BaseException:
        await ddl.discard(database, workspace, turn)
        raise


async def _until_built(
    database: Database, workspace: Workspace, turn: Turn, work: Callable[[Tx], Awaitable[T]]
) -> T:
    for _ in range(BUILDS):
        try:
            return await retry_locked(lambda: _attempt(database, workspace, turn, work))
        except BuildFirst as need:
            await ddl.build(database, workspace, turn, need)
    raise Unavailable(
        "ddl.too_many",
        "一次要建的索引太多，请分几次提交。",
        "Too many indexes; send fewer at once.",
    )


def turn_of(tx: Tx) -> Turn:
    """Return the change of structure a transaction is in; raises LookupError outside one."""
    turn = turn_in(tx)
    if turn is None:
        raise LookupError("objects and fields change only inside run_turn")
    return turn


def turn_in(tx: Tx) -> Turn | None:
    """Return the change of structure a transaction is in, if any (a draft is checked outside)."""
    turn = definitions.pending(tx).held.get(Turn)
    return turn if isinstance(turn, Turn) else None


async def _attempt(
    database: Database, workspace: Workspace, turn: Turn, work: Callable[[Tx], Awaitable[T]]
) -> T:
    turn.created.clear()
    turn.swapped = False
    async with database.ddl(workspace, exclusive=False) as tx:
        await ddl.take_turn(tx)
        # The version of the opening is older than the turn: someone may just have finished theirs.
        await definitions.lock(tx)
        definitions.pending(tx).held[Turn] = turn
        result = await work(tx)
        await ddl.swap(tx, turn)
        reach("schema.ddl")
    return result
