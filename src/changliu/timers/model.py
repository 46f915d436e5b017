"""What a due row is and how a room registers what happens when it is due; no I/O."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from changliu.kit.copies import Copy, Trace
from changliu.kit.db import Tx

TRACES = (Trace("timer"),)
# What a failure said may tell a value.
COPIES = (Copy("timer", texts=("error",)),)


@dataclass(frozen=True, slots=True)
class NewTimer:
    """A due row to be set; `key` names it within its kind: setting it again moves it.

    `due` is business time. `object` and `record` say what it is about.
    """

    kind: str
    key: str
    due: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    object: str | None = None
    record: UUID | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A due row that has come due; `tries` counts its claims, this one included."""

    id: int
    kind: str
    key: str
    due: datetime
    payload: dict[str, Any]
    object: str | None
    record: UUID | None
    tries: int
    created_at: datetime


Fire = Callable[[Tx, Sequence[Timer]], Awaitable[None]]
"""Handles due rows of one kind, set-based, in the transaction in which they leave.

When it raises, its effects are undone and each row is handled alone; one that fails alone is
parked. A row set again under its own key from within is a new row.
"""


@dataclass(frozen=True, slots=True)
class Fires:
    """What happens when a row is due, by kind; main.py fills it."""

    by_kind: Mapping[str, Fire] = field(default_factory=dict)
