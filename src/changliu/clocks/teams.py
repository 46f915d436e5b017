"""What identity asks before a team goes: which working calendars name it."""

from collections.abc import Sequence
from uuid import UUID

from changliu.identity.model import Actor
from changliu.identity.teams import Held
from changliu.kit.db import Tx
from changliu.timers import working_time


class CalendarTeams:
    """Working calendars as holders of teams."""

    async def held(self, tx: Tx, team: UUID) -> Sequence[Held]:
        """Return whether a calendar is for a team; each has one at most."""
        named = team in await working_time.assigned(tx)
        return [Held("calendar", "工作日历", "Working calendar", 1)] if named else []

    async def move(self, tx: Tx, actor: Actor, team: UUID, other: UUID) -> None:
        """Leave calendars alone: the other team has hours of its own. Their holders publish."""
