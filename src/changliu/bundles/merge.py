"""Three-way merge of two bodies that grew from one: neither side's change is lost. Pure.

Mappings merge by key, lists of named entries (fields, options, grants) by name, lists of plain
values by value; anything else is one value. What only one side changed is taken from that side;
what both changed differently is a conflict, and stays mine unless told otherwise.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Literal

Side = Literal["mine", "theirs"]
Where = tuple[str, ...]
Choose = Callable[[Where], Side | None]


class Absent(Enum):
    """What stands where a side has nothing."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
# The place of an order among its list's entries.
ORDER = "order"
# What tells entries of a list apart, the first that does: options by key, grants by object.
NAMES: tuple[Where, ...] = (("key",), ("object",), ("object", "scope"))


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where mine and theirs differ (`ABSENT`: nothing there), and the side taken."""

    path: Where
    base: Any
    mine: Any
    theirs: Any
    taken: Side

    @property
    def state(self) -> Literal["mine", "theirs", "conflict"]:
        """Who changed it since the base: only I, only they, or both, each differently."""
        if self.mine == self.base:
            return "theirs"
        return "mine" if self.theirs == self.base else "conflict"


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged value, and every place where the two sides differed."""

    value: Any
    differences: tuple[Difference, ...]


def automatic(path: Where) -> Side | None:  # noqa: ARG001 -- a choice for nothing
    """Leave every place to the rule."""
    return None


def merge(base: Any, mine: Any, theirs: Any, choose: Choose = automatic) -> Merged:
    """Merge two JSON values that grew from `base`; `choose` decides places (None: the rule)."""
    work = _Merge(choose)
    value = work.value((), base, mine, theirs)
    return Merged(value, tuple(work.found))


class _Merge:
    """One merge under way: what is chosen, and the differences found."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self.found: list[Difference] = []

    def value(self, path: Where, base: Any, mine: Any, theirs: Any) -> Any:
        """Return the merged value of a place."""
        if mine == theirs:
            return mine
        if isinstance(mine, dict) and isinstance(theirs, dict):
            before = base if isinstance(base, dict) else {}
            keys = list(dict.fromkeys([*mine, *theirs]))
            return self._parts(path, keys, (before, mine, theirs))
        if isinstance(mine, list) and isinstance(theirs, list):
            sides = (base if isinstance(base, list) else [], mine, theirs)
            if named := _named(sides):
                keys = self._order(path, *map(list, named))
                return list(self._parts(path, keys, named).values())
        return self._one(path, base, mine, theirs)

    def _parts(
        self, path: Where, keys: Iterable[str], sides: tuple[dict[str, Any], ...]
    ) -> dict[str, Any]:
        made = {
            key: self.value((*path, key), *(side.get(key, ABSENT) for side in sides))
            for key in keys
        }
        return {key: value for key, value in made.items() if value is not ABSENT}

    def _order(
        self, path: Where, base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
    ) -> list[str]:
        both = set(mine) & set(theirs)
        shared = [[key for key in side if key in both] for side in (base, mine, theirs)]
        if shared[1] == shared[2] or self._one((*path, ORDER), *shared) == shared[1]:
            return _woven(mine, theirs)
        return _woven(theirs, mine)

    def _one(self, path: Where, base: Any, mine: Any, theirs: Any) -> Any:
        rule: Side = "theirs" if mine == base else "mine"
        found = Difference(path, base, mine, theirs, self._choose(path) or rule)
        self.found.append(found)
        return mine if found.taken == "mine" else theirs


def _named(sides: tuple[list[Any], ...]) -> tuple[dict[str, Any], ...] | None:
    """Return the entries of the three lists by name, None when nothing names them."""
    if all(isinstance(entry, str | int) for side in sides for entry in side):
        return _unique(sides, str)
    if not all(isinstance(entry, dict) for side in sides for entry in side):
        return None
    for names in NAMES:
        if all(isinstance(entry.get(name), str) for s in sides for entry in s for name in names):
            named = _unique(sides, partial(_name, names))
            if named is not None:
                return named
    return None


def _name(names: Where, entry: dict[str, str]) -> str:
    return " ".join(entry[name] for name in names)


def _unique(
    sides: tuple[list[Any], ...], name_of: Callable[[Any], str]
) -> tuple[dict[str, Any], ...] | None:
    named = tuple({name_of(entry): entry for entry in side} for side in sides)
    whole = all(len(by) == len(side) for by, side in zip(named, sides, strict=True))
    return named if whole else None


def _woven(lead: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return `lead` with what only `other` has, each after the one it follows there."""
    made = list(lead)
    place = 0
    for key in other:
        if key in made:
            place = made.index(key) + 1
        else:
            made.insert(place, key)
            place += 1
    return made
