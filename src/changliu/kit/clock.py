"""Two clocks: business time, which a test workspace may shift, and real time.

`now()` is what TODAY(), deadlines and stored timestamps mean; `real()` is for sessions, tokens,
leases and ids, which must never travel. Inside a transaction `now()` is one fixed instant.
"""

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_fixed: ContextVar[datetime | None] = ContextVar("changliu_now", default=None)


class _Offset:
    """The last test-clock offset this process has read from the control schema."""

    value = timedelta(0)


def real() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return business time, aware, in UTC: the transaction's instant when one is open."""
    return _fixed.get() or real() + _Offset.value


def offset() -> timedelta:
    """Return the test clock's offset as the last transaction of this process found it."""
    return _Offset.value


def fix(offset: timedelta) -> datetime:
    """Fix business time for the running transaction and return it; `offset` is the test clock's."""
    _Offset.value = offset
    instant = real() + offset
    _fixed.set(instant)
    return instant


def unfix() -> None:
    """Let business time run again; called when the transaction ends."""
    _fixed.set(None)
