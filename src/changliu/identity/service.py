"""Verbs on one workspace's members, teams and roles; each leaves the identity version higher.

`actor` is what every other room works with. Nothing here commits.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID

from changliu.identity.audit import audited
from changliu.identity.model import ADMIN_ROLE, Actor, Right
from changliu.identity.store import members as store
from changliu.kit import clock
from changliu.kit.db import Tx, Workspace
from changliu.kit.errors import Conflict, NotFound, Unauthenticated
from changliu.kit.ids import uuid7
from changliu.kit.labels import DEFAULT_LANGUAGE, Language

ADMIN_LABEL = {"zh-CN": "管理员", "en": "Administrator"}
SYSTEM_NAMES = {"zh-CN": "系统", "en": "System"}

# About 1 kB each: enough for every member a process meets in a while.
_CACHE_SIZE = 8192
_actors: OrderedDict[tuple[str, str, UUID], tuple[int, Actor]] = OrderedDict()
_uncommitted = count(1)


async def bump(tx: Tx) -> None:
    """Tell every process that members, teams, roles or grants changed in this transaction.

    Until it commits, `tx.identity_version` is a negative number of its own, so that nothing
    computed here is found in a cache by anyone else.
    """
    await store.bump(tx)
    tx.identity_version = -next(_uncommitted)


async def actor(tx: Tx, member: UUID) -> Actor:
    """Return a member at work, from the cache while the identity version stands.

    Raises `Unauthenticated` (code `member.disabled`) for a member who is disabled or missing.
    """
    key = (tx.conn.info.dbname, tx.schema, member)
    cached = _actors.get(key)
    if cached and cached[0] == tx.identity_version:
        return cached[1]
    found = await _load(tx, member)
    if tx.identity_version > 0:
        _actors[key] = (tx.identity_version, found)
        if len(_actors) > _CACHE_SIZE:
            _actors.popitem(last=False)
    return found


async def _load(tx: Tx, member: UUID) -> Actor:
    row = await store.actor(tx, member)
    if row is None or row[4]:
        raise Unauthenticated(
            "member.disabled",
            "您在这个工作区的成员身份已停用，请联系管理员。",
            "Your membership of this workspace is disabled; ask an administrator.",
        )
    _, name, account, main_team, _, is_system, roles, rights, teams, tree = row
    if is_system:
        roles = [ADMIN_ROLE]
    held = frozenset(Right) if ADMIN_ROLE in roles else frozenset(rights) & frozenset(Right)
    return Actor(
        workspace=workspace_of(tx),
        member=member,
        name=name,
        account=account,
        roles=tuple(roles),
        rights=frozenset(str(right) for right in held),
        teams=tuple(teams),
        tree=tuple(tree),
        main_team=main_team,
    )


def workspace_of(tx: Tx) -> Workspace:
    """Return the transaction's workspace; raises LookupError in a control transaction."""
    if tx.workspace is None:
        raise LookupError("this transaction is not in a workspace")
    return tx.workspace


async def system_actor(tx: Tx) -> Actor:
    """Return the built-in member that command-line imports and bundles act as; may do everything.

    Made on first use, which needs a writing transaction.
    """
    member = await store.system_member(tx)
    if member is None:
        await seed(tx)
        member = await store.system_member(tx)
    if member is None:
        raise LookupError("the system member could not be made")
    return await actor(tx, member)


async def seed(tx: Tx, language: Language = DEFAULT_LANGUAGE) -> None:
    """Make the administrator role and the system member where they are missing."""
    if await store.system_member(tx) is None:
        await store.insert_system(tx, uuid7(), SYSTEM_NAMES[language], tx.now)
    if ADMIN_ROLE not in {role["key"] for role in await store.list_roles(tx)}:
        await save_role(tx, ADMIN_ROLE, ADMIN_LABEL, [], "all")


async def save_role(
    tx: Tx, key: str, label: dict[str, str], rights: Sequence[str], fields_mode: str
) -> UUID:
    """Add or replace a role; returns its id. `rights` are names of `Right`."""
    values = {
        "id": uuid7(),
        "key": key,
        "label": label,
        "rights": sorted(set(rights)),
        "fields_mode": fields_mode,
    }
    role = await store.upsert_role(tx, values)
    await bump(tx)
    return role


async def remove_role(tx: Tx, key: str) -> None:
    """Remove a role; raises `Conflict` (code `role.held`) while someone holds it."""
    if key == ADMIN_ROLE or not await store.delete_role(tx, key):
        raise Conflict(
            "role.held",
            f"角色“{key}”仍有成员（或是内置角色），请先从成员身上去掉它。",
            f"The role '{key}' is still held (or built in); take it from its members first.",
        )
    await bump(tx)


async def ensure_team(tx: Tx, key: str, name: str, parent_key: str | None = None) -> UUID:
    """Return the team of a key, made or adopted by name and renamed as needed.

    Raises `NotFound` (code `team.unknown`) when the parent's key is unknown.
    """
    parent = await _team_by_key(tx, parent_key) if parent_key else None
    known = await store.find_team(tx, key) or await store.find_team_at(tx, name, parent)
    team, values = known or uuid7(), {"key": key, "name": name, "parent": parent}
    async with audited(tx, "team", team):
        if known is None:
            await store.insert_team(tx, {**values, "id": team, "leader": None, "at": tx.now})
        else:
            await store.update_team(tx, team, values)
    await bump(tx)
    return team


async def _team_by_key(tx: Tx, key: str) -> UUID:
    team = await store.find_team(tx, key)
    if team is None:
        raise NotFound(
            "team.unknown", f"没有标识为“{key}”的团队。", f"There is no team with the key '{key}'."
        )
    return team


async def ensure_member(
    tx: Tx, name: str, team: UUID | None = None, roles: Sequence[str] = ()
) -> UUID:
    """Return the member of a name, made when missing, put into a team and given roles (keys).

    A member's first team becomes the main team. Raises `Conflict` (code `member.ambiguous`) when
    several members have the name.
    """
    found = await store.find_member(tx, name)
    if len(found) > 1:
        raise Conflict(
            "member.ambiguous",
            f"有 {len(found)} 位成员叫“{name}”，无法确定是哪一位；请先改名区分。",
            f"{len(found)} members are called '{name}'; rename them apart first.",
        )
    member = found[0] if found else uuid7()
    async with audited(tx, "member", member):
        if not found:
            await insert_member(tx, {"name": name, "main_team": team}, member)
        if team is not None:
            await store.put_in_teams(tx, member, [team])
            current = (await store.list_members(tx, member=member))[0]
            if current["main_team"] is None:
                await store.update_member(tx, member, {"main_team": team})
        await store.give_roles(tx, member, roles)
    await bump(tx)
    return member


async def insert_member(tx: Tx, values: dict[str, Any], member: UUID | None = None) -> UUID:
    """Add a member from name, account, email, phone, main_team (each but name may be missing)."""
    member = member or uuid7()
    blank = dict.fromkeys(("account", "email", "phone", "main_team"))
    await store.insert_member(tx, {**blank, **values, "id": member, "at": clock.now()})
    return member
