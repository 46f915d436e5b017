"""Working time in formulas: over HTTP, against day-by-day counting, with calendars of teams."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.metadata import version
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.formula.oracle.work import Working
from tools import generate_china_days

from changliu.clocks.handlers import refresh
from changliu.jobs.model import Job
from changliu.kit.db import Workspace
from changliu.kit.platform import Platform
from changliu.timers import test_clock, working_time
from changliu.timers.calendar import DayOff, WorkCalendar, public_days
from changliu.timers.china_days import EDITION, read_days

ZONE = ZoneInfo("Asia/Shanghai")
ODD = WorkCalendar(
    week=(
        ((0, 3_600), (7_200, 7_201)),
        (),
        ((28_800, 64_800),),
        ((79_200, 86_400),),
        ((32_400, 43_200),),
        ((36_000, 39_600),),
        (),
    ),
    public_holidays=True,
    exceptions={
        date(2025, 3, 4): DayOff(((36_000, 39_600), (50_400, 50_460)), "盘点"),
        date(2025, 3, 5): DayOff((), "团建"),
    },
)
CALENDARS = {"default": WorkCalendar(), "odd": ODD}
ORACLES = {key: Working(calendar) for key, calendar in CALENDARS.items()}
TEAM = UUID(int=7)


def _between(first: str, last: str) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last))


_MOMENTS = st.one_of(
    _between("2025-02-20", "2025-03-20"),
    _between("2024-01-01", "2027-12-31").map(lambda t: t.replace(minute=0, second=0)),
    _between("1990-01-01", "2045-01-01"),
).map(lambda t: t.replace(tzinfo=ZONE).astimezone(UTC))
_HOURS = st.one_of(
    st.integers(-400, 400).map(Decimal),
    st.decimals(-60, 60, places=5),
    st.sampled_from([Decimal("7.5"), Decimal("-7.5"), Decimal("37.5"), Decimal("1e9")]),
    st.decimals(-400_000, 400_000, places=2),
)
_CASES = st.tuples(_MOMENTS, _MOMENTS, _HOURS)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2024-02-09", True), ("2024-02-10", False), ("2024-02-04", True), ("2024-02-18", True),
        ("2024-05-11", True), ("2024-09-14", True), ("2024-10-12", True), ("2024-10-07", False),
        ("2025-01-26", True), ("2025-01-28", False), ("2025-02-08", True), ("2025-02-04", False),
        ("2025-04-27", True), ("2025-05-05", False), ("2025-09-28", True), ("2025-10-11", True),
        ("2025-10-08", False), ("2026-01-02", False), ("2026-01-04", True), ("2026-02-14", True),
        ("2026-02-23", False), ("2026-02-28", True), ("2026-05-09", True), ("2026-09-20", True),
        ("2026-10-07", False), ("2026-10-10", True), ("2005-12-31", True), ("2026-03-07", False),
    ],
)  # fmt: skip
def test_announced_days_are_known(day: str, working: bool) -> None:
    """As announced by the State Council (国办发明电) for 2024, 2025 and 2026."""
    assert WorkCalendar().day(date.fromisoformat(day)).working is working


def test_years_not_announced_have_their_festivals_and_no_makeup_days() -> None:
    off, makeup = public_days(2030)
    assert {date(2030, 1, 1), date(2030, 2, 3), date(2030, 5, 1), date(2030, 10, 1)} <= set(off)
    assert not makeup


def test_the_table_of_days_is_what_the_package_says() -> None:
    """After a newer package was locked: `python -m tools.generate_china_days`, and `EDITION`."""
    assert version("holidays") == EDITION
    told = {day: name for days, _ in read_days().values() for day, name in days.items()}
    told |= dict.fromkeys((day for _, days in read_days().values() for day in days), "")
    assert told == dict(generate_china_days.rows())


@pytest_asyncio.fixture(scope="module")
async def calendars(platform: Platform, workspace: Workspace) -> AsyncIterator[None]:
    """The default calendar and an odd one, which one team follows."""
    async with platform.database.transaction(workspace) as tx:
        await working_time.write_calendar(tx, "odd", ODD)
        await working_time.assign(tx, "odd", [TEAM])
        await working_time.follow(tx, {TEAM: None})
    yield
    async with platform.database.transaction(workspace) as tx:
        await working_time.remove_calendar(tx, "odd")


@pytest.mark.usefixtures("calendars")
async def test_sql_counts_as_day_by_day(platform: Platform, workspace: Workspace) -> None:
    cases: list[tuple[datetime, datetime, Decimal]] = []

    @settings(max_examples=300, deadline=None, database=None)
    @given(_CASES)
    def collect(case: tuple[datetime, datetime, Decimal]) -> None:
        cases.append(case)

    collect()
    for a, b, hours in list(cases):  # a sum of hours leads back where it came from
        cases.append((a, a + timedelta(hours=1), hours))
        cases.append((b, a, -hours))
    for key, team in (("default", None), ("odd", TEAM)):
        found = await _asked(platform, workspace, cases, team)
        oracle = ORACLES[key]
        for (a, b, hours), got in zip(cases, found, strict=True):
            first, last = a.astimezone(ZONE).date(), b.astimezone(ZONE).date()
            wanted = (
                oracle.hours(a, b, ZONE),
                oracle.add_hours(a, hours, ZONE),
                oracle.days(first, last),
                oracle.add_days(first, hours),
                oracle.is_day(first),
            )
            assert (*got[:4], bool(got[4])) == wanted, (key, a, b, hours)


async def _asked(
    platform: Platform,
    workspace: Workspace,
    cases: list[tuple[datetime, datetime, Decimal]],
    team: UUID | None,
) -> list[Any]:
    query = sql.SQL(
        "SELECT {s}.work_hours(a, b, %(team)s, %(zone)s),"
        " {s}.add_work_hours(a, n, %(team)s, %(zone)s),"
        " {s}.work_days((a AT TIME ZONE %(zone)s)::date, (b AT TIME ZONE %(zone)s)::date,"
        " %(team)s), {s}.add_work_days((a AT TIME ZONE %(zone)s)::date, n, %(team)s),"
        " {s}.is_work_day((a AT TIME ZONE %(zone)s)::date, %(team)s)"
        " FROM unnest(%(a)s::timestamptz[], %(b)s::timestamptz[], %(n)s::numeric[])"
        " WITH ORDINALITY AS c (a, b, n, place) ORDER BY place"
    ).format(s=sql.Identifier(workspace.schema))
    params = {
        "team": team,
        "zone": "Asia/Shanghai",
        "a": [case[0] for case in cases],
        "b": [case[1] for case in cases],
        "n": [case[2] for case in cases],
    }
    async with platform.database.transaction(workspace, write=False) as tx:
        return await tx.rows(query, params)


async def _object(admin: httpx.AsyncClient) -> None:
    body: dict[str, Any] = {"key": "ticket", "label": "工单", "fields": []}
    body["fields"] = [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "opened", "label": "开始", "type": "datetime"},
        {"key": "closed", "label": "结束", "type": "datetime"},
        {"key": "crew", "label": "班组", "type": "team"},
        {"key": "took", "label": "用时", "type": "formula", "formula": "工作小时(开始,结束)"},
        {"key": "crew_took", "label": "班组用时", "type": "formula",
         "formula": "WORKHOURS(开始,结束,班组)"},
        {"key": "promise", "label": "承诺", "type": "formula", "formula": "加工作小时(开始,2)"},
    ]  # fmt: skip
    answer = await admin.post("/api/objects", json=body)
    assert answer.status_code == 201, answer.text


async def test_a_calendar_is_published_tried_and_retired(admin: httpx.AsyncClient) -> None:
    await _object(admin)
    team = (await admin.post("/api/teams", json={"name": "夜班"})).json()["id"]
    below = (await admin.post("/api/teams", json={"name": "夜班一组", "parent": team})).json()["id"]
    values = {
        "name": "周五下午开的单",
        "opened": "2026-02-13T17:30:00+08:00",
        "closed": "2026-02-14T10:00:00+08:00",
        "crew": below,
    }
    made = await admin.post("/api/records/ticket", json=values)
    assert made.status_code == 201, made.text
    record = made.json()["id"]

    async def took() -> tuple[str, str]:
        held = (await admin.get(f"/api/records/ticket/{record}")).json()["values"]
        assert held["promise"].startswith("2026-02-14T02:30:00")
        return held["took"], held["crew_took"]

    assert await took() == ("1.5", "1.5")  # 2026-02-14, a Saturday, makes up for the holiday
    night = {
        "label": {"zh-CN": "夜班", "en": "Night shift"},
        "hours": {day: ["20:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
        | {"sat": ["00:00-04:00", "20:00-24:00"], "sun": []},
        "holidays": "none",
        "teams": ["夜班"],
        "exceptions": [{"date": "2026-02-13", "working": False, "label": "检修"}],
    }
    period = {"from": "2026-02-12", "to": "2026-02-15"}
    answer = await admin.post(
        "/api/definitions/calendar/night/test", json={"body": night, "sample": period}
    )
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    shown = shown.get("result", shown)
    assert shown["working_days"] == 2
    assert [day["name"] for day in shown["days"]] == [None, "检修", None, None]
    assert await took() == ("1.5", "1.5")
    answer = await admin.put("/api/definitions/calendar/night", json=night)
    assert answer.status_code in (200, 201), answer.text
    assert await took() == ("1.5", "4")
    answer = await admin.get(
        "/api/records/ticket", params={"filter": "WORKHOURS(开始,结束,班组)=4 AND 是工作日(结束)"}
    )
    assert [item["id"] for item in answer.json()["items"]] == [record]
    answer = await admin.delete("/api/definitions/calendar/night")
    assert answer.status_code in (200, 204), answer.text
    assert await took() == ("1.5", "1.5")


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"teams": ["无此团队"]}, "teams.0", "team.unknown"),
        ({"teams": []}, "teams", "calendar.no_teams"),
        ({"exceptions": [{"date": "2026-02-30", "working": True}]}, "exceptions.0.date", None),
        (
            {"exceptions": [{"date": "2026-02-03", "until": "2026-02-01", "working": True}]},
            "exceptions.0",
            "calendar.until",
        ),
        (
            {"exceptions": [{"date": "2026-02-03", "working": False, "hours": ["9:00-10:00"]}]},
            "exceptions.0",
            "calendar.hours_of_day_off",
        ),
        ({"exceptions": [{"date": "2026-02-03", "working": True, "hours": ["9:00-25:00"]}]},
         "exceptions.0.hours", "calendar.span"),
        ({"exceptions": [{"date": "2026-02-03", "working": True,
                          "hours": ["9:00-12:00", "11:00-13:00"]}]},
         "exceptions.0.hours", "calendar.overlap"),
        ({"holidays": "MARS"}, "holidays", None),
    ],
)  # fmt: skip
async def test_a_wrong_calendar_is_refused(
    admin: httpx.AsyncClient, change: dict[str, Any], path: str, code: str | None
) -> None:
    body = {"label": "坏日历", "teams": ["无此团队"]} | change
    if "teams" not in change:
        body["teams"] = []
    answer = await admin.put("/api/definitions/calendar/wrong", json=body)
    assert answer.status_code == 422, answer.text
    errors = [(error["path"], error["code"]) for error in answer.json()["errors"]]
    assert any(p == path and (code is None or c == code) for p, c in errors), errors


async def test_the_daily_job_writes_the_years_ahead(
    platform: Platform, workspace: Workspace
) -> None:
    query = sql.SQL("SELECT max(day) FROM {}.work_day WHERE calendar = 'default'")
    query_in = query.format(sql.Identifier(workspace.schema))
    job = Job(1, "calendar.refresh", None, {}, datetime.now(UTC), 0, 1, None, datetime.now(UTC))

    async def reach() -> date:
        async with platform.database.transaction(workspace) as tx:
            await refresh(tx, job)
            found = await tx.row(query_in)
            assert found is not None
            last: date = found[0]
            return last

    try:
        assert await reach() == date(datetime.now(ZONE).year + 10, 12, 31)
        await test_clock.set_now(platform.database, datetime(2041, 1, 1, tzinfo=UTC))
        assert await reach() == date(2051, 12, 31)
    finally:
        await test_clock.set_now(platform.database, None)
    assert await reach() == date(datetime.now(ZONE).year + 10, 12, 31)
    async with platform.database.transaction(workspace) as tx:
        assert await working_time.refresh(tx) == 0
