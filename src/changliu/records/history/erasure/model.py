"""What is erased of a person, wherever it lies; no I/O."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from changliu.kit.copies import Copy
from changliu.kit.db import Tx

# What a message says once the value it told was erased.
GONE_ZH, GONE_EN = "（内容已随个人信息抹除）", "(erased with the personal data)"
# What stands where a required text was, or a text in the middle of others.
PLACEHOLDER = "（已抹除）"
# Shorter texts and numbers name nobody, and would be found everywhere.
MIN_TEXT, MIN_ASCII = 2, 4
_LOOSE = re.compile(r"[\s()（）+.\-]+")

# Clears what a room keeps beside records, given the values to look for; in the eraser's
# transaction, as the workspace's role.
Eraser = Callable[[Tx, Sequence[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Erasers:
    """What keeps copies of values outside records, as main.py lists it: rooms that clear their own,
    and places where nothing but the text itself is to go."""

    items: tuple[Eraser, ...] = ()
    copies: tuple[Copy, ...] = ()


def telling(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the texts in stored JSON values that may name a person, each once."""
    texts = {text.strip() for value in values for text in _texts(value)}
    return tuple(sorted(text for text in texts if _names(text)))


def loose(text: str) -> str:
    """Return a text without the marks that people write phone numbers with."""
    return _LOOSE.sub("", text)


def without_texts(answer: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a stored answer whose messages tell nothing; ids, versions and codes stay."""
    return [
        {name: _silent(part) if name in ("errors", "warnings") else part
         for name, part in row.items()}
        for row in answer
    ]  # fmt: skip


def _silent(faults: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Faults as `changeset.service` keeps them: code, zh, en, places …, extra."""
    return [[code, GONE_ZH, GONE_EN, *places, {}] for code, _, _, *places, _ in faults]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _names(text: str) -> bool:
    if text.startswith((PLACEHOLDER, GONE_ZH)):
        return False
    return len(text) >= (MIN_ASCII if text.isascii() else MIN_TEXT)
