"""A search text, read: which keys a record must have, and what its spelled text looks like. Pure.

A text stands for what it says literally, and its letters also for Chinese: as first letters (`zw`,
张伟), or as readings of which the last may be cut short (`zhangw`). Both may stand beside
characters (`张wei`).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from changliu.records.search.store.keys import CHARACTER, FIELD, READING

# Ways of reading the letters that are told apart for the index; with more, it is asked for less.
MOST_WAYS = 16
_ANY = f"[^{CHARACTER}{FIELD}]*"
_READ = f"{CHARACTER}{_ANY}{READING}"  # a character, up to the beginning of a reading
_END = f"(?:{READING}{_ANY})?"  # behind a whole reading
_STOP = f"(?:{FIELD}|$)"
_PHONE = re.compile(r"[0-9+()./\-]{3,}").fullmatch
_COUNTRY = re.compile(r"(?:\+86|0086|86(?=[0-9]{11}$))")


@dataclass(frozen=True, slots=True)
class Sign:
    """One character of the text as keys hold it; `read` is how a Chinese one is read first."""

    ch: str
    read: str | None = None

    @property
    def is_letter(self) -> bool:
        """Whether it may stand for a reading."""
        return "a" <= self.ch <= "z"


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stands for one character of a value: a reading, or itself; `cut`: or more of it."""

    said: str
    hz: bool
    cut: bool = False


@dataclass(frozen=True)
class Wording:
    """A search text in the ways it may be meant (each a sequence of signs)."""

    texts: tuple[tuple[Sign, ...], ...]
    syllables: frozenset[str]

    @property
    def single(self) -> bool:
        """Whether it is one character: then only the beginning of a title is looked at."""
        return len(self.texts[0]) == 1

    def keys(self, *, begins: bool = False) -> str:
        """Return the tsquery every match satisfies; `begins`: every match at the beginning."""
        begins = begins or self.single
        return " | ".join(
            dict.fromkeys(
                f"({' & '.join(_keys(way, begins))})"
                for signs in self.texts
                for way in _ways(signs, self.syllables)
            )
        )

    @cached_property
    def body(self) -> str:
        """The regular expression (PostgreSQL's and Python's) of a match within a field."""
        return "(?:" + "|".join(self._forms("", "")) + ")"

    def pattern(self, fields: Iterable[str], how: str = "part") -> str:
        """Return the expression of a match in one of these fields: `part`, `prefix` or `exact`."""
        head = f"{FIELD}(?:{'|'.join(fields)})"
        if how == "exact":
            return f"{head}(?:" + "|".join(self._forms(_ANY + _STOP, _END + _STOP)) + ")"
        between = "" if how == "prefix" or self.single else f"[^{FIELD}]*"
        return f"{head}{between}{self.body}"

    def _forms(self, after_letters: str, after_reading: str) -> list[str]:
        forms = []
        for signs in self.texts:
            if any(sign.is_letter for sign in signs):
                forms.append(_by_letters(signs) + after_letters)
            if _reachable(signs, self.syllables)[0]:
                last = after_reading if signs[-1].is_letter else after_letters
                forms.append(_by_readings(signs) + last)
        return forms


def read_wording(signs: Sequence[Sign], syllables: Collection[str]) -> Wording | None:
    """Return how a folded text may be meant; None when nothing of it is left."""
    if not signs:
        return None
    texts, text = [tuple(signs)], "".join(sign.ch for sign in signs)
    if _PHONE(text):
        digits = re.sub("[^0-9]", "", _COUNTRY.sub("", text, count=1))
        if len(digits) >= 2 and digits != text:
            texts.append(tuple(map(Sign, digits)))
    return Wording(tuple(texts), frozenset(syllables))


def _ways(signs: Sequence[Sign], syllables: frozenset[str]) -> list[tuple[_Unit, ...]]:
    ways = _readings(signs, syllables)
    if any(sign.is_letter for sign in signs):
        ways.append(tuple(_Unit((s.read or s.ch)[0], hz=False, cut=True) for s in signs))
    return ways


