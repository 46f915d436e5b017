"""Finding members and teams by what people call them: for imports, bundles, command lines."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.identity.audit import audited
from changliu.identity.model import login_key
from changliu.identity.service import bump, workspace_of
from changliu.identity.store import accounts, members
from changliu.identity.store import directory as store
from changliu.kit.db import Tx


@dataclass(frozen=True, slots=True)
class Person:
    """A member as people tell them apart; `team` is the main team's name."""

    id: UUID
    name: str
    email: str | None
    team: str | None
    disabled: bool
    login: str | None = None

    def signs_in_as(self, login: str) -> bool:
        """Say whether a login is this member's, as logins are compared."""
        return self.login is not None and login_key(self.login) == login_key(login)

    def writes_from(self, email: str | None) -> bool:
        """Say whether an e-mail is this member's, whatever its case."""
        return bool(email and self.email) and str(email).lower() == str(self.email).lower()

    def is_called(self, text: str) -> bool:
        """Say whether a text is the member's name, e-mail or login."""
        return self.name == text or self.writes_from(text) or self.signs_in_as(text)


async def people_called(tx: Tx, texts: Collection[str]) -> dict[str, list[Person]]:
    """Return the members, disabled ones too, whose login, name or e-mail each text is."""
    workspace = workspace_of(tx)
    async with accounts.control(tx):
        signing = await accounts.members_of(tx, list(texts), workspace.id)
    rows = await store.people(tx, list(texts), list(signing))
    people = [Person(*row, login=signing.get(row[0])) for row in rows]
    return {text: [p for p in people if p.is_called(text)] for text in texts}


async def members_named(tx: Tx, names: Collection[str]) -> dict[str, list[UUID]]:
    """Return the enabled members each login, name or e-mail stands for: none, one or more."""
    found = await people_called(tx, names)
    return {name: [p.id for p in people if not p.disabled] for name, people in found.items()}


async def team_at(tx: Tx, name: str, parent: UUID | None) -> UUID | None:
    """Return the team of a name below a parent (None: at the top)."""
    return await members.find_team_at(tx, name, parent)


async def roles_named(tx: Tx) -> dict[str, str]:
    """Return the key of every role by its key and its labels."""
    rows = await members.list_roles(tx)
    named = {label: row["key"] for row in rows for label in row["label"].values()}
    return {**named, **{row["key"]: row["key"] for row in rows}}


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


async def team_row(tx: Tx, team: UUID) -> dict[str, Any] | None:
    """Return a team's id, key, name, parent and leader, None when there is none."""
    return await members.team(tx, team)


async def team_parents(tx: Tx) -> dict[UUID, UUID | None]:
    """Return the parent of every team."""
    return dict(await store.team_parents(tx))


async def lead_team(tx: Tx, team: UUID, leader: UUID) -> bool:
    """Make a member the leader of a team; False when they lead it already."""
    async with audited(tx, "team", team):
        changed = await store.lead_team(tx, team, leader)
    if changed:
        await bump(tx)
    return changed


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
