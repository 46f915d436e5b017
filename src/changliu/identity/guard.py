"""Who is asking: FastAPI dependencies that turn a cookie or a token into a Session.

The control schema is asked once per session and process, then again after 30 s or as soon as the
workspace's identity version has moved, which every revocation moves. `Session.open` compares that
version inside the transaction it opens, so what was taken away is gone at once at every door
that touches data.
"""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from weakref import WeakKeyDictionary

from starlette.requests import Request

from changliu.identity import cookies, service
from changliu.identity.model import RIGHT_LABELS, Actor, Bearer, Right
from changliu.identity.store import accounts, sessions
from changliu.kit import clock, logs, secrets
from changliu.kit.db import WRITE_TIMEOUT_MS, Database, Tx, Workspace
from changliu.kit.errors import Forbidden, Unauthenticated
from changliu.kit.http import language_of
from changliu.kit.labels import Language
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import check_writable

SESSION_PREFIX, TOKEN_PREFIX = "cls_", "clt_"
# Idle and longest life of a session (research connectors-ai-security §3.5, after ASVS 5 §7.3).
IDLE, LIFE = timedelta(hours=8), timedelta(days=7)
# How old an answer of the control schema may be for a route that opens no transaction.
STALE_SECONDS = 30.0
# How often a session's last use is written down.
TOUCH = timedelta(minutes=5)
_REMEMBERED = 8192


@dataclass(slots=True)
class Entry:
    """What this process knows of one session: since when, and proven at which identity version."""

    bearer: Bearer
    at: float
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in member at a door; `open` gives the transaction everything happens in."""

    bearer: Bearer
    language: Language
    database: Database
    entry: Entry
    digest: bytes
    required: frozenset[Right] = frozenset()

    @property
    def id(self) -> UUID:
        """The session's (or API token's) id."""
        return self.bearer.id

    @property
    def account(self) -> UUID:
        """The account that signed in."""
        return self.bearer.account

    @property
    def workspace(self) -> Workspace:
        """The one workspace this session may see."""
        return self.bearer.workspace

    @property
    def member(self) -> UUID:
        """The account's member in that workspace."""
        return self.bearer.member

    @property
    def via(self) -> Literal["api", "browser"]:
        """The door, as history names it."""
        return self.bearer.via

    @asynccontextmanager
    async def open(
        self, *, write: bool = True, timeout_ms: int = WRITE_TIMEOUT_MS
    ) -> AsyncIterator[tuple[Tx, Actor]]:
        """Open the workspace's transaction as this member; commits when the block ends.

        Raises `Unauthenticated` when session, account or member ended meanwhile, `Forbidden` when
        a required right or token scope is missing, `Unavailable` when a write must wait.
        """
        if write:
            _check_scope(self.bearer)
            check_writable(self.bearer.state)
        async with self.database.transaction(
            self.workspace, write=write, timeout_ms=timeout_ms
        ) as tx:
            await self._confirm(tx)
            actor = await service.actor(tx, self.member)
            tx.acting = self.member
            yield tx, self._checked(actor)

    async def _confirm(self, tx: Tx) -> None:
        """Prove the session at this identity version, which was read before the session is."""
        if self.entry.version == tx.identity_version:
            return
        async with accounts.control(tx):
            found = await _find(tx, self.digest, self.bearer.kind)
        if found is None or found.member != self.member:
            forget(self.database, self.digest)
            raise _ended()
        self.entry.version = tx.identity_version

    def _checked(self, actor: Actor) -> Actor:
        rights = actor.rights
        if "full" not in self.bearer.scopes:
            rights = rights & self.bearer.scopes
        if self.required and not rights & self.required:
            raise _missing(self.required)
        if rights != actor.rights or self.language != actor.language:
            return replace(actor, rights=rights, language=self.language)
        return actor


async def signed_in(request: Request) -> Session:
    """Return the caller's session; raises `Unauthenticated`, or `Forbidden` for a foreign Origin.

    The answer may be 30 s old until `Session.open` proves it: a route that opens no transaction
    uses `signed_in_now`.
    """
    return await _session(request, STALE_SECONDS)


