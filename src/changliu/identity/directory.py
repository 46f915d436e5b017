"""Finding members and teams by what people call them: for imports, bundles, command lines."""

from collections.abc import Collection
from uuid import UUID

from changliu.identity.service import bump
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


async def lead_team(tx: Tx, team: UUID, leader: UUID) -> None:
    """Make a member the leader of a team."""
    if await store.lead_team(tx, team, leader):
        await bump(tx)


def _grouped(names: Collection[str], rows: list[tuple[str, UUID]]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {name: [] for name in names}
    for name, id_ in rows:
        if id_ not in found[name]:
            found[name].append(id_)
    return found
