"""Writes the table of China's days off and of weekend days worked for them.

`python -m tools.generate_china_days > src/changliu/timers/china_days/days.csv`, after a newer
`holidays` was locked: it brings what the State Council has announced since. Years not announced yet
have the statutory festivals, without make-up days.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date

import holidays

# The package knows the moon calendar up to here; calendars are written ten years ahead.
FIRST, LAST = 2000, 2099


def rows() -> Iterator[tuple[date, str]]:
    """Yield each day and the festival it is off for; nothing for a day that makes up for one."""
    # A day may make up for a holiday of the next year: 2005-12-31 did.
    years = range(FIRST, LAST + 1)
    found = holidays.country_holidays("CN", years=years, language="zh_CN")
    worked: set[date] = getattr(found, "weekend_workdays", set())
    every = {**dict.fromkeys(worked, ""), **found}
    for day in sorted(every):
        if FIRST <= day.year <= LAST:
            yield day, every[day]


def main() -> None:
    """Write the table to standard output."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("day", "off"))
    out.writerows(rows())


if __name__ == "__main__":
    main()
