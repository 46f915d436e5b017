"""The worker: goes round the workspaces, runs what is due, waits for more."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from changliu.jobs import cron
from changliu.jobs.batch import Crew, Lease, run_batch
from changliu.jobs.hints import CHANNEL, send_hints
from changliu.jobs.model import Registry
from changliu.jobs.outside import call_out
from changliu.jobs.store import workers
from changliu.kit import clock
from changliu.kit.db import Database, Workspace
from changliu.kit.ids import uuid7
from changliu.kit.postgres.workspaces import list_workspaces
from changliu.kit.tasks import end_tasks

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker looks, in seconds; `slots` outside calls may run at a time."""

    poll: float = 0.5
    poll_idle: float = 2.0
    crons: float = 1.0
    workspaces: float = 5.0
    heartbeat: float = 5.0
    after_error: float = 1.0
    stop: float = 10.0
    slots: int = 8


@dataclass(slots=True)
class _Seat:
    """One workspace as this worker sees it; instants are real time."""

    workspace: Workspace
    crons_at: datetime
    rest_until: datetime
    ensured: bool = False
    calls: set[asyncio.Task[bool]] = field(default_factory=set)


class Worker:
    """Runs the jobs of every workspace of one installation until told to stop.

    1. Serve each workspace one batch at a time, in turn, while any has due work. 2. Every second,
    write the jobs of schedules that came due. 3. With nothing due, wait for a hint or half a
    second, growing to two: the poll is the guarantee. 4. A workspace that fails rests a moment;
    the others go on. 5. Told to stop, finish the batch and the outside calls, then sign off.
    """

    def __init__(
        self,
        database: Database,
        registry: Registry,
        *,
        crew: Crew | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.id: UUID = crew.worker if crew else uuid7()
        self.done = 0
        self._database = database
        self._registry = registry
        self._crew = crew or Crew(self.id, registry)
        self._pace = pace or Pace()
        self._seats: dict[str, _Seat] = {}
        self._hinted: set[str] = set()
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; raises nothing for failing jobs or a resting database."""
        side = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._keep_house()),
            asyncio.create_task(send_hints(self._database)),
            asyncio.create_task(self._wake_on(stop)),
        ]
        try:
            await self._serve(stop)
        finally:
            await end_tasks(*side)
            await self._sign_off()

    async def drain(self, rounds: int = 10_000) -> int:
        """Run what is due now in every workspace and return how many jobs were claimed."""
        await self._look_for_workspaces()
        claimed = 0
        for _ in range(rounds):
            served = [await self._serve_one(seat) for seat in list(self._seats.values())]
            calls = [call for seat in self._seats.values() for call in seat.calls]
            await asyncio.gather(*calls)
            if not sum(served):
                break
            claimed += sum(served)
        return claimed

    async def _serve(self, stop: asyncio.Event) -> None:
        wait = self._pace.poll
        whole_at = clock.real()
        while not stop.is_set():
            # Hints must not keep it from looking everywhere else in its time.
            whole = not self._hinted or clock.real() >= whole_at
            hinted, self._hinted = (None if whole else self._hinted), set()
            self._wake.clear()
            busy = await self._go_round(stop, hinted)
            wait = self._pace.poll if busy else min(wait * 2, self._pace.poll_idle)
            if whole:
                whole_at = clock.real() + timedelta(seconds=wait)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait * random.uniform(0.9, 1.0)):
                    await self._wake.wait()

    async def _go_round(self, stop: asyncio.Event, hinted: set[str] | None) -> bool:
        """Serve workspaces (all, or those hinted at) in turn until none has due work."""
        if hinted is not None and not hinted <= self._seats.keys():
            await self._quietly(self._look_for_workspaces)
        turn = [seat for key, seat in self._seats.items() if hinted is None or key in hinted]
        busy = False
        while turn and not stop.is_set():
            turn = [seat for seat in turn if await self._serve_one(seat)]
            busy = busy or bool(turn)
        return busy

    async def _serve_one(self, seat: _Seat) -> int:
        """Run one batch of a workspace; return how many jobs it claimed."""
        now = clock.real()
        if seat.rest_until > now:
            return 0
        try:
            if seat.crons_at <= now:
                await self._fire_crons(seat)
            free = self._pace.slots - sum(len(other.calls) for other in self._seats.values())
            held = () if free > 0 else tuple(self._registry.externals)
            outcome = await run_batch(self._database, seat.workspace, self._crew, held, free)
        except Exception:
            log.exception("workspace %s rests: its jobs could not be run", seat.workspace.schema)
            seat.rest_until = now + timedelta(
                seconds=self._pace.after_error * random.uniform(0.5, 1)
            )
            return 0
        self.done += len(outcome.done)
        for lease in outcome.leases:
            self._call(seat, lease)
        return outcome.claimed

    async def _fire_crons(self, seat: _Seat) -> None:
        async with self._database.transaction(seat.workspace) as tx:
            if not seat.ensured:
                await cron.ensure(tx, self._registry.crons)
            await cron.fire_due(tx)
        seat.ensured = True
        seat.crons_at = clock.real() + timedelta(seconds=self._pace.crons)

    def _call(self, seat: _Seat, lease: Lease) -> None:
        call = asyncio.create_task(call_out(self._database, seat.workspace, self._crew, lease))
        seat.calls.add(call)
        call.add_done_callback(lambda task: self._called(seat, task))

    def _called(self, seat: _Seat, task: asyncio.Task[bool]) -> None:
        seat.calls.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("an outside call was left to its lease", exc_info=error)
        elif not task.cancelled() and task.result():
            self.done += 1
        self._wake.set()

    async def _listen(self) -> None:
        while True:
            try:
                async with self._database.listening(CHANNEL) as payloads:
                    async for schema in payloads:
                        self._hinted.add(schema)
                        self._wake.set()
            except Exception:
                log.warning("not listening for hints; polling goes on", exc_info=True)
            await asyncio.sleep(self._pace.after_error)

    async def _keep_house(self) -> None:
        """Refresh the workspaces and say that this worker is alive."""
        beat_at = clock.real()
        while True:
            await self._quietly(self._look_for_workspaces)
            if beat_at <= clock.real():
                await self._quietly(self._beat)
                beat_at = clock.real() + timedelta(seconds=self._pace.heartbeat)
            await asyncio.sleep(min(self._pace.workspaces, self._pace.heartbeat))

    async def _look_for_workspaces(self) -> None:
        listed = await list_workspaces(self._database)
        found = {each.workspace.schema: each.workspace for each in listed if each.working}
        now = clock.real()
        for schema in self._seats.keys() - found.keys():
            del self._seats[schema]
        for schema in found.keys() - self._seats.keys():
            self._seats[schema] = _Seat(found[schema], now, now)
            self._wake.set()

    async def _beat(self) -> None:
        async with self._database.transaction() as tx:
            await workers.beat(tx, self.id, clock.real(), self.done)

    async def _sign_off(self) -> None:
        calls = [call for seat in self._seats.values() for call in seat.calls]
        if calls:
            _, late = await asyncio.wait(calls, timeout=self._pace.stop)
            await end_tasks(*late)
        await self._quietly(self._forget)

    async def _forget(self) -> None:
        async with self._database.transaction() as tx:
            await workers.forget(tx, self.id, clock.real() - timedelta(hours=1))

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _quietly(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception:
            log.warning("%s failed; it is tried again", step.__name__, exc_info=True)
