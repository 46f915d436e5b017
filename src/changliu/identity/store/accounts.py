"""SQL on the control schema: accounts, memberships, attempts to sign in."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from changliu.identity.model import Account, Membership, login_key
from changliu.kit.db import Tx, Workspace
from changliu.kit.errors import Conflict

ACCOUNT = sql.SQL("id, login, hash, language, totp_secret, totp_on, disabled_at IS NOT NULL")


@asynccontextmanager
async def control(tx: Tx) -> AsyncIterator[None]:
    """Run statements of a workspace's transaction as the app itself, which sees the control schema.

    When the block raises, the role stays the app's, which may touch no workspace table.
    """
    row = await tx.row("SELECT current_setting('role')")
    await tx.execute("SELECT set_config('role', 'none', true)")
    yield
    await tx.execute("SELECT set_config('role', %s, true)", [row[0] if row else "none"])


async def bump_others(tx: Tx, schemas: Iterable[str]) -> None:
    """Raise the identity version of workspaces from a control transaction."""
    for schema in sorted(set(schemas)):
        await tx.execute("SELECT set_config('role', %s, true)", [schema])
        table = sql.Identifier(schema, "state")
        await tx.execute(sql.SQL("UPDATE {} SET identity = identity + 1").format(table))
    await tx.execute("SELECT set_config('role', 'none', true)")


async def insert_account(tx: Tx, account: UUID, login: str, hashed: str, at: datetime) -> None:
    """Add an account; raises `Conflict` (code `account.exists`) when the login is taken."""
    try:
        await tx.execute(
            "INSERT INTO changliu.account (id, login, login_key, hash, created_at, password_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [account, login, login_key(login), hashed, at, at],
        )
    except psycopg.errors.UniqueViolation:
        raise Conflict(
            "account.exists",
            f"用户名“{login}”已被使用，请换一个；要让同一个人加入，请不填密码。",
            f"The username '{login}' is taken; choose another, or leave the password out to add the"
            " same person.",
        ) from None


async def account_by_login(tx: Tx, login: str) -> Account | None:
    """Return the account a login names, as compared."""
    query = sql.SQL("SELECT {} FROM changliu.account WHERE login_key = %s").format(ACCOUNT)
    row = await tx.row(query, [login_key(login)])
    return Account(*row) if row else None


async def account_by_id(tx: Tx, account: UUID) -> Account | None:
    """Return an account."""
    query = sql.SQL("SELECT {} FROM changliu.account WHERE id = %s").format(ACCOUNT)
    row = await tx.row(query, [account])
    return Account(*row) if row else None


async def logins(tx: Tx, accounts: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return `{account: {login, totp}}` of the accounts."""
    rows = await tx.rows(
        "SELECT id, login, totp_on FROM changliu.account WHERE id = ANY(%s)", [accounts]
    )
    return {row[0]: {"login": row[1], "totp": row[2]} for row in rows}


async def set_hash(tx: Tx, account: UUID, hashed: str, at: datetime) -> None:
    """Replace an account's password hash."""
    await tx.execute(
        "UPDATE changliu.account SET hash = %s, password_at = %s WHERE id = %s",
        [hashed, at, account],
    )


async def set_language(tx: Tx, account: UUID, language: str | None) -> None:
    """Set the language an account is answered in; None follows the browser."""
    await tx.execute("UPDATE changliu.account SET language = %s WHERE id = %s", [language, account])


async def set_totp(tx: Tx, account: UUID, secret: str | None, on: bool) -> None:
    """Set an account's TOTP secret and whether it is asked for."""
    await tx.execute(
        "UPDATE changliu.account SET totp_secret = %s, totp_on = %s, totp_step = NULL"
        " WHERE id = %s",
        [secret, on, account],
    )


async def totp_secrets(tx: Tx) -> list[tuple[UUID, str]]:
    """Return every secret of two-step sign-in as it is kept, by account."""
    return await tx.rows("SELECT id, totp_secret FROM changliu.account WHERE totp_secret <> ''")


async def replace_totp_secret(tx: Tx, account: UUID, old: str, new: str) -> None:
    """Keep a secret in another form, unless it has changed meanwhile."""
    await tx.execute(
        "UPDATE changliu.account SET totp_secret = %s WHERE id = %s AND totp_secret = %s",
        [new, account, old],
    )


async def spend_totp_step(tx: Tx, account: UUID, step: int) -> bool:
    """Mark a TOTP step as used; False when it, or a later one, was used before."""
    count = await tx.execute(
        "UPDATE changliu.account SET totp_step = %(step)s"
        " WHERE id = %(id)s AND (totp_step IS NULL OR totp_step < %(step)s)",
        {"step": step, "id": account},
    )
    return count == 1


