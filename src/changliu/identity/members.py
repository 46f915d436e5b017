"""Verbs on members for people who manage them: nobody gives, or takes over, more than they hold."""

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from changliu.events.service import emit
from changliu.identity import service
from changliu.identity.audit import audited, record
from changliu.identity.forms import MemberDraft, MemberPatch
from changliu.identity.model import ADMIN_ROLE, Actor, Right
from changliu.identity.passwords import check_password
from changliu.identity.recovery import drop_codes
from changliu.identity.store import accounts, sessions
from changliu.identity.store import members as store
from changliu.identity.store.audit import Entry
from changliu.kit import clock, secrets
from changliu.kit.db import Tx
from changliu.kit.errors import BadRequest, Conflict, Fault, Forbidden, Invalid, NotFound
from changliu.kit.ids import uuid7

PAGE = 500


async def list_members(
    tx: Tx,
    actor: Actor,
    *,
    name: str | None = None,
    team: UUID | None = None,
    disabled: bool | None = None,
    after: tuple[str, UUID] | None = None,
    limit: int = PAGE,
) -> list[dict[str, Any]]:
    """Return members by name, as much of each as the actor may see."""
    rows = await store.list_members(
        tx, name=name, team=team, disabled=disabled, after=after, limit=limit
    )
    return await _shown(tx, actor, rows)


def next_cursor(items: list[dict[str, Any]], limit: int) -> str | None:
    """Return the cursor after a full page; None after the last."""
    if len(items) < limit:
        return None
    place = orjson.dumps([items[-1]["name"], items[-1]["id"]])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[str, UUID] | None:
    """Return the (name, id) a cursor stands for; raises `BadRequest` (code `cursor.invalid`)."""
    if cursor is None:
        return None
    try:
        place = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, member_id = place
        return str(name).replace("\x00", ""), UUID(member_id)
    except (ValueError, TypeError, AttributeError):
        raise BadRequest(
            "cursor.invalid",
            "翻页标记无效，请从第一页重新开始。",
            "The cursor is not valid; start again from the first page.",
        ) from None


async def member(tx: Tx, actor: Actor, member_id: UUID) -> dict[str, Any]:
    """Return one member; raises `NotFound` (code `member.unknown`)."""
    return (await _shown(tx, actor, [await _found(tx, member_id)]))[0]


async def _found(tx: Tx, member_id: UUID) -> dict[str, Any]:
    rows = await store.list_members(tx, member=member_id)
    if not rows:
        raise NotFound(
            "member.unknown",
            "没有这位成员，请刷新后重试。",
            "There is no such member; reload and try again.",
        )
    return rows[0]


