"""The SQL of working calendars: their settings, their days, the teams that follow them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from changliu.kit.db import Tx

# The row lock serialises writers of one calendar.
_PUT = sql.SQL(
    "INSERT INTO {schema}.work_calendar AS c (key, body, fingerprint)"
    " VALUES (%(key)s, %(body)s, %(fingerprint)s)"
    " ON CONFLICT (key) DO UPDATE SET body = excluded.body, fingerprint = excluded.fingerprint"
    " WHERE c.fingerprint <> excluded.fingerprint"
)
_LISTED = sql.SQL("SELECT key, body FROM {schema}.work_calendar ORDER BY key")
_ASSIGN = sql.SQL(
    "UPDATE {schema}.work_calendar SET teams = %(teams)s"
    " WHERE key = %(key)s AND teams <> %(teams)s::uuid[]"
)
_ASSIGNED = sql.SQL(
    "SELECT team, key FROM {schema}.work_calendar, unnest(teams) AS team ORDER BY key, team"
)
_CLEAR = sql.SQL("DELETE FROM {schema}.work_day WHERE calendar = %s")
_FILL = sql.SQL(
    "INSERT INTO {schema}.work_day"
    " (calendar, day, working, days_before, seconds_before, starts, ends, name)"
    " SELECT %(calendar)s, d.day, d.starts <> '{{}}', d.days_before, d.seconds_before,"
    " d.starts::integer[], d.ends::integer[], d.name"
    " FROM unnest(%(day)s::date[], %(days_before)s::integer[], %(seconds_before)s::bigint[],"
    " %(starts)s::text[], %(ends)s::text[], %(name)s::text[])"
    " AS d (day, days_before, seconds_before, starts, ends, name)"
)
_REMOVE = sql.SQL(
    "WITH days AS (DELETE FROM {schema}.work_day WHERE calendar = %(key)s),"
    " teams AS (DELETE FROM {schema}.work_team WHERE calendar = %(key)s)"
    " DELETE FROM {schema}.work_calendar WHERE key = %(key)s"
)
_FOLLOW = sql.SQL(
    "WITH wanted AS (SELECT * FROM unnest(%(team)s::uuid[], %(calendar)s::text[])"
    " AS w (team, calendar)),"
    " gone AS (DELETE FROM {schema}.work_team t WHERE NOT EXISTS"
    " (SELECT FROM wanted w WHERE w.team = t.team))"
    " INSERT INTO {schema}.work_team AS t (team, calendar) SELECT team, calendar FROM wanted"
    " ON CONFLICT (team) DO UPDATE SET calendar = excluded.calendar"
    " WHERE t.calendar <> excluded.calendar"
)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One row of `work_day`: what was worked before it, and its spans (seconds of the day)."""

    day: date
    days_before: int
    seconds_before: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    name: str | None


async def put(tx: Tx, key: str, body: Mapping[str, Any], fingerprint: str) -> bool:
    """Write a calendar's settings; False when its days are of this fingerprint already."""
    query = _PUT.format(schema=sql.Identifier(tx.schema))
    params = {"key": key, "body": Jsonb(dict(body)), "fingerprint": fingerprint}
    return await tx.execute(query, params) == 1


async def listed(tx: Tx) -> dict[str, dict[str, Any]]:
    """Return the settings of every calendar by key."""
    return dict(await tx.rows(_LISTED.format(schema=sql.Identifier(tx.schema))))


async def assign(tx: Tx, key: str, teams: Sequence[UUID]) -> None:
    """Set the teams a calendar is for."""
    query = _ASSIGN.format(schema=sql.Identifier(tx.schema))
    await tx.execute(query, {"key": key, "teams": list(teams)})


async def assigned(tx: Tx) -> dict[UUID, str]:
    """Return the calendar of every team that is named by one."""
    return dict(await tx.rows(_ASSIGNED.format(schema=sql.Identifier(tx.schema))))


async def fill(tx: Tx, key: str, rows: Sequence[DayRow]) -> None:
    """Replace the days of a calendar."""
    schema = sql.Identifier(tx.schema)
    params = {
        "calendar": key,
        "day": [row.day for row in rows],
        "days_before": [row.days_before for row in rows],
        "seconds_before": [row.seconds_before for row in rows],
        "starts": [_array(row.starts) for row in rows],
        "ends": [_array(row.ends) for row in rows],
        "name": [row.name for row in rows],
    }
    await tx.execute(_CLEAR.format(schema=schema), (key,))
    await tx.execute(_FILL.format(schema=schema), params)


async def remove(tx: Tx, key: str) -> None:
    """Delete a calendar with its days."""
    await tx.execute(_REMOVE.format(schema=sql.Identifier(tx.schema)), {"key": key})


async def follow(tx: Tx, calendars: Mapping[UUID, str]) -> None:
    """Replace which team follows which calendar; teams not named follow the default one."""
    params = {"team": list(calendars), "calendar": list(calendars.values())}
    await tx.execute(_FOLLOW.format(schema=sql.Identifier(tx.schema)), params)


def _array(values: tuple[int, ...]) -> str:
    return f"{{{','.join(map(str, values))}}}"
