"""How long requests took in this process, by route, and how often caches had what was asked for:
counted in memory, read by operations."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import ClassVar

# Upper bounds in seconds: what performance.md promises lies between the first and the fifth.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Routes × methods × kinds of status; more than the program has.
MOST = 5_000
Place = tuple[str, str, str]


@dataclass(slots=True)
class Spread:
    """Requests of one kind: how many fell below each bound (the last: above), seconds in all."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Requests:
    """Requests of this process by `(method, route, status class)`, such as `2xx`."""

    seen: ClassVar[dict[Place, Spread]] = {}

    @classmethod
    def observe(cls, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; a route is its template, never an address with ids in it."""
        place = (method, route, f"{status // 100}xx")
        spread = cls.seen.get(place)
        if spread is None:
            if len(cls.seen) >= MOST:
                return
            spread = cls.seen[place] = Spread()
        spread.counts[bisect_left(BOUNDS, seconds)] += 1
        spread.seconds += seconds


class Caches:
    """How often each cache of this process had what was asked for (`hit`), or not (`miss`)."""

    seen: ClassVar[dict[tuple[str, str], int]] = {}

    @classmethod
    def observe(cls, cache: str, *, hit: bool) -> None:
        """Count one look into a cache."""
        place = (cache, "hit" if hit else "miss")
        cls.seen[place] = cls.seen.get(place, 0) + 1
