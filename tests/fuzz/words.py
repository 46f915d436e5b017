"""Words the house under test knows: random input that never names anything real stays shallow.

A generated request keeps its shape; some of its texts are exchanged for keys, ids and formulas that
exist, so that what is behind the first check is reached too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

# Formulas right and wrong, cheap and heavy: they go wherever a body or a query takes one.
FORMULAS = (
    'status = "new"',
    "score > 50 AND NOT ISBLANK(mobile)",
    "TODAY() - created_at > 30",
    "COUNT()",
    "SUM(score) / COUNT()",
    "COUNTD(owner)",
    "owner.name",
    "account.owner.name = ME()",
    "EXISTS(tasks)",
    "COUNT(share, kind = 1)",
    "1 / 0",
    "10 ^ 400",
    "-2 ^ 0.5",
    'LEFT(name, -1) & REPEAT("x", 99999999)',
    "DATE(99999, 99, 99)",
    "ADDDAYS(TODAY(), 10 ^ 18)",
    "WORKHOURS(created_at, NOW())",
    "((((((((name))))))))",
    "IF(",
    '"',
    "name = 1万",
    "DURATION(99999999999)",
    "ROUND(1.5, 10 ^ 9)",
)
GRAINS = ("day", "week", "month", "quarter", "year")


# What a client with a bug sends in place of a value.
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 1.5, 1e308, [], {}, [None], {"id": None}, [[["x"]]]),
    *(
        "",
        " ",
        "x" * 5000,
        "１２．５",
        "-0",
        "1e400",
        "9" * 400,
        "𝒳",
        "\u202e",
        "'; DROP TABLE",
        "%",
    ),
    *("2026-02-30", "2026-01-01T25:00:00Z", "0000-01-01", "9999-12-31T23:59:59.9999999-12:00"),
)


@dataclass(slots=True)
class Words:
    """Real names by the member or parameter they stand under; real places (what a path names
    together), bodies by operation, and values by field. Chance comes from outside: a `Random`."""

    by_name: dict[str, list[Any]] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)
    bodies: dict[str, list[Any]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)

    def place(self, chance: Random, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return path parameters: in nine of ten cases real ones that belong together."""
        if not given or chance.random() < 0.1:
            return dict(given)
        fitting = [place for place in self.places if given.keys() <= place.keys()]
        place = chance.choice(fitting) if fitting else {}
        return {
            name: place[name] if name in place else self.draw(chance, name, value)
            for name, value in given.items()
        }

    def draw(self, chance: Random, name: str, given: Any) -> Any:
        """Return `given`, or in three of four cases a real word for that name."""
        known = self.by_name.get(name)
        return chance.choice(known) if known and chance.random() < 0.75 else given

    def body(self, chance: Random, operation: str, given: Any) -> Any:
        """Return the generated body with real words in it, or a real body with one thing wrong."""
        known = self.bodies.get(operation)
        if known and chance.random() < 0.7:
            real = chance.choice(known)
            return real if chance.random() < 0.3 else self.bend(chance, real)
        return self._season(chance, given)

    def bend(self, chance: Random, value: Any) -> Any:
        """Return a value with at most one part of it exchanged, taken away or added."""
        if not isinstance(value, list | dict) or not value or chance.random() < 0.1:
            return chance.choice(chance.choice((ODD, FORMULAS)))
        made = dict(enumerate(value)) if isinstance(value, list) else dict(value)
        place = chance.choice(list(made))
        how = chance.random()
        if how < 0.1:
            del made[place]
        elif how < 0.2:
            made["再来"] = made[place]
        else:
            made[place] = self.bend(chance, made[place])
        return list(made.values()) if isinstance(value, list) else made

    def _season(self, chance: Random, value: Any) -> Any:
        if isinstance(value, list):
            return [self._season(chance, entry) for entry in value[:20]]
        if not isinstance(value, Mapping):
            return value
        return {
            name: self._season(chance, entry)
            if isinstance(entry, list | Mapping)
            else self.draw(chance, name, entry)
            for name, entry in value.items()
        }

    def fill(self, chance: Random, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values of a record: some given ones, some of real fields, fitting or not."""
        kept = {key: given[key] for key in given if chance.random() < 0.3}
        keys = chance.sample(sorted(self.values), chance.randint(0, 4))
        made = {key: chance.choice((*self.values[key], chance.choice(ODD))) for key in keys}
        return {"name": "宏达", **kept, **made}
