"""SQL on the control schema: sessions and API tokens."""

from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from changliu.identity.model import Bearer
from changliu.kit.db import Tx, Workspace

_PERSON = sql.SQL("b.account, m.member, w.id, w.name, w.schema, w.timezone, w.state, a.language")
_JOINS = sql.SQL(
    "JOIN changliu.account a ON a.id = b.account AND a.disabled_at IS NULL"
    " JOIN changliu.membership m ON m.account = b.account AND m.workspace = b.workspace"
    " AND m.disabled_at IS NULL"
    " JOIN changliu.workspace w ON w.id = b.workspace"
)
_FIND_SESSION = sql.SQL(
    "SELECT b.id, b.kind, ARRAY['full'], b.seen_at, b.expires_at, {person}"
    " FROM changliu.session b {joins}"
    " WHERE b.digest = %s AND b.revoked_at IS NULL AND b.expires_at > %s AND b.seen_at > %s"
).format(person=_PERSON, joins=_JOINS)
_FIND_TOKEN = sql.SQL(
    "SELECT b.id, 'token', b.scopes, b.used_at, b.expires_at, {person}"
    " FROM changliu.token b {joins}"
    " WHERE b.digest = %s AND b.revoked_at IS NULL"
    " AND (b.expires_at IS NULL OR b.expires_at > %s)"
).format(person=_PERSON, joins=_JOINS)


async def find_session(tx: Tx, digest: bytes, at: datetime, idle: timedelta) -> Bearer | None:
    """Return whom a live session speaks for: not revoked, expired, idle or disabled."""
    row = await tx.row(_FIND_SESSION, [digest, at, at - idle])
    return _bearer(row)


async def find_token(tx: Tx, digest: bytes, at: datetime) -> Bearer | None:
    """Return whom a live API token speaks for."""
    row = await tx.row(_FIND_TOKEN, [digest, at])
    return _bearer(row)


def _bearer(row: tuple[Any, ...] | None) -> Bearer | None:
    if row is None:
        return None
    session, kind, scopes, seen, expires, account, member, *place, state, language = row
    return Bearer(
        session, kind, account, member, Workspace(*place), state, language, frozenset(scopes),
        seen, expires,
    )  # fmt: skip


async def touch(tx: Tx, bearer: Bearer, at: datetime) -> None:
    """Note that a session or token is in use."""
    if bearer.kind == "token":
        query: LiteralString = "UPDATE changliu.token SET used_at = %s WHERE id = %s"
    else:
        query = "UPDATE changliu.session SET seen_at = %s WHERE id = %s"
    await tx.execute(query, [at, bearer.id])


async def insert_session(tx: Tx, values: dict[str, Any]) -> None:
    """Add a session: id, digest, account, workspace, kind, at, expires_at, ip, agent."""
    await tx.execute(
        "INSERT INTO changliu.session (id, digest, account, workspace, kind, created_at, seen_at,"
        " expires_at, ip, agent) VALUES (%(id)s, %(digest)s, %(account)s, %(workspace)s, %(kind)s,"
        " %(at)s, %(at)s, %(expires_at)s, %(ip)s, %(agent)s)",
        values,
    )


async def delete_expired(tx: Tx, account: UUID, before: datetime) -> None:
    """Forget an account's sessions that ended before a time."""
    await tx.execute(
        "DELETE FROM changliu.session WHERE account = %s AND least(expires_at, revoked_at) < %s",
        [account, before],
    )


async def list_sessions(
    tx: Tx, account: UUID, at: datetime, idle: timedelta
) -> list[dict[str, Any]]:
    """Return an account's live sessions, the last used first."""
    return await tx.dicts(
        "SELECT s.id, s.kind, s.created_at, s.seen_at, s.expires_at, s.ip, s.agent,"
        " w.id AS workspace, w.name AS workspace_name"
        " FROM changliu.session s JOIN changliu.workspace w ON w.id = s.workspace"
        " WHERE s.account = %s AND s.revoked_at IS NULL AND s.expires_at > %s AND s.seen_at > %s"
        " ORDER BY s.seen_at DESC, s.id",
        [account, at, at - idle],
    )


async def revoke_session(tx: Tx, account: UUID, session: UUID, at: datetime) -> list[str]:
    """End one session of an account; returns its schema, or nothing when there is none."""
    rows = await tx.rows(
        "UPDATE changliu.session s SET revoked_at = %s FROM changliu.workspace w"
        " WHERE s.id = %s AND s.account = %s AND s.revoked_at IS NULL AND w.id = s.workspace"
        " RETURNING w.schema",
        [at, session, account],
    )
    return [row[0] for row in rows]


async def revoke_sessions(
    tx: Tx,
    account: UUID,
    at: datetime,
    *,
    keep: UUID | None = None,
    workspace: int | None = None,
) -> list[str]:
    """End an account's sessions, but `keep`, in one workspace or all; returns their schemas."""
    rows = await tx.rows(
        "UPDATE changliu.session s SET revoked_at = %(at)s FROM changliu.workspace w"
        " WHERE s.account = %(account)s AND s.revoked_at IS NULL AND w.id = s.workspace"
        " AND s.id IS DISTINCT FROM %(keep)s::uuid"
        " AND w.id = coalesce(%(workspace)s::integer, w.id) RETURNING w.schema",
        {"account": account, "at": at, "keep": keep, "workspace": workspace},
    )
    return [row[0] for row in rows]


async def insert_token(tx: Tx, values: dict[str, Any]) -> None:
    """Add an API token: id, digest, account, workspace, name, scopes, at, expires_at."""
    await tx.execute(
        "INSERT INTO changliu.token (id, digest, account, workspace, name, scopes, created_at,"
        " expires_at) VALUES (%(id)s, %(digest)s, %(account)s, %(workspace)s, %(name)s,"
        " %(scopes)s, %(at)s, %(expires_at)s)",
        values,
    )


async def list_tokens(tx: Tx, account: UUID, workspace: int) -> list[dict[str, Any]]:
    """Return an account's API tokens of a workspace that were not revoked, newest first."""
    return await tx.dicts(
        "SELECT id, name, scopes, created_at, used_at, expires_at FROM changliu.token"
        " WHERE account = %s AND workspace = %s AND revoked_at IS NULL"
        " ORDER BY created_at DESC, id",
        [account, workspace],
    )


async def revoke_token(
    tx: Tx, account: UUID, workspace: int, token: UUID, at: datetime
) -> str | None:
    """End an API token and return its name; None when there is none."""
    row = await tx.row(
        "UPDATE changliu.token SET revoked_at = %s"
        " WHERE id = %s AND account = %s AND workspace = %s AND revoked_at IS NULL RETURNING name",
        [at, token, account, workspace],
    )
    return row[0] if row else None


async def revoke_tokens(tx: Tx, account: UUID, at: datetime) -> list[str]:
    """End all API tokens of an account; returns the schemas of their workspaces."""
    rows = await tx.rows(
        "UPDATE changliu.token t SET revoked_at = %s FROM changliu.workspace w"
        " WHERE t.account = %s AND t.revoked_at IS NULL AND w.id = t.workspace"
        " RETURNING w.schema",
        [at, account],
    )
    return [row[0] for row in rows]
