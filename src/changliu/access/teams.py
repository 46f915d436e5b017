"""What identity asks before a team goes: which records are shared with it; move them to another."""

from collections.abc import Sequence
from uuid import UUID

from changliu.access import store
from changliu.identity.model import Actor
from changliu.identity.teams import Held
from changliu.kit.db import Tx


class ShareTeams:
    """Live shares as holders of teams."""

    async def held(self, tx: Tx, team: UUID) -> Sequence[Held]:
        """Return how many shares with a team are live."""
        count = await store.count_team_shares(tx, team)
        return [Held("share", "共享", "Share", count)] if count else []

    async def move(self, tx: Tx, actor: Actor, team: UUID, other: UUID) -> None:
        """End the shares with a team and lend the same to another, as the actor.

        Where the other team has a share of the record already, both stay: which of them counts is
        for people to say.
        """
        await store.move_team_shares(tx, team, other, actor.member)
