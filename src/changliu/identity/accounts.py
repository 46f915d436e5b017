"""Verbs on accounts: sign in and out, switch, change passwords, second factor.

`sign_in` runs several transactions of its own: an attempt must be on record although the
sign-in that made it fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from changliu.identity import audit, recovery
from changliu.identity.forms import AccountPatch, PasswordChange, SignIn
from changliu.identity.guard import IDLE, LIFE, SESSION_PREFIX, Session, forget
from changliu.identity.model import Account, Membership, login_key
from changliu.identity.passwords import check_password
from changliu.identity.store import accounts as store
from changliu.identity.store import sessions
from changliu.identity.store.audit import Entry
from changliu.identity.totp import check_code, wrong_code
from changliu.kit import clock, secrets
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import (
    Conflict,
    Fault,
    Forbidden,
    NotFound,
    Problem,
    TooMany,
    Unauthenticated,
)
from changliu.kit.ids import uuid7
from changliu.kit.postgres.workspaces import rename
from changliu.kit.secrets import Box

# Ten failures of one login in 15 minutes; an address may stand for a whole office behind one
# router, so it gets ten times as many.
WINDOW = timedelta(minutes=15)
LOGIN_FAILURES, ADDRESS_FAILURES = 10, 100
# Ended sessions stay listed in the table this long, for whoever asks who was here.
KEPT = timedelta(days=30)


DoorKind = Literal["browser", "api"]


@dataclass(frozen=True, slots=True)
class Door:
    """Where a sign-in comes from."""

    kind: DoorKind
    ip: str
    agent: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token (shown this once), its place, and the other places to go."""

    token: str
    expires_at: datetime
    workspace: Workspace
    workspaces: tuple[Workspace, ...]


async def sign_in(database: Database, box: Box, form: SignIn, door: Door) -> SignedIn:
    """Check login, password and code, and open a session.

    `box` opens secrets of two-step sign-in. Raises `TooMany` (429 `login.too_many`),
    `Unauthenticated` (`login.wrong`, `totp.required`, `totp.wrong`), `Unavailable`
    (`totp.unreadable`), `Forbidden` (`workspace.none`), `NotFound` (`workspace.unknown`).
    """
    login, at = login_key(form.login), clock.real()
    async with database.transaction() as tx:
        await _reserve_attempt(tx, login, door.ip, at)
    async with database.transaction(write=False) as tx:
        account = await store.account_by_login(tx, login)
    try:
        proof = await _prove_sign_in(box, account, form)
    except Problem as problem:
        await _note_failure(database, account, door, problem.code)
        raise
    assert account is not None
    rehashed = None
    if secrets.outdated(account.hash):
        rehashed = await secrets.hash_password(form.password)
    async with database.transaction() as tx:
        if not await recovery.spend_proof(tx, account.id, proof):
            raise wrong_code()
        await store.forget_attempts(tx, login, at - WINDOW)
        if rehashed:
            await store.set_hash(tx, account.id, rehashed, at)
        places = await store.memberships(tx, account.id)
        place = _choose(places, form.workspace)
        return await _open_session(tx, place, places, door)


async def _prove_sign_in(box: Box, account: Account | None, form: SignIn) -> int | bytes | None:
    """Check password and code; returns the code's step, or a recovery code's digest."""
    fits = await secrets.verify_password(account.hash if account else None, form.password)
    if account is None or account.disabled or not fits:
        raise _wrong_login()
    if account.totp_on and form.totp and recovery.is_recovery(form.totp):
        return recovery.digest_of(form.totp)
    return check_code(box, account, form.totp)


async def _note_failure(database: Database, account: Account | None, door: Door, code: str) -> None:
    """Write a failed sign-in down wherever the account might have got in."""
    async with database.transaction() as tx:
        # Asked for unknown accounts too: an answer takes about as long.
        for place in await store.memberships(tx, account.id if account else uuid7()):
            await _note(tx, place, "sign_in.failed", door, {"reason": {"to": code}})


async def _note(
    tx: Tx, place: Membership, action: str, door: Door, diff: dict[str, object] | None = None
) -> None:
    entry = Entry(place.member, action, "session", place.member, door.kind, diff or {}, door.ip)
    await audit.record_elsewhere(tx, place.workspace.schema, entry)


