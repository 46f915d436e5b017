"""Five cron fields: what they mean, and what is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from changliu.jobs.schedule import parse
from changliu.kit.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("fields", "after", "fires"),
    [
        ("0 10 * * 5", "2026-11-22T00:00", "2026-11-27T10:00"),
        ("*/15 * * * *", "2026-11-22T10:14", "2026-11-22T10:15"),
        ("*/15 * * * *", "2026-11-22T10:15", "2026-11-22T10:30"),
        ("5/20 3 * * *", "2026-11-22T03:06", "2026-11-22T03:25"),
        ("0 2 29 2 *", "2026-03-01T00:00", "2028-02-29T02:00"),
        ("30 8 1,15 * *", "2026-11-15T08:30", "2026-12-01T08:30"),
        ("0 0 13 * 5", "2026-11-14T00:00", "2026-11-20T00:00"),
        ("0 9 * * 7", "2026-11-22T09:00", "2026-11-29T09:00"),
        ("0 9 * * 1-5", "2026-11-20T09:00", "2026-11-23T09:00"),
        ("59 23 31 12 *", "2026-12-31T23:59", "2027-12-31T23:59"),
    ],
)
def test_fires_next_at_local_time(fields: str, after: str, fires: str) -> None:
    instant = datetime.fromisoformat(after).replace(tzinfo=SHANGHAI).astimezone(UTC)
    expected = datetime.fromisoformat(fires).replace(tzinfo=SHANGHAI)
    assert parse(fields).next_after(instant, SHANGHAI) == expected


def test_a_skipped_hour_still_fires_and_a_repeated_one_fires_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    nightly = parse("30 2 * * *")
    spring = nightly.next_after(datetime(2026, 3, 28, 12, tzinfo=UTC), berlin)
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    autumn = nightly.next_after(datetime(2026, 10, 24, 12, tzinfo=UTC), berlin)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert nightly.next_after(autumn, berlin) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        *("", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"),
        *("a * * * *", "5-1 * * * *", "*/0 * * * *", "1,,2 * * * *", "-1 * * * *", "* * * * * *"),
    ],
)
def test_nonsense_is_refused(fields: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(fields)
    assert refused.value.code == "schedule.invalid"


def test_a_day_that_never_comes_is_refused() -> None:
    with pytest.raises(Invalid, match=r"schedule\.never"):
        parse("0 0 31 2 *").next_after(datetime(2026, 1, 1, tzinfo=UTC), SHANGHAI)