async def signed_in_now(request: Request) -> Session:
    """Return the caller's session as the control schema knows it this instant."""
    return await _session(request, 0)


def requires(*rights: Right) -> Callable[[Request], Awaitable[Session]]:
    """Return a dependency whose Session opens only for a member with one of the rights."""

    async def guard(request: Request) -> Session:
        return replace(await signed_in(request), required=frozenset(rights))

    return guard


async def _session(request: Request, stale: float) -> Session:
    platform: Platform = request.app.state.platform
    token, from_cookie = _token(request, platform)
    if from_cookie:
        cookies.check_origin(request)
    digest = secrets.digest(token)
    entry = await _known(platform.database, digest, token, stale)
    logs.belong(workspace=entry.bearer.workspace.schema, member=str(entry.bearer.member))
    if entry.bearer.language is not None:
        request.state.language = entry.bearer.language
    return Session(entry.bearer, language_of(request), platform.database, entry, digest)


def _token(request: Request, platform: Platform) -> tuple[str, bool]:
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.isascii():
            raise _ended()
        return token.strip(), False
    cookie = cookies.read(request, platform.settings)
    if cookie is None:
        raise Unauthenticated(
            "session.missing",
            "请先登录。",
            "Sign in first: a session cookie or 'Authorization: Bearer …' is needed.",
        )
    return cookie, True


_memories: WeakKeyDictionary[Database, OrderedDict[bytes, Entry]] = WeakKeyDictionary()


async def _known(database: Database, digest: bytes, token: str, stale: float) -> Entry:
    memory = _memories.setdefault(database, OrderedDict())
    entry = memory.get(digest)
    if entry is not None and time.monotonic() - entry.at < stale and _running(entry.bearer):
        return entry
    at = time.monotonic()
    kind = "token" if token.startswith(TOKEN_PREFIX) else "session"
    async with database.transaction(write=False) as tx:
        bearer = await _find(tx, digest, kind)
    if bearer is None:
        memory.pop(digest, None)
        raise _ended()
    await _touch(database, bearer)
    # A version proven before stays proven: had the session ended since, it would have moved.
    entry = memory[digest] = Entry(bearer, at, entry.version if entry else None)
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)
    return entry


def _running(bearer: Bearer) -> bool:
    return bearer.expires_at is None or bearer.expires_at > clock.real()


async def _find(tx: Tx, digest: bytes, kind: str) -> Bearer | None:
    if kind == "token":
        return await sessions.find_token(tx, digest, clock.real())
    return await sessions.find_session(tx, digest, clock.real(), IDLE)


async def _touch(database: Database, bearer: Bearer) -> None:
    at: datetime = clock.real()
    if bearer.seen_at is None or at - bearer.seen_at > TOUCH:
        async with database.transaction() as tx:
            await sessions.touch(tx, bearer, at)


def forget(database: Database, digest: bytes) -> None:
    """Drop what this process remembers of a session that just ended."""
    _memories.get(database, OrderedDict()).pop(digest, None)


def _check_scope(bearer: Bearer) -> None:
    if not bearer.scopes & {"full", "write"}:
        raise Forbidden(
            "token.scope",
            "这个令牌只能读取数据；请换用带 write 权限的令牌。",
            "This token may only read; use one with the scope 'write'.",
        )


def _missing(rights: frozenset[Right]) -> Forbidden:
    zh = "或".join(f"“{RIGHT_LABELS[right]['zh-CN']}”" for right in sorted(rights))
    en = " or ".join(f"'{RIGHT_LABELS[right]['en']}'" for right in sorted(rights))
    return Forbidden(
        "right.missing",
        f"需要{zh}权限，请联系管理员。",
        f"This needs the right to {en}; ask an administrator.",
    )


def _ended() -> Unauthenticated:
    return Unauthenticated(
        "session.invalid",
        "登录已失效或令牌无效，请重新登录。",
        "The session has ended or the token is not valid; sign in again.",
    )
