"""Writing calendars out as days, for the working-time functions of formulas."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from changliu.jobs.service import zone_of
from changliu.kit.db import Database, Tx, Workspace
from changliu.timers.calendar import FIRST_DAY, DayOff, WorkCalendar, last_day
from changliu.timers.china_days import EDITION
from changliu.timers.store import calendar as store

DEFAULT = "default"
# Raised when the form of the rows changes, so that every workspace writes them anew.
_FORM = 1


async def write_calendar(tx: Tx, key: str, calendar: WorkCalendar) -> bool:
    """Write a calendar's days from 2000 to ten years ahead; False when they stand already."""
    last = last_day(tx.now.astimezone(zone_of(tx)).date())
    body = to_json(calendar)
    shape = [_FORM, EDITION, FIRST_DAY, last, body]
    fingerprint = hashlib.sha256(orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)).hexdigest()
    if not await store.put(tx, key, body, fingerprint):
        return False
    await store.fill(tx, key, list(_rows(calendar, last)))
    return True


async def remove_calendar(tx: Tx, key: str) -> None:
    """Delete a calendar; the default one returns to office hours and China's holidays."""
    if key == DEFAULT:
        await write_calendar(tx, DEFAULT, WorkCalendar())
    else:
        await store.remove(tx, key)


async def refresh(tx: Tx) -> int:
    """Bring the days of every calendar up to today and to the holidays this program knows.

    Writes the default calendar where there is none yet. Returns how many were written anew.
    """
    known = {key: from_json(body) for key, body in (await store.listed(tx)).items()}
    written = 0
    for key, calendar in ({DEFAULT: WorkCalendar()} | known).items():
        written += await write_calendar(tx, key, calendar)
    return written


async def refresh_workspace(database: Database, workspace: Workspace) -> None:
    """Bring a workspace's calendars up to date in a transaction of its own."""
    async with database.transaction(workspace) as tx:
        await refresh(tx)


async def assign(tx: Tx, key: str, teams: Sequence[UUID]) -> None:
    """Set the teams a calendar is for; `follow` makes it count."""
    await store.assign(tx, key, teams)


async def assigned(tx: Tx) -> dict[UUID, str]:
    """Return the calendar of every team that is named by one."""
    return await store.assigned(tx)


async def follow(tx: Tx, parents: Mapping[UUID, UUID | None]) -> None:
    """Resolve the tree of teams: each follows the calendar of the nearest team above it."""
    named = await store.assigned(tx)
    found: dict[UUID, str] = {}
    for team in parents:
        above: UUID | None = team
        while above is not None and above not in named:
            above = parents.get(above)
        if above is not None:
            found[team] = named[above]
    await store.follow(tx, found)


def to_json(calendar: WorkCalendar) -> dict[str, Any]:
    """Return a calendar as plain JSON."""
    return {
        "week": [[list(span) for span in spans] for spans in calendar.week],
        "public_holidays": calendar.public_holidays,
        "exceptions": {
            day.isoformat(): {"spans": [list(span) for span in off.spans], "name": off.name}
            for day, off in sorted(calendar.exceptions.items())
        },
    }


def from_json(body: Mapping[str, Any]) -> WorkCalendar:
    """Return the calendar of `to_json`."""
    return WorkCalendar(
        tuple(_spans(spans) for spans in body["week"]),
        body["public_holidays"],
        {
            date.fromisoformat(day): DayOff(_spans(off["spans"]), off["name"])
            for day, off in body["exceptions"].items()
        },
    )


def _spans(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)


def _rows(calendar: WorkCalendar, last: date) -> Iterator[store.DayRow]:
    days = seconds = 0
    for day in calendar.days(FIRST_DAY, last):
        starts, ends = (tuple(span[side] for span in day.spans) for side in (0, 1))
        yield store.DayRow(day.day, days, seconds, starts, ends, day.name)
        days += day.working
        seconds += day.seconds