async def note_own(tx: Tx, session: Session, action: str) -> None:
    """Write down what the caller did to their own account."""
    entry = Entry(session.member, action, "account", session.member, session.via, {})
    await audit.record_elsewhere(tx, session.workspace.schema, entry)


async def _reserve_attempt(tx: Tx, login: str, ip: str, at: datetime) -> None:
    """Count this attempt before its password is checked, so that parallel ones count too."""
    await store.lock_attempts(tx, login)
    earlier, from_ip = await store.attempts(tx, login, ip, at - WINDOW)
    if len(earlier) >= LOGIN_FAILURES or from_ip >= ADDRESS_FAILURES:
        free = earlier[-LOGIN_FAILURES] + WINDOW if len(earlier) >= LOGIN_FAILURES else at + WINDOW
        raise _too_many(max(1, int((free - at).total_seconds()) + 1))
    await store.insert_attempt(tx, uuid7(), login, ip, at)


def _too_many(seconds: int) -> TooMany:
    minutes = -(-seconds // 60)
    zh = f"登录失败次数过多，请 {minutes} 分钟后再试；忘记密码请联系管理员。"
    en = (
        f"Too many failed sign-ins; try again in {minutes} minutes. If you forgot the password,"
        " ask an administrator."
    )
    return TooMany(
        "login.too_many",
        zh,
        en,
        [Fault("login.too_many", zh, en, path="login", extra={"retry_after": seconds})],
    )


def _wrong_login() -> Unauthenticated:
    return Unauthenticated(
        "login.wrong",
        "用户名或密码不正确，请检查后重试。",
        "The username or the password is wrong; check both and try again.",
    )


def _choose(places: Sequence[Membership], wanted: int | str | None) -> Membership:
    if not places:
        raise Forbidden(
            "workspace.none",
            "这个账号还没有加入任何工作区，请联系管理员。",
            "This account belongs to no workspace; ask an administrator.",
        )
    for place in places:
        workspace = place.workspace
        if wanted is None or str(wanted) in (str(workspace.id), workspace.name):
            return place
    names = "、".join(place.workspace.name for place in places)
    raise NotFound(
        "workspace.unknown",
        f"您没有名为“{wanted}”的工作区；可进入的有：{names}。",
        f"You have no workspace '{wanted}'; yours are: {names}.",
    )


async def _open_session(
    tx: Tx, place: Membership, places: Sequence[Membership], door: Door
) -> SignedIn:
    token, at = secrets.new_token(SESSION_PREFIX), clock.real()
    await sessions.insert_session(
        tx,
        {
            "id": uuid7(),
            "digest": secrets.digest(token),
            "account": place.account,
            "workspace": place.workspace.id,
            "kind": door.kind,
            "at": at,
            "expires_at": at + LIFE,
            "ip": door.ip,
            "agent": door.agent[:200],
        },
    )
    await store.use_membership(tx, place.account, place.workspace.id, at)
    await _note(tx, place, "sign_in.opened", door)
    await sessions.delete_expired(tx, place.account, at - KEPT)
    workspaces = tuple(p.workspace for p in places)
    return SignedIn(token, at + LIFE, place.workspace, workspaces)


async def switch(session: Session, wanted: int | str, door: Door) -> SignedIn:
    """Open a session in another workspace and end this one.

    Raises `NotFound` (`workspace.unknown`), `Forbidden` for an API token (`token.session_only`).
    """
    check_no_token(session)
    async with session.database.transaction() as tx:
        places = await store.memberships(tx, session.account)
        signed = await _open_session(tx, _choose(places, wanted), places, door)
        await end_sessions(tx, session.account, session.id)
    forget(session.database, session.digest)
    return signed


async def sign_out(session: Session) -> None:
    """End the caller's session; an API token is not ended by this."""
    check_no_token(session)
    async with session.database.transaction() as tx:
        await end_sessions(tx, session.account, session.id)
        await note_own(tx, session, "sign_in.closed")
    forget(session.database, session.digest)


async def end_sessions(tx: Tx, account: UUID, session: UUID) -> None:
    """End one session of an account everywhere at once; raises `NotFound` (`session.unknown`)."""
    schemas = await sessions.revoke_session(tx, account, session, clock.real())
    if not schemas:
        raise NotFound(
            "session.unknown",
            "没有这个登录会话，可能已经退出。",
            "There is no such session; it may have ended already.",
        )
    await store.bump_others(tx, schemas)


async def end_session(session: Session, other: UUID) -> None:
    """End one of the caller's sessions, seen in the list of them."""
    check_no_token(session)
    async with session.database.transaction() as tx:
        await end_sessions(tx, session.account, other)
        await note_own(tx, session, "session.ended")


async def end_other_sessions(session: Session) -> None:
    """End every session of the caller's account but the one asking; API tokens stay."""
    check_no_token(session)
    async with session.database.transaction() as tx:
        at = clock.real()
        schemas = await sessions.revoke_sessions(tx, session.account, at, keep=session.id)
        await note_own(tx, session, "session.ended")
        await store.bump_others(tx, schemas)


async def list_sessions(session: Session) -> list[dict[str, object]]:
    """Return the caller's live sessions; `current` marks the one asking."""
    check_no_token(session)
    async with session.database.transaction(write=False) as tx:
        rows = await sessions.list_sessions(tx, session.account, clock.real(), IDLE)
    return [{**row, "current": row["id"] == session.id} for row in rows]


async def workspaces(session: Session) -> list[Workspace]:
    """Return the workspaces the caller may switch to, the last used first."""
    async with session.database.transaction(write=False) as tx:
        places = await store.memberships(tx, session.account)
    return [place.workspace for place in places]


async def rename_workspace(session: Session, name: str) -> str:
    """Give the caller's workspace another name, and write that down; returns it.

    Raises `Conflict` (`workspace.exists`) for a name that is taken.
    """
    async with session.open() as (tx, actor):
        before = session.workspace
        diff = {"name": {"from": before.name, "to": name}}
        entry = Entry(actor.member, "workspace.changed", "workspace", None, name, diff)
        await audit.record(tx, entry)
        await rename(session.database, before, name)
    forget(session.database, session.digest)
    return name


async def account_of(session: Session) -> Account:
    """Return the caller's account."""
    async with session.database.transaction(write=False) as tx:
        return await account_in(tx, session)


async def account_in(tx: Tx, session: Session) -> Account:
    """Return the caller's account, read in a control transaction."""
    account = await store.account_by_id(tx, session.account)
    if account is None:
        raise _wrong_login()
    return account


async def prove(session: Session, password: str) -> Account:
    """Return the caller's account if the password is right, counted like a sign-in."""
    check_no_token(session)
    account, at = await account_of(session), clock.real()
    login = login_key(account.login)
    async with session.database.transaction() as tx:
        await _reserve_attempt(tx, login, f"session {session.id}", at)
    if not await secrets.verify_password(account.hash, password):
        raise Forbidden(
            "password.wrong",
            "当前密码不正确，请检查后重试。",
            "The current password is wrong; check it and try again.",
            [Fault("password.wrong", "密码不正确。", "The password is wrong.", path="old")],
        )
    async with session.database.transaction() as tx:
        await store.forget_attempts(tx, login, at - WINDOW)
    return account


async def change_password(session: Session, form: PasswordChange) -> None:
    """Replace the password and end every other session of the account."""
    account = await prove(session, form.old)
    check_password(form.new, account.login, "new")
    if form.new == form.old:
        raise Conflict(
            "password.same",
            "新密码不能与旧密码相同，请换一个。",
            "The new password must differ from the old one; choose another.",
            [Fault("password.same", "请换一个密码。", "Choose another password.", path="new")],
        )
    hashed = await secrets.hash_password(form.new)
    at = clock.real()
    async with session.database.transaction() as tx:
        await store.set_hash(tx, account.id, hashed, at)
        await note_own(tx, session, "password.changed")
        schemas = await sessions.revoke_sessions(tx, account.id, at, keep=session.id)
        if form.revoke_tokens:
            schemas += await sessions.revoke_tokens(tx, account.id, at)
        await store.bump_others(tx, schemas)


async def change_account(session: Session, patch: AccountPatch) -> None:
    """Change what was sent of the caller's account; raises `Forbidden` for an API token."""
    check_no_token(session)
    if "language" not in patch.model_fields_set:
        return
    async with session.database.transaction() as tx:
        await store.set_language(tx, session.account, patch.language)
    forget(session.database, session.digest)


def check_no_token(session: Session) -> None:
    """Refuse an API token where only a person may act; raises `Forbidden`."""
    if session.bearer.kind == "token":
        raise Forbidden(
            "token.session_only",
            "API 令牌不能管理登录和令牌；请登录后操作。",
            "An API token cannot manage sign-in or tokens; sign in to do that.",
        )
