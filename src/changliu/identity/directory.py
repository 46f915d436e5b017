"""Finding members and teams by what people call them: for imports, bundles, command lines."""

from collections.abc import Collection
from uuid import UUID

from changliu.identity.audit import audited
from changliu.identity.service import bump, workspace_of
from changliu.identity.store import accounts, members
from changliu.identity.store import directory as store
from changliu.kit.db import Tx


async def members_named(tx: Tx, names: Collection[str]) -> dict[str, list[UUID]]:
    """Return the enabled members each name or e-mail stands for: none, one or more."""
    return _grouped(names, await store.members_named(tx, list(names)))


async def teams_named(tx: Tx, names: Collection[str]) -> dict[str, list[UUID]]:
    """Return the teams each name or key stands for: none, one or more."""
    return _grouped(names, await store.teams_named(tx, list(names)))


async def teams_by_key(tx: Tx) -> dict[str, tuple[str, str | None]]:
    """Return the name and the parent's key of every team that has a key."""
    rows = await store.team_rows(tx)
    return {key: (name, parent) for key, name, parent, _ in rows if key is not None}


async def role_holders(tx: Tx) -> dict[str, int]:
    """Return how many members hold each role, by key."""
    return {row["key"]: row["members"] for row in await members.list_roles(tx)}


async def team_parents(tx: Tx) -> dict[UUID, UUID | None]:
    """Return the parent of every team."""
    return dict(await store.team_parents(tx))


async def lead_team(tx: Tx, team: UUID, leader: UUID) -> None:
    """Make a member the leader of a team."""
    async with audited(tx, "team", team):
        changed = await store.lead_team(tx, team, leader)
    if changed:
        await bump(tx)


async def member_of_login(tx: Tx, login: str) -> UUID | None:
    """Return the member of this workspace who signs in as `login`, or None."""
    workspace = workspace_of(tx)
    async with accounts.control(tx):
        return await accounts.member_of(tx, login, workspace.id)


def _grouped(names: Collection[str], rows: list[tuple[str, UUID]]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {name: [] for name in names}
    for name, id_ in rows:
        if id_ not in found[name]:
            found[name].append(id_)
    return found
