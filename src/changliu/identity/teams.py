"""Verbs on the tree of teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from changliu.identity import service
from changliu.identity.audit import audited
from changliu.identity.forms import TeamDraft, TeamPatch
from changliu.identity.model import Actor
from changliu.identity.store import directory
from changliu.identity.store import members as store
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict, Fault, Invalid, NotFound
from changliu.kit.ids import uuid7


async def create_team(tx: Tx, draft: TeamDraft) -> dict[str, Any]:
    """Add a team below its parent, or at the top; returns it. Raises `Conflict`, `Invalid`."""
    parents = await store.lock_teams(tx)
    _check_parent(parents, None, draft.parent)
    await _check_leader(tx, draft.leader)
    team = uuid7()
    async with audited(tx, "team", team):
        await store.insert_team(tx, {**draft.model_dump(), "id": team, "at": tx.now})
    await service.bump(tx)
    return await _found(tx, team)


async def change_team(tx: Tx, team: UUID, patch: TeamPatch) -> dict[str, Any]:
    """Rename, move or re-lead a team; returns it.

    Raises `Conflict` (`team.cycle`, `team.exists`), `NotFound` (`team.unknown`), `Invalid`.
    """
    parents = await store.lock_teams(tx)
    if team not in parents:
        raise _unknown()
    given = patch.given()
    if given.get("name", "") is None:
        given.pop("name")
    if "parent" in given:
        _check_parent(parents, team, given["parent"])
    await _check_leader(tx, given.get("leader"))
    if given:
        async with audited(tx, "team", team):
            await store.update_team(tx, team, given)
    await service.bump(tx)
    return await _found(tx, team)


@dataclass(frozen=True, slots=True)
class Held:
    """How many things of one sort name a team: their key, names and number."""

    key: str
    zh: str
    en: str
    count: int


class TeamHolder(Protocol):
    """A room above whose rows name teams; no foreign key holds them."""

    async def held(self, tx: Tx, team: UUID) -> Sequence[Held]:
        """Return what names a team."""
        ...

    async def move(self, tx: Tx, actor: Actor, team: UUID, other: UUID) -> None:
        """Let it name another team, as the actor."""
        ...


@dataclass(frozen=True, slots=True)
class TeamHolders:
    """The rooms to ask before a team goes, as main.py lists them."""

    items: tuple[TeamHolder, ...] = ()


async def team_of_key(tx: Tx, key: str) -> UUID | None:
    """Return the team a bundle or an import calls so, None when there is none."""
    return await store.find_team(tx, key)


async def delete_team(
    tx: Tx, actor: Actor, team: UUID, holders: TeamHolders, move_to: UUID | None = None
) -> None:
    """Remove a team that nothing names; `move_to` takes its records and shares.

    Raises `Conflict` (`team.not_empty`, `team.in_use` with counts), `NotFound` (`team.unknown`),
    `Invalid`, `Unavailable` (`write.busy`), and what refuses to move a record.
    """
    if move_to is not None:
        _check_other(dict(await directory.team_parents(tx)), team, move_to)
        for holder in holders.items:
            await holder.move(tx, actor, team, move_to)
    # Writers first, as whoever changes a team is one of them and waits for the tree.
    await store.hold_writers(tx)
    if team not in await store.lock_teams(tx):
        raise _unknown()
    held = [one for holder in holders.items for one in await holder.held(tx, team)]
    if held:
        raise _in_use(held)
    async with audited(tx, "team", team):
        gone = await store.delete_team(tx, team)
    if not gone:
        raise Conflict(
            "team.not_empty",
            "团队里还有成员或下级团队，请先移走他们再删除。",
            "The team still has members or teams below it; move them first.",
        )
    await service.bump(tx)


async def hold_writers(tx: Tx) -> None:
    """Let nobody write a record until the transaction ends; raises `Unavailable` (`write.busy`)."""
    await store.hold_writers(tx)


def _check_other(parents: dict[UUID, UUID | None], team: UUID, other: UUID) -> None:
    if team not in parents:
        raise _unknown()
    if other not in parents or other == team:
        fault = Fault(
            "team.unknown",
            "要移入的团队不存在，或就是要删除的团队，请另选。",
            "The team to move to does not exist, or is the one to go; choose another.",
            path="move_to",
        )
        raise Invalid("request.invalid", fault.zh, fault.en, [fault])


def _in_use(held: Sequence[Held]) -> Conflict:
    zh = "、".join(f"{one.count} 条“{one.zh}”" for one in held)
    en = ", ".join(f"{one.count} of '{one.en}'" for one in held)
    faults = [
        Fault(
            "team.in_use",
            f"{one.count} 条“{one.zh}”属于或引用它。",
            f"{one.count} of '{one.en}' name it.",
            extra={"object": one.key, "count": one.count},
        )
        for one in held
    ]
    return Conflict(
        "team.in_use",
        f"还有 {zh} 属于或引用这个团队；请先改掉，或用 move_to 指定把记录和共享移给哪个团队。",
        f"This team is still named by {en}. Change them first, or say in 'move_to' which team takes"
        " records and shares.",
        faults,
    )


def _check_parent(parents: dict[UUID, UUID | None], team: UUID | None, parent: UUID | None) -> None:
    if parent is not None and parent not in parents:
        fault = Fault(
            "team.unknown",
            "没有这个上级团队，请刷新后重选。",
            "There is no such parent team; reload and choose again.",
            path="parent",
        )
        raise Invalid("request.invalid", fault.zh, fault.en, [fault])
    above = parent
    while above is not None:
        if above == team:
            raise Conflict(
                "team.cycle",
                "不能把团队移到它自己或它的下级之下，请另选上级。",
                "A team cannot move below itself or one of its own teams; choose another parent.",
            )
        above = parents[above]


async def _check_leader(tx: Tx, leader: UUID | None) -> None:
    if leader is not None and not await store.list_members(tx, member=leader):
        fault = Fault(
            "member.unknown",
            "没有这位成员，请刷新后重选。",
            "There is no such member; reload and choose again.",
            path="leader",
        )
        raise Invalid("request.invalid", fault.zh, fault.en, [fault])


async def _found(tx: Tx, team: UUID) -> dict[str, Any]:
    rows = [row for row in await store.list_teams(tx) if row["id"] == team]
    if not rows:
        raise _unknown()
    return rows[0]


def _unknown() -> NotFound:
    return NotFound(
        "team.unknown",
        "没有这个团队，请刷新后重试。",
        "There is no such team; reload and try again.",
    )