def _readings(signs: Sequence[Sign], syllables: frozenset[str]) -> list[tuple[_Unit, ...]]:
    """The ways to read the text character by character; all cut at one length when too many."""
    reach = _reachable(signs, syllables)
    ways: list[tuple[int, tuple[_Unit, ...]]] = [(0, ())] if reach[0] else []
    while any(at < len(signs) for at, _ in ways):
        longer = []
        for at, units in ways:
            steps = _steps(signs, at, syllables) if at < len(signs) else [(at, None)]
            for then, unit in steps:
                if reach[then]:
                    longer.append((then, (*units, unit) if unit else units))
        if len(longer) > MOST_WAYS and all(len(units) > 1 for _, units in ways):
            break
        ways = longer
    return [units for _, units in ways]


def _reachable(signs: Sequence[Sign], syllables: frozenset[str]) -> list[bool]:
    """Whether the rest from each place on can be read."""
    reach = [False] * len(signs) + [True]
    for at in reversed(range(len(signs))):
        reach[at] = any(reach[then] for then, _ in _steps(signs, at, syllables))
    return reach


def _steps(
    signs: Sequence[Sign], at: int, syllables: frozenset[str]
) -> list[tuple[int, _Unit | None]]:
    """What may stand at a place, with the place behind it."""
    sign = signs[at]
    if not sign.is_letter:
        return [(at + 1, _Unit(sign.read or sign.ch, sign.read is not None))]
    steps: list[tuple[int, _Unit | None]] = []
    for end in range(at + 1, min(at + 6, len(signs)) + 1):
        if not signs[end - 1].is_letter:
            break
        said, last = "".join(s.ch for s in signs[at:end]), end == len(signs)
        if said in syllables or (last and any(s.startswith(said) for s in syllables)):
            steps.append((end, _Unit(said, hz=True, cut=last)))
    return steps


def _keys(units: Sequence[_Unit], begins: bool) -> list[str]:
    found = []
    if begins:
        found.append(_beginning(units))
    # The key of the beginning holds the first pair, where it is not of first letters.
    for one, two in pairwise(units[1:] if begins and not units[0].cut else units):
        if one.hz or two.hz:
            found.append(_key(f"/{one.said}/{two.said}", cut=two.cut))
        else:
            found.append(_key(one.said[0] + two.said[0]))
    if not found:
        found.append(_key(f"/{units[0].said}" + ("" if units[0].cut else "/"), cut=True))
    return found


def _beginning(units: Sequence[_Unit]) -> str:
    one = units[0]
    if one.cut:
        return _key(f"^{one.said}", cut=True)
    if len(units) == 1:
        return _key(f"^{one.said}/", cut=True)
    return _key(f"^{one.said}/{units[1].said}", cut=units[1].cut)


def _key(text: str, *, cut: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'" + (":*" if cut else "")


def _literal(sign: Sign) -> str:
    return CHARACTER + (re.escape(sign.ch) if sign.ch.isascii() else sign.ch)


def _by_letters(signs: Sequence[Sign]) -> str:
    """Each letter is itself or the first of a reading."""
    first = f"{CHARACTER}(?:{_ANY}{READING})?"
    return _ANY.join(first + s.ch if s.is_letter else _literal(s) for s in signs)


def _by_readings(signs: Sequence[Sign]) -> str:
    """Letters run through whole readings, one character after the other."""
    made, before = "", None
    for sign in signs:
        if not sign.is_letter:
            link = "" if before is None else _END if before.is_letter else _ANY
            made += link + _literal(sign)
        elif before is not None and before.is_letter:
            made += f"(?:{_END}{_READ})?{sign.ch}"
        else:
            made += ("" if before is None else _ANY) + _READ + sign.ch
        before = sign
    return made
