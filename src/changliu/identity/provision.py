"""What the command line sets up: the first administrator, more accounts, whom commands act as."""

from collections.abc import Sequence
from dataclasses import dataclass

from changliu.identity import members, service
from changliu.identity.audit import audited
from changliu.identity.forms import clear_login
from changliu.identity.model import ADMIN_ROLE, Actor
from changliu.identity.store import accounts
from changliu.identity.store import members as store
from changliu.kit import secrets
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import NotFound
from changliu.kit.ids import uuid7
from changliu.kit.labels import DEFAULT_LANGUAGE, Language

ADMIN_LOGIN = "admin"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A login to show once; `password` is None where an existing account was used."""

    login: str
    password: str | None


async def ensure_admin(
    database: Database,
    workspace: Workspace,
    password: str | None = None,
    language: Language = DEFAULT_LANGUAGE,
) -> NewAccount | None:
    """Make the workspace's first administrator, login `admin`, unless it has one.

    Without a password, one is made; members are named in `language`. Returns what to show once;
    None when there was nothing to do.
    """
    async with database.transaction(workspace) as tx:
        await service.seed(tx, language)
        if await store.administrators(tx, ADMIN_ROLE):
            return None
        async with accounts.control(tx):
            known = await accounts.account_by_login(tx, ADMIN_LOGIN)
        chosen = None if known else password or secrets.new_password()
        name = service.ADMIN_LABEL[language]
        return await _add(tx, name, ADMIN_LOGIN, chosen, [ADMIN_ROLE])


async def account_add(
    database: Database,
    workspace: Workspace,
    login: str,
    *,
    password: str | None = None,
    name: str | None = None,
    roles: Sequence[str] = (),
) -> NewAccount:
    """Add a member who can sign in to a workspace; an existing account joins it as it is.

    Without a password, one is made. Raises `Conflict` (`membership.exists`), `NotFound`
    (`role.unknown`), `Invalid` (`login.unclear`) as the sign-in would.
    """
    login = clear_login(login)
    async with database.transaction(workspace) as tx:
        await service.seed(tx)
        known = {role["key"] for role in await store.list_roles(tx)}
        if unknown := sorted(set(roles) - known):
            have = "、".join(sorted(known))
            raise NotFound(
                "role.unknown",
                f"没有角色 {'、'.join(unknown)}；现有：{have}。",
                f"There is no role {', '.join(unknown)}; there are: {have}.",
            )
        async with accounts.control(tx):
            exists = await accounts.account_by_login(tx, login)
        chosen = None if exists else password or secrets.new_password()
        return await _add(tx, name or login, login, chosen, roles)


async def _add(
    tx: Tx, name: str, login: str, password: str | None, roles: Sequence[str]
) -> NewAccount:
    member = uuid7()
    async with audited(tx, "member", member):
        await service.insert_member(tx, {"name": name}, member)
        await store.give_roles(tx, member, roles)
    await members.give_account(tx, member, login, password)
    await service.bump(tx)
    return NewAccount(login, password)


async def acting(tx: Tx, login: str | None = None) -> Actor:
    """Return the member a command acts as: an account's, or the first administrator.

    Raises `NotFound` (`account.unknown`) when the workspace has no such person.
    """
    if login is None:
        first = await store.first_administrator(tx, ADMIN_ROLE)
    else:
        workspace = service.workspace_of(tx)
        async with accounts.control(tx):
            first = await accounts.member_of(tx, login, workspace.id)
    if first is None:
        who = login or ADMIN_LOGIN
        raise NotFound(
            "account.unknown",
            f"这个工作区没有可用的账号“{who}”；用 changliu account add 添加。",
            f"The workspace has no usable account '{who}'; add one with changliu account add.",
        )
    return await service.actor(tx, first)
