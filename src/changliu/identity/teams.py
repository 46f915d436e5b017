"""Verbs on the tree of teams."""

from typing import Any
from uuid import UUID

from changliu.identity import service
from changliu.identity.audit import audited
from changliu.identity.forms import TeamDraft, TeamPatch
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


async def delete_team(tx: Tx, team: UUID) -> None:
    """Remove an empty team; raises `Conflict` (`team.not_empty`), `NotFound` (`team.unknown`)."""
    parents = await store.lock_teams(tx)
    if team not in parents:
        raise _unknown()
    async with audited(tx, "team", team):
        gone = await store.delete_team(tx, team)
    if not gone:
        raise Conflict(
            "team.not_empty",
            "团队里还有成员或下级团队，请先移走他们再删除。",
            "The team still has members or teams below it; move them first.",
        )
    await service.bump(tx)


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
