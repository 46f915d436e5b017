"""Verbs on API tokens: opaque, scoped, stored as digests, shown once."""

from uuid import UUID

from changliu.identity.accounts import check_no_token
from changliu.identity.audit import record_elsewhere
from changliu.identity.forms import TokenDraft
from changliu.identity.guard import TOKEN_PREFIX, Session
from changliu.identity.store import accounts, sessions
from changliu.identity.store.audit import Entry
from changliu.kit import clock, secrets
from changliu.kit.errors import Fault, Invalid, NotFound
from changliu.kit.ids import uuid7


async def create_token(session: Session, form: TokenDraft) -> dict[str, object]:
    """Make a token of the caller for this workspace; the answer is the only place it is shown."""
    check_no_token(session)
    at = clock.real()
    if form.expires_at is not None and form.expires_at <= at:
        fault = Fault("token.expired", "请填将来的时间。", "Use a later time.", path="expires_at")
        raise Invalid(
            "request.invalid",
            "到期时间已过，没有生成令牌；请填将来的时间。",
            "The expiry has passed and no token was made; use a later time.",
            [fault],
        )
    token = secrets.new_token(TOKEN_PREFIX)
    made = uuid7()
    values = {
        "id": made,
        "digest": secrets.digest(token),
        "account": session.account,
        "workspace": session.workspace.id,
        "name": form.name,
        "scopes": form.scopes,
        "at": at,
        "expires_at": form.expires_at,
    }
    async with session.database.transaction() as tx:
        await sessions.insert_token(tx, values)
        told = {"scopes": {"to": sorted(form.scopes)}}
        entry = Entry(session.member, "token.made", "token", made, form.name, told)
        await record_elsewhere(tx, session.workspace.schema, entry)
    return {
        "id": made,
        "name": form.name,
        "scopes": form.scopes,
        "created_at": at,
        "expires_at": form.expires_at,
        "token": token,
    }


async def list_tokens(session: Session) -> list[dict[str, object]]:
    """Return the caller's tokens of this workspace, without the tokens themselves."""
    check_no_token(session)
    async with session.database.transaction(write=False) as tx:
        return await sessions.list_tokens(tx, session.account, session.workspace.id)


async def end_token(session: Session, token: UUID) -> None:
    """End a token of the caller at once; raises `NotFound` (`token.unknown`)."""
    check_no_token(session)
    async with session.database.transaction() as tx:
        ended = await sessions.revoke_token(
            tx, session.account, session.workspace.id, token, clock.real()
        )
        if ended is None:
            raise NotFound(
                "token.unknown",
                "没有这个令牌，可能已经撤销。",
                "There is no such token; it may have been revoked.",
            )
        entry = Entry(session.member, "token.ended", "token", token, ended, {})
        await record_elsewhere(tx, session.workspace.schema, entry)
        await accounts.bump_others(tx, [session.workspace.schema])