async def _shown(tx: Tx, actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if Right.MEMBERS_MANAGE not in actor.rights:
        seen = ("id", "name", "main_team", "teams", "disabled")
        return [{name: row[name] for name in seen} for row in rows]
    async with accounts.control(tx):
        known = await accounts.logins(tx, [row["account"] for row in rows if row["account"]])
    nobody: dict[str, Any] = {"login": None, "totp": False}
    return [{**row, **known.get(row["account"], nobody)} for row in rows]


async def create_member(tx: Tx, actor: Actor, draft: MemberDraft) -> dict[str, Any]:
    """Add a member, with an account when a login is given; returns the member.

    Raises `Invalid` for unknown roles or teams, `Forbidden` (`role.beyond`), `Conflict`
    (`account.exists`, `membership.exists`).
    """
    await _check_roles(tx, actor, draft.roles)
    teams = await _check_teams(tx, draft.teams, draft.main_team)
    values = {
        "name": draft.name,
        "email": draft.email or None,
        "phone": draft.phone or None,
        "main_team": draft.main_team,
    }
    member_id = uuid7()
    async with audited(tx, "member", member_id):
        await service.insert_member(tx, values, member_id)
        await store.put_in_teams(tx, member_id, teams)
        await store.give_roles(tx, member_id, draft.roles)
        if draft.login is not None:
            await _give_account(tx, member_id, draft.login, draft.password)
    await _announce(tx, "member.added", member_id)
    await service.bump(tx)
    return await member(tx, actor, member_id)


async def give_account(tx: Tx, member_id: UUID, login: str, password: str | None) -> UUID:
    """Let a member sign in: with a new account, or without a password, an existing one.

    Returns the account's id; raises `Conflict` (`account.exists`, `membership.exists`) and
    `Invalid` when there is neither a password nor an account, or a weak one (`password.weak`).
    """
    async with audited(tx, "member", member_id):
        return await _give_account(tx, member_id, login, password)


async def _give_account(tx: Tx, member_id: UUID, login: str, password: str | None) -> UUID:
    workspace, hashed = service.workspace_of(tx), None
    if password is not None:
        check_password(password, login)
        hashed = await secrets.hash_password(password)
    async with accounts.control(tx):
        if hashed is not None:
            account_id = uuid7()
            await accounts.insert_account(tx, account_id, login, hashed, clock.real())
        else:
            account = await accounts.account_by_login(tx, login)
            if account is None:
                raise _password_missing(login)
            account_id = account.id
        await accounts.insert_membership(tx, account_id, workspace.id, member_id)
    await store.update_member(tx, member_id, {"account": account_id})
    return account_id


def _password_missing(login: str) -> Invalid:
    fault = Fault("value.missing", "请填写初始密码。", "Give a first password.", path="password")
    return Invalid(
        "request.invalid",
        f"还没有用户名为“{login}”的账号，请填写初始密码。",
        f"There is no account '{login}' yet; give a first password.",
        [fault],
    )


async def change_member(
    tx: Tx, actor: Actor, member_id: UUID, patch: MemberPatch
) -> dict[str, Any]:
    """Change what was sent of a member; returns the member.

    Raises as `create_member`, and `Conflict` (`member.last_admin`) for the last administrator's
    role.
    """
    current = await _found(tx, member_id)
    given = patch.given()
    await _check_within(tx, actor, current["roles"])
    if given.get("name", "") is None:
        given.pop("name")
    async with audited(tx, "member", member_id):
        await _change(tx, actor, current, given)
    if "main_team" in given and given["main_team"] != current["main_team"]:
        places = {"from": _text(current["main_team"]), "to": _text(given["main_team"])}
        await emit(tx, "member.team_changed", {"member": str(member_id), **places})
    await _check_administrator_left(tx, current["roles"])
    await service.bump(tx)
    return await member(tx, actor, member_id)


async def own_profile(tx: Tx, member_id: UUID) -> dict[str, Any]:
    """Return `{name, email, phone}` of the member who asks."""
    row = await _found(tx, member_id)
    return {name: row[name] for name in ("name", "email", "phone")}


async def change_own(tx: Tx, member_id: UUID, given: dict[str, Any]) -> None:
    """Change name, e-mail, phone of the member who asks; other workspaces have their own."""
    async with audited(tx, "member", member_id):
        await store.update_member(tx, member_id, given)
    await service.bump(tx)


async def _change(tx: Tx, actor: Actor, current: dict[str, Any], given: dict[str, Any]) -> None:
    member_id, roles, teams = current["id"], given.pop("roles", None), given.pop("teams", None)
    if roles is not None:
        await _check_roles(tx, actor, roles)
        await store.give_roles(tx, member_id, roles, only=True)
    if teams is not None or "main_team" in given:
        main_team = given.get("main_team", current["main_team"])
        wanted = await _check_teams(tx, current["teams"] if teams is None else teams, main_team)
        await store.put_in_teams(tx, member_id, wanted, only=teams is not None)
    if given:
        await store.update_member(tx, member_id, given)


async def disable_member(tx: Tx, actor: Actor, member_id: UUID) -> dict[str, Any]:
    """Shut a member out at once, at every door; returns the member."""
    current = await _found(tx, member_id)
    await _check_within(tx, actor, current["roles"])
    if not current["disabled"]:
        async with audited(tx, "member", member_id):
            await store.update_member(tx, member_id, {"disabled_at": clock.now()})
        await _check_administrator_left(tx, current["roles"])
        if current["account"] is not None:
            at, workspace = clock.real(), service.workspace_of(tx).id
            async with accounts.control(tx):
                await accounts.disable_membership(tx, current["account"], workspace, at)
                await sessions.revoke_sessions(tx, current["account"], at, workspace=workspace)
        await _announce(tx, "member.disabled", member_id)
        await service.bump(tx)
    return await member(tx, actor, member_id)


async def enable_member(tx: Tx, actor: Actor, member_id: UUID) -> dict[str, Any]:
    """Let a disabled member in again; they sign in anew, their API tokens work again."""
    current = await _found(tx, member_id)
    await _check_within(tx, actor, current["roles"])
    if current["disabled"]:
        async with audited(tx, "member", member_id):
            await store.update_member(tx, member_id, {"disabled_at": None})
        if current["account"] is not None:
            workspace = service.workspace_of(tx).id
            async with accounts.control(tx):
                await accounts.disable_membership(tx, current["account"], workspace, None)
        await _announce(tx, "member.enabled", member_id)
        await service.bump(tx)
    return await member(tx, actor, member_id)


async def add_account(
    tx: Tx, actor: Actor, member_id: UUID, login: str, password: str | None
) -> dict[str, Any]:
    """Let a member who was made without an account sign in; returns the member.

    Raises `Conflict` (`account.present`, `account.exists`, `membership.exists`), `Invalid`.
    """
    current = await _found(tx, member_id)
    await _check_within(tx, actor, current["roles"])
    if current["account"] is not None:
        raise Conflict(
            "account.present",
            "这位成员已有登录账号。",
            "This member has an account already.",
        )
    await give_account(tx, member_id, login, password)
    await service.bump(tx)
    return await member(tx, actor, member_id)


async def name_of(tx: Tx, member_id: UUID) -> str:
    """Return a member's name; raises `NotFound` (`member.unknown`)."""
    return str((await _found(tx, member_id))["name"])


async def dismiss(tx: Tx, member_id: UUID) -> str | None:
    """Forget a member who never signed in and did nothing; returns the name of one who stays.

    Whoever calls knows that no record names them.
    """
    rows = await store.list_members(tx, member=member_id)
    if not rows:
        return None
    async with audited(tx, "member", member_id):
        gone = await store.delete_member(tx, member_id)
    if gone:
        await service.bump(tx)
    return None if gone else str(rows[0]["name"])


async def take_out(tx: Tx, actor: Actor, member_id: UUID) -> None:
    """Remove a member who came by mistake; one with an account is shut out instead.

    Whoever calls holds writers and knows that no record names them. Raises `NotFound`, `Forbidden`
    (`role.beyond`), `Conflict` (`member.active`) for one who has signed in or leads a team.
    """
    current = await _found(tx, member_id)
    await _check_within(tx, actor, current["roles"])
    if await store.has_acted(tx, member_id):
        stays = True
    elif current["account"] is not None:
        stays = not (await disable_member(tx, actor, member_id))["disabled"]
    else:
        stays = await dismiss(tx, member_id) is not None
    if stays:
        raise Conflict(
            "member.active",
            "这位成员登录过或负责着团队，保持不变；需要时请停用。",
            "This member has signed in or leads a team, and stays; disable them if need be.",
        )


async def reset_password(tx: Tx, actor: Actor, member_id: UUID, password: str) -> None:
    """Set a new password for a member who lost theirs, and turn two-step sign-in off.

    Raises `Conflict` (`account.missing`), `Invalid` (`password.weak`), and `Forbidden`
    (`account.shared`) when the account belongs to other workspaces too: it is not this one's to
    take over.
    """
    current = await _found(tx, member_id)
    await _check_within(tx, actor, current["roles"])
    account, at = current["account"], clock.real()
    if account is None:
        raise Conflict(
            "account.missing",
            "这位成员没有登录账号。",
            "This member has no account to sign in with.",
        )
    async with accounts.control(tx):
        known = await accounts.account_by_id(tx, account)
    check_password(password, known.login if known else "")
    hashed = await secrets.hash_password(password)
    async with accounts.control(tx):
        if await accounts.count_memberships(tx, account) > 1:
            raise Forbidden(
                "account.shared",
                "这个账号还属于其他工作区，请本人自己修改密码。",
                "This account belongs to other workspaces too; its owner must change the password.",
            )
        await accounts.set_hash(tx, account, hashed, at)
        await accounts.set_totp(tx, account, None, False)
        await drop_codes(tx, account)
        await sessions.revoke_sessions(tx, account, at)
        await sessions.revoke_tokens(tx, account, at)
    name = current["name"]
    await record(tx, Entry(tx.acting, "password.reset", "member", member_id, name, {}))
    await service.bump(tx)


async def _announce(tx: Tx, event: str, member_id: UUID) -> None:
    await emit(tx, event, {"member": str(member_id)})


def _text(team: UUID | None) -> str | None:
    return str(team) if team else None


async def _check_roles(tx: Tx, actor: Actor, roles: Sequence[str]) -> None:
    known = {role["key"] for role in await store.list_roles(tx)}
    if unknown := [key for key in roles if key not in known]:
        names, have = "、".join(unknown), "、".join(sorted(known))
        fault = Fault(
            "role.unknown",
            f"没有角色“{names}”；现有：{have}。",
            f"There is no role {names}; there are: {have}.",
            path="roles",
        )
        raise Invalid("request.invalid", fault.zh, fault.en, [fault])
    await _check_within(tx, actor, roles)


async def _check_within(tx: Tx, actor: Actor, roles: Sequence[str]) -> None:
    """Refuse roles that hold a right the actor lacks; only administrators touch administrators."""
    if ADMIN_ROLE in actor.roles:
        return
    held = {role["key"]: set(role["rights"]) for role in await store.list_roles(tx)}
    beyond = [key for key in roles if key == ADMIN_ROLE or held.get(key, set()) - actor.rights]
    if beyond:
        names = "、".join(beyond)
        raise Forbidden(
            "role.beyond",
            f"角色“{names}”的权限超出您自己的权限，请由管理员操作。",
            f"The role {names} holds more than you do; an administrator must do this.",
        )


async def _check_teams(tx: Tx, teams: Sequence[UUID], main_team: UUID | None) -> list[UUID]:
    wanted = list(dict.fromkeys([*teams, *([main_team] if main_team else [])]))
    known = {team["id"] for team in await store.list_teams(tx)} if wanted else set()
    if unknown := [team for team in wanted if team not in known]:
        fault = Fault(
            "team.unknown",
            f"没有团队 {unknown[0]}，请刷新后重选。",
            f"There is no team {unknown[0]}; reload and choose again.",
            path="main_team" if unknown[0] == main_team else "teams",
        )
        raise Invalid("request.invalid", fault.zh, fault.en, [fault])
    return wanted


async def _check_administrator_left(tx: Tx, before: Sequence[str]) -> None:
    if ADMIN_ROLE in before and not await store.administrators(tx, ADMIN_ROLE):
        raise Conflict(
            "member.last_admin",
            "这是最后一位能登录的管理员，请先指定另一位管理员。",
            "This is the last administrator who can sign in; appoint another one first.",
        )
