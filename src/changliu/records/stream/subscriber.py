"""One open page: what it still has to be told, and the words it is told in."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import orjson

from changliu.identity.guard import Session
from changliu.kit import clock
from changliu.kit.db import LIST_TIMEOUT_MS
from changliu.kit.errors import Unauthenticated
from changliu.records.context import context_for
from changliu.records.stream.service import Touch, readable, readable_hints
from changliu.records.stream.store import Hint

HEARTBEAT_S = 15.0
# A page is told at most this often; what comes meanwhile travels together.
PACE_S = 0.2
# Touches kept for a page that is slow to take them; more, and it is told to load anew.
MOST_WAITING = 500
# An open page is no use of a session: after this long the control schema is asked again, which
# knows idle sessions (`Session.open` alone asks only when the workspace's members have changed).
PROVE_S = 300.0
# The browser waits this long before it connects again.
RETRY_MS = 3_000


class Subscriber:
    """A session's stream. `take` and `end` never wait: a slow page holds up nobody."""

    def __init__(self, session: Session, gate: asyncio.Semaphore) -> None:
        self.session = session
        self.ended = False
        self._gate = gate
        self._wake = asyncio.Event()
        self._waiting: list[Touch] = []
        self._hints: list[Hint] = []
        self._resync = self._recheck = False
        self._at = 0
        self._proven = time.monotonic()

    def take(self, touches: Sequence[Touch], at: int, hints: Sequence[Hint] = ()) -> None:
        """Remember what happened up to `at` (milliseconds of real time)."""
        self._at = at
        mine = [h for h in hints if h.member in (None, self.session.member)]
        if not touches and not mine:
            return
        waiting = len(self._waiting) + len(self._hints)
        if self._resync or waiting + len(touches) + len(mine) > MOST_WAITING:
            self.resync()
        else:
            self._waiting += touches
            self._hints += mine
        self._wake.set()

    def resync(self) -> None:
        """Have the page load anew: what it missed is no longer known."""
        self._waiting.clear()
        self._hints.clear()
        self._resync = True
        self._wake.set()

    def recheck(self) -> None:
        """Prove the session again before anything else is said."""
        self._recheck = True
        self._wake.set()

    def end(self) -> None:
        """End the stream as soon as it is not in the middle of a word."""
        self.ended = True
        self._wake.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield what goes over the wire until the stream ends.

        `ready`, then `changeset` with `{object, changeset}`, a hint's kind with what it is about,
        `resync` when something was missed, and `end` with a code when the session is over. A
        heartbeat carries only an id.
        """
        yield f"retry: {RETRY_MS}\n".encode() + self._frame("ready", {})
        while not self.ended:
            beats = not self._wake.is_set() and await self._rested()
            if self.ended:
                return
            self._wake.clear()
            try:
                frame = await self._news(beats)
            except Unauthenticated as problem:
                yield self._frame("end", {"code": problem.code})
                return
            if frame:
                yield frame
                await asyncio.sleep(PACE_S)

    async def _rested(self) -> bool:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                await self._wake.wait()
        except TimeoutError:
            return True
        return False

    async def _news(self, beats: bool) -> bytes:
        expires_at = self.session.bearer.expires_at
        if expires_at is not None and expires_at <= clock.real():
            raise Unauthenticated(
                "session.invalid",
                "登录已失效，请重新登录。",
                "The session has ended; sign in again.",
            )
        touches, self._waiting = self._waiting, []
        hints, self._hints = self._hints, []
        resync, self._resync = self._resync, False
        recheck, self._recheck = self._recheck, False
        at = self._at
        told: list[dict[str, str]] = []
        hinted: list[tuple[str, dict[str, str]]] = []
        if touches or hints or recheck or beats or resync:
            if time.monotonic() - self._proven > PROVE_S:
                self.session.entry.version, self._proven = None, time.monotonic()
            # Few at a time: pages must not take the connections that saves need.
            async with (
                self._gate,
                self.session.open(write=False, timeout_ms=LIST_TIMEOUT_MS) as (tx, actor),
            ):
                context = await context_for(tx, actor)
                told = await readable(context, touches) if touches else []
                hinted = await readable_hints(context, hints) if hints else []
        frames = [self._frame("resync", {}, at)] if resync else []
        frames += [self._frame("changeset", one, at) for one in told]
        frames += [self._frame(kind, about, at) for kind, about in hinted]
        return b"".join(frames) or (f"id: {at}\n\n".encode() if beats else b"")

    def _frame(self, event: str, data: dict[str, Any], at: int | None = None) -> bytes:
        head = f"id: {self._at if at is None else at}\nevent: {event}\ndata: "
        return head.encode() + orjson.dumps(data) + b"\n\n"


def floor_of(milliseconds: int) -> UUID:
    """Return the smallest id a changeset begun at this instant of real time may have."""
    return UUID(int=max(milliseconds, 0) << 80)