async def insert_membership(tx: Tx, account: UUID, workspace: int, member: UUID) -> None:
    """Tie an account to a member; raises `Conflict` (code `membership.exists`) when it is tied."""
    try:
        await tx.execute(
            "INSERT INTO changliu.membership (account, workspace, member) VALUES (%s, %s, %s)",
            [account, workspace, member],
        )
    except psycopg.errors.UniqueViolation:
        raise Conflict(
            "membership.exists",
            "这个账号已经是本工作区的成员。",
            "This account is already a member of the workspace.",
        ) from None


async def memberships(tx: Tx, account: UUID) -> list[Membership]:
    """Return where an account may sign in, the last used first."""
    rows = await tx.rows(
        "SELECT m.account, w.id, w.name, w.schema, w.timezone, m.member"
        " FROM changliu.membership m JOIN changliu.workspace w ON w.id = m.workspace"
        " WHERE m.account = %s AND m.disabled_at IS NULL"
        " ORDER BY m.used_at DESC NULLS LAST, w.id",
        [account],
    )
    return [Membership(r[0], Workspace(r[1], r[2], r[3], r[4]), r[5]) for r in rows]


async def count_memberships(tx: Tx, account: UUID) -> int:
    """Return how many workspaces an account belongs to, disabled memberships included."""
    row = await tx.row("SELECT count(*) FROM changliu.membership WHERE account = %s", [account])
    return row[0] if row else 0


async def member_of(tx: Tx, login: str, workspace: int) -> UUID | None:
    """Return the member an account's login stands for in a workspace, unless disabled."""
    row = await tx.row(
        "SELECT m.member FROM changliu.membership m JOIN changliu.account a ON a.id = m.account"
        " WHERE a.login_key = %s AND m.workspace = %s"
        " AND a.disabled_at IS NULL AND m.disabled_at IS NULL",
        [login_key(login), workspace],
    )
    return row[0] if row else None


async def members_of(tx: Tx, logins: list[str], workspace: int) -> dict[UUID, str]:
    """Return the login of each member of a workspace who signs in as one of these."""
    rows = await tx.rows(
        "SELECT m.member, a.login FROM changliu.membership m"
        " JOIN changliu.account a ON a.id = m.account"
        " WHERE a.login_key = ANY(%s) AND m.workspace = %s",
        [[login_key(login) for login in logins], workspace],
    )
    return {row[0]: row[1] for row in rows}


async def use_membership(tx: Tx, account: UUID, workspace: int, at: datetime) -> None:
    """Remember a sign-in, so that the workspace is opened first next time."""
    await tx.execute(
        "UPDATE changliu.membership SET used_at = %s WHERE account = %s AND workspace = %s",
        [at, account, workspace],
    )


async def disable_membership(
    tx: Tx, account: UUID, workspace: int, disabled_at: datetime | None
) -> None:
    """Close (or, with None, open again) an account's way into a workspace."""
    await tx.execute(
        "UPDATE changliu.membership SET disabled_at = %s WHERE account = %s AND workspace = %s",
        [disabled_at, account, workspace],
    )


async def lock_attempts(tx: Tx, login: str) -> None:
    """Let sign-ins of one login queue, so that parallel ones cannot slip past the count."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('changliu.sign_in ' || %s, 0))", [login]
    )


async def attempts(tx: Tx, login: str, ip: str, since: datetime) -> tuple[list[datetime], int]:
    """Return when a login was tried since a time, oldest first, and the address's count."""
    rows = await tx.rows(
        "SELECT at FROM changliu.sign_in_attempt WHERE login_key = %s AND at > %s ORDER BY at",
        [login, since],
    )
    count = await tx.row(
        "SELECT count(*) FROM changliu.sign_in_attempt WHERE ip = %s AND at > %s", [ip, since]
    )
    return [row[0] for row in rows], count[0] if count else 0


async def insert_attempt(tx: Tx, attempt: UUID, login: str, ip: str, at: datetime) -> None:
    """Record a sign-in under way."""
    await tx.execute(
        "INSERT INTO changliu.sign_in_attempt (id, login_key, ip, at) VALUES (%s, %s, %s, %s)",
        [attempt, login, ip, at],
    )


async def forget_attempts(tx: Tx, login: str, before: datetime) -> None:
    """Take away a login's attempts after a success, and everybody's stale ones."""
    await tx.execute(
        "DELETE FROM changliu.sign_in_attempt WHERE login_key = %s OR at < %s", [login, before]
    )
