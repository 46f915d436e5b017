"""All streams of one process: one LISTEN, one look a second per watched workspace, fanned out.

1. A changeset announced by any process wakes the watch of its workspace. 2. Every second, and when
woken, a watch reads which changesets were begun in the last minute (or were announced) and were
not told yet, and what they touched: the look is the guarantee, the announcement a hint. 3. It hands
that to every subscriber; each asks, as its own member, what of it may be told. 4. When the
workspace's identity version has moved, every subscriber proves its session first. 5. A watch that
fails tries again a second later; nothing is skipped, for a minute.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from changliu.identity.guard import Session
from changliu.kit import clock
from changliu.kit.db import LIST_TIMEOUT_MS, Database, Tx, Workspace
from changliu.kit.errors import TooMany, Unavailable
from changliu.kit.tasks import end_tasks
from changliu.records.stream import store
from changliu.records.stream.hints import CHANNEL
from changliu.records.stream.subscriber import MOST_WAITING, Subscriber, floor_of

log = logging.getLogger(__name__)

LOOK_S = 1.0
# A transaction that commits later than this after it began is only told by its announcement.
LATE_S = 60
# A page that was away longer than this loads anew.
AWAY_S = 300
# Before a page lost its connection, transactions of this length may still have been open.
OVERLAP_S = 30
# Before a page began to read: whoever opens one has not to read everything twice.
OPENING_OVERLAP_S = 2
MOST_STREAMS = 1_000
MOST_OF_MEMBER = 20
MOST_RECENT = 20_000
# Subscribers of one process that may ask the database at a time.
ASKING = 2


@dataclass(frozen=True, slots=True)
class Since:
    """From when on a page does not know what happened: the instant of the last event it was told
    (milliseconds of real time), or else when it began to read, so many milliseconds ago."""

    last: int | None
    open_for: int = 0


class Watch:
    """One workspace with open streams."""

    def __init__(self, database: Database, workspace: Workspace) -> None:
        self.subscribers: set[Subscriber] = set()
        self.ready = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._database, self._workspace = database, workspace
        self._named: set[UUID] = set()
        self._wake = asyncio.Event()
        self._told: dict[UUID, None] = {}
        self._version: int | None = None

    def name(self, changeset: UUID) -> None:
        """Look for a changeset that was announced."""
        self._named.add(changeset)
        self._wake.set()

    async def run(self) -> None:
        """Look, tell, wait, until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self._look()
            except Exception:
                log.warning("open pages of %s wait", self._workspace.schema, exc_info=True)
                await asyncio.sleep(LOOK_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()

    async def _look(self) -> None:
        at = _milliseconds()
        named = set(self._named)
        async with self._transaction() as tx:
            recent = await store.since(tx, floor_of(at - LATE_S * 1000), MOST_RECENT)
            new = [i for i in (*sorted(named), *recent) if i not in self._told]
            touches = await store.touched(tx, new) if self.ready.is_set() else []
            floor = floor_of(at - LATE_S * 1000)
            hints = await store.hints_since(tx, floor, named, MOST_RECENT)
            hints = [hint for hint in hints if hint.id not in self._told]
            moved = self._version not in (None, tx.identity_version)
            self._version = tx.identity_version
        self._named -= named
        for subscriber in self.subscribers:
            if moved:
                subscriber.recheck()
            subscriber.take(touches, at, hints if self.ready.is_set() else ())
        self._told.update(dict.fromkeys((*new, *(hint.id for hint in hints))))
        while len(self._told) > 2 * MOST_RECENT:
            del self._told[next(iter(self._told))]
        self.ready.set()

    async def catch_up(self, subscriber: Subscriber, since: Since) -> None:
        """Tell a page what it missed."""
        now = _milliseconds()
        last = now - since.open_for if since.last is None else since.last
        overlap = OPENING_OVERLAP_S if since.last is None else OVERLAP_S
        if not now - AWAY_S * 1000 <= last <= now + OVERLAP_S * 1000:
            subscriber.resync()
            return
        async with self._transaction() as tx:
            floor = floor_of(last - overlap * 1000)
            missed = await store.since(tx, floor, MOST_WAITING + 1)
            if len(missed) > MOST_WAITING:
                subscriber.resync()
                return
            hints = await store.hints_since(tx, floor, (), MOST_WAITING + 1)
            subscriber.take(await store.touched(tx, missed), now, hints)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Tx]:
        async with self._database.transaction(
            self._workspace, write=False, timeout_ms=LIST_TIMEOUT_MS
        ) as tx:
            yield tx


class Streams:
    """The streams of one process; `main` registers one."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}
        self._gate = asyncio.Semaphore(ASKING)
        self._listener: asyncio.Task[None] | None = None
        self._closed = False

    def check_room(self, session: Session) -> None:
        """Refuse one stream too many of this process or member; `Unavailable`, `TooMany`."""
        open_ = [s for watch in self._watches.values() for s in watch.subscribers]
        if self._closed or len(open_) >= MOST_STREAMS:
            raise Unavailable(
                "stream.full",
                "实时连接已满或服务正在停止，请稍后再试；页面仍可手动刷新。",
                "No more live connections just now, or the server is stopping; try again later."
                " Pages can still be refreshed by hand.",
            )
        if sum(s.session.member == session.member for s in open_) >= MOST_OF_MEMBER:
            raise TooMany(
                "stream.many",
                f"您打开的页面过多（上限 {MOST_OF_MEMBER} 个实时连接），请关闭一些后再试。",
                f"You have too many pages open ({MOST_OF_MEMBER} live connections at most); close"
                " some and try again.",
            )

    @asynccontextmanager
    async def subscribed(self, session: Session, since: Since | None) -> AsyncIterator[Subscriber]:
        """Yield a session's stream, caught up; from then on nothing is left out."""
        subscriber = Subscriber(session, self._gate)
        watch = self._watch(session)
        watch.subscribers.add(subscriber)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(5 * LOOK_S):
                    await watch.ready.wait()
            if since is not None:
                await watch.catch_up(subscriber, since)
            if self._closed:
                subscriber.end()
            yield subscriber
        finally:
            watch.subscribers.discard(subscriber)
            await self._leave(session.workspace.schema, watch)

    def close(self) -> None:
        """End every stream: the server is stopping."""
        self._closed = True
        for watch in self._watches.values():
            for subscriber in watch.subscribers:
                subscriber.end()

    def _watch(self, session: Session) -> Watch:
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(session.database))
        watch = self._watches.get(session.workspace.schema)
        if watch is None:
            watch = Watch(session.database, session.workspace)
            watch.task = asyncio.create_task(watch.run())
            self._watches[session.workspace.schema] = watch
        return watch

    async def _leave(self, schema: str, watch: Watch) -> None:
        if watch.subscribers:
            return
        done = [watch.task]
        if self._watches.get(schema) is watch:
            del self._watches[schema]
        if not self._watches:
            done.append(self._listener)
            self._listener = None
        await end_tasks(*(task for task in done if task is not None))

    async def _listen(self, database: Database) -> None:
        while True:
            try:
                async with database.listening(CHANNEL) as payloads:
                    async for payload in payloads:
                        schema, _, changeset = payload.partition(" ")
                        if schema in self._watches:
                            self._watches[schema].name(UUID(changeset))
            except Exception:
                log.warning("not listening for changesets; looking goes on", exc_info=True)
            await asyncio.sleep(LOOK_S)


def _milliseconds() -> int:
    return int(clock.real().timestamp() * 1000)
