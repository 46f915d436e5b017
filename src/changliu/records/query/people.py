"""Names of members and teams, kept per process while nobody changes."""

from collections.abc import Hashable
from uuid import UUID

from changliu.schema.world import MEMBER, TEAM

# Workspaces kept at once; a name list of one is small (500 members: about 60 kB).
MAX_WORKSPACES = 256


class PeopleNames:
    """Titles of members and teams by workspace; every change of people has a new identity version,
    so a remembered name is never out of date."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[int, dict[tuple[str, UUID], str | None]]] = {}

    def of(self, place: Hashable, identity_version: int) -> dict[tuple[str, UUID], str | None]:
        """Return the names known at this version; the caller adds what it has read."""
        version, names = self._known.get(place, (0, {}))
        if version != identity_version:
            names = {}
            self._known.pop(place, None)
            while len(self._known) >= MAX_WORKSPACES:
                self._known.pop(next(iter(self._known)))
            self._known[place] = (identity_version, names)
        return names

    @staticmethod
    def covers(object_id: str) -> bool:
        """Say whether an object's titles are kept here."""
        return object_id in (MEMBER, TEAM)
