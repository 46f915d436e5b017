"""What identity asks before a team goes: how many records name it; move them to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.identity.model import Actor
from changliu.identity.teams import Held
from changliu.kit.db import Tx
from changliu.kit.errors import Conflict
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import Participant
from changliu.records.changeset.service import submit
from changliu.records.context import context_for
from changliu.records.teams import store
from changliu.schema.catalogue import catalogue as load_catalogue
from changliu.schema.model import Object

# Records moved with one team: more would keep everyone who writes waiting.
MAX_MOVED = 50_000
BATCH = 5_000
VIA = "team"


@dataclass(frozen=True, slots=True)
class RecordTeams:
    """Records as holders of teams, with the rooms that have a say in every write."""

    participants: tuple[Participant, ...]

    async def held(self, tx: Tx, team: UUID) -> Sequence[Held]:
        """Return how many records of each object name a team."""
        catalogue = await load_catalogue(tx)
        found = [(catalogue.by_id[o], n) for o, n in await store.counts(tx, catalogue, team)]
        return [Held(o.key, o.label["zh-CN"], o.label.get("en", o.key), n) for o, n in found]

    async def move(self, tx: Tx, actor: Actor, team: UUID, other: UUID) -> None:
        """Let records name another team, as changesets of the actor, all or none.

        Raises `Conflict` (`team.too_many`) and what refuses a change: rights, rules, gates.
        """
        context = await context_for(tx, actor, self.participants)
        counted = await store.counts(tx, context.catalogue, team)
        if (total := sum(n for _, n in counted)) > MAX_MOVED:
            raise Conflict(
                "team.too_many",
                f"有 {total} 条记录属于这个团队，一次最多移动 {MAX_MOVED} 条；请先批量修改一部分。",
                f"{total} records name this team, at most {MAX_MOVED} move at once; change some in"
                " bulk first.",
            )
        for object_id, count in counted:
            target = context.catalogue.by_id[object_id]
            for _ in range(0, count, BATCH):
                rows = await store.page(tx, context.catalogue, target, team, BATCH)
                changes = [_change(target, row, team, other) for row in rows]
                await submit(context, Changeset(changes, via=VIA))


async def held_by_member(tx: Tx, member: UUID) -> Sequence[Held]:
    """Return how many records of each object, outside the trash, name a member."""
    catalogue = await load_catalogue(tx)
    found = await store.counts(tx, catalogue, member, "member")
    named = [(catalogue.by_id[o], n) for o, n in found]
    return [Held(o.key, o.label["zh-CN"], o.label.get("en", o.key), n) for o, n in named]


async def named_members(tx: Tx, members: Sequence[UUID]) -> set[UUID]:
    """Return those of these members whom a record outside the trash names."""
    return await store.named_members(tx, await load_catalogue(tx), members)


def _change(target: Object, row: dict[str, Any], team: UUID, other: UUID) -> Change:
    values: dict[str, Any] = {"team": str(other)} if row["team"] == team else {}
    for field in store.team_fields(target):
        held = row[field.column or ""]
        if held == team or (isinstance(held, list) and team in held):
            values[field.key] = store.replaced(held, team, other)
    return Change("update", target.key, row["id"], None, values)
