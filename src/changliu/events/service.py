"""Emitting events: one job per subscribed handler, in the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from changliu.events.catalogue import EVENTS, Event
from changliu.jobs.model import RECORDS_PER_JOB, NewJob
from changliu.jobs.service import enqueue_many
from changliu.kit.db import Tx

_subscriptions: dict[str, tuple[str, ...]] = {}


def subscribe(subscriptions: Mapping[str, Sequence[str]]) -> None:
    """Say which job kinds each event starts; `main.py` calls it once, replacing what was there.

    Raises LookupError for an event that is not in the catalogue.
    """
    if unknown := sorted(set(subscriptions) - set(EVENTS)):
        raise LookupError(f"no such event: {unknown}")
    _subscriptions.clear()
    _subscriptions.update({event: tuple(kinds) for event, kinds in subscriptions.items()})


def subscribers(event: str) -> tuple[str, ...]:
    """Return the job kinds an event starts; raises LookupError for an unknown event."""
    return _subscriptions.get(_known(event).name, ())


async def emit(
    tx: Tx,
    event: str,
    payload: Mapping[str, Any],
    *,
    lock_key: str | None = None,
    caused_by: UUID | None = None,
) -> int:
    """Announce a fact in the transaction that made it true; returns how many jobs were written.

    The job's payload is the event's with `event` added. Raises LookupError for an unknown event and
    ValueError when the payload's keys are not the catalogue's.
    """
    fact = _known(event)
    if set(payload) != set(fact.payload):
        raise ValueError(f"{event} carries {sorted(fact.payload)}, not {sorted(payload)}")
    jobs = [
        NewJob(kind, {**part, "event": event}, lock_key=lock_key, caused_by=caused_by)
        for kind in subscribers(event)
        for part in _parts(fact, payload)
    ]
    return len(await enqueue_many(tx, jobs))


def _known(event: str) -> Event:
    if event not in EVENTS:
        raise LookupError(f"no such event: {event}")
    return EVENTS[event]


def _parts(fact: Event, payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if fact.many is None:
        yield dict(payload)
        return
    records = payload[fact.many]
    for start in range(0, len(records), RECORDS_PER_JOB):
        yield {**payload, fact.many: records[start : start + RECORDS_PER_JOB]}
