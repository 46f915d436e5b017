"""The loop that fires due rows."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from changliu.kit import clock
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Unavailable
from changliu.kit.failpoints import reach
from changliu.kit.ids import uuid7
from changliu.kit.postgres.workspaces import list_workspaces
from changliu.timers.model import Fires, Timer
from changliu.timers.store import due as store
from changliu.timers.store.due import TRANSIENT, Claim, Failure

# Where a crash walk may kill a worker.
STEPS = ("timers.claim", "timers.take", "timers.fire", "timers.settle")
ERROR_LENGTH = 2_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the loop works: rows a batch, seconds between looks, how long a claim holds.

    A row claimed `tries` times without an end has killed or outlived its workers: it is parked.
    """

    batch: int = 200
    poll: float = 1.0
    workspaces: float = 5.0
    hold: timedelta = timedelta(seconds=120)
    pause: timedelta = timedelta(seconds=1)
    tries: int = 4
    statement_ms: int = 60_000


@dataclass(slots=True)
class Fired:
    """What became of a batch."""

    done: list[Timer] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


class Loop:
    """Fires the due rows of every workspace of one installation until told to stop.

    1. Claim the earliest due rows by a guarded update and commit: their tries go up, so that a
    row which kills its worker is remembered. 2. Take the claimed rows out, run their handlers, and
    commit both at once: killed anywhere before, nothing happened. 3. A handler that fails on many
    rows gets them one by one; the row that fails alone is parked with its error, the others go on.
    4. Rows whose holder never finished are tried alone, and parked after four tries. 5. A workspace
    that fails rests until the next look.
    """

    def __init__(self, database: Database, fires: Fires, pace: Pace | None = None) -> None:
        self.id: UUID = uuid7()
        self._database = database
        self._fires = fires
        self._pace = pace or Pace()
        self._workspaces: list[Workspace] = []

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; a database that rests is asked again."""
        looked_at = None
        while not stop.is_set():
            now = clock.real()
            if looked_at is None or now - looked_at >= timedelta(seconds=self._pace.workspaces):
                await self._quietly("the list of workspaces", self._look_for_workspaces)
                looked_at = now
            if self._fires.by_kind:
                await self._go_round(stop)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pace.poll * random.uniform(0.8, 1.0)):
                    await stop.wait()

    async def drain(self) -> int:
        """Fire what is due now in every workspace; returns how many rows left or were parked."""
        await self._look_for_workspaces()
        total = 0
        for workspace in self._workspaces:
            while served := await self.serve(workspace):
                total += served
        return total

    async def serve(self, workspace: Workspace) -> int:
        """Fire one batch of a workspace and one row left behind; returns how many were claimed."""
        served = 0
        for limit, left in ((self._pace.batch, False), (1, True)):
            claim = await self._claim(workspace, limit, left=left)
            if claim.tries:
                reach("timers.claim")
                await self._fire(workspace, claim)
                served += len(claim.tries)
        return served

    async def _go_round(self, stop: asyncio.Event) -> None:
        turn = list(self._workspaces)
        while turn and not stop.is_set():
            turn = [each for each in turn if await self._serve_quietly(each)]

    async def _serve_quietly(self, workspace: Workspace) -> int:
        try:
            return await self.serve(workspace)
        except Exception:
            log.exception("workspace %s rests: its timers could not be fired", workspace.schema)
            return 0

    async def _claim(self, workspace: Workspace, limit: int, *, left: bool) -> Claim:
        real = clock.real()
        async with self._database.transaction(workspace) as tx:
            instants = (real, real + self._pace.hold)
            return await store.claim(tx, self.id, instants, limit, left=left)

    async def _fire(self, workspace: Workspace, claim: Claim) -> Fired:
        async with self._database.transaction(workspace, timeout_ms=self._pace.statement_ms) as tx:
            timers = await store.take(tx, claim, claim.tries)
            reach("timers.take")
            fired = Fired()
            for kind, group in groupby(sorted(timers, key=lambda t: t.kind), lambda t: t.kind):
                await self._run_kind(tx, kind, list(group), fired)
            reach("timers.fire")
            await store.put_back(tx, fired.failures)
            reach("timers.settle")
        return fired

    async def _run_kind(self, tx: Tx, kind: str, timers: list[Timer], fired: Fired) -> None:
        if len(timers) > 1 and await self._try(tx, kind, timers, fired) is None:
            return
        for timer in timers:
            error = await self._try(tx, kind, [timer], fired)
            if error is not None:
                fired.failures.append(self._failure(timer, error))

    async def _try(self, tx: Tx, kind: str, timers: list[Timer], fired: Fired) -> Exception | None:
        """Run a handler under a savepoint; returns its error after undoing its effects."""
        callbacks = len(tx.after_commit)
        try:
            async with tx.savepoint():
                for timer in timers:
                    if timer.tries > self._pace.tries:
                        raise TimeoutError(
                            f"its worker died or hung {timer.tries - 1} times while running it"
                        )
                handler = self._fires.by_kind.get(kind)
                if handler is None:
                    raise LookupError(f"no handler for '{kind}' in this version of the program")
                await handler(tx, timers)
        except Exception as error:
            if tx.conn.closed:
                raise
            del tx.after_commit[callbacks:]
            return error
        fired.done += timers
        return None

    def _failure(self, timer: Timer, error: Exception) -> Failure:
        text = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()
        text = text.replace("\0", "")[:ERROR_LENGTH]
        if isinstance(error, (*TRANSIENT, Unavailable)) and timer.tries < self._pace.tries:
            log.warning("timer %s %s is tried again: %s", timer.id, timer.kind, text)
            return Failure(timer, text, clock.real() + self._pace.pause)
        log.error("timer %s %s parked: %s", timer.id, timer.kind, text, exc_info=error)
        return Failure(timer, text)

    async def _look_for_workspaces(self) -> None:
        listed = await list_workspaces(self._database)
        self._workspaces = [each.workspace for each in listed if each.working]

    async def _quietly(self, what: str, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception:
            log.warning("%s could not be read; it is tried again", what, exc_info=True)
