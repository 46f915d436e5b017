"""China's days off and the weekend days worked for them (调休), 2000 to 2099.

`days.csv` is made by `tools/generate_china_days.py` from the package `holidays` (MIT), which
follows the announcements of the State Council. The package itself stays with developers: it loads
the calendars of all the world.
"""

import csv
from collections import defaultdict
from datetime import date
from functools import cache
from importlib.resources import files

# The release of `holidays` the table was made with.
EDITION = "0.109"

Year = tuple[dict[date, str], frozenset[date]]


@cache
def read_days() -> dict[int, Year]:
    """Return by year the days off with their names, and the days worked for them."""
    off: dict[int, dict[date, str]] = defaultdict(dict)
    worked: dict[int, set[date]] = defaultdict(set)
    with files(__name__).joinpath("days.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["day"])
            if row["off"]:
                off[day.year][day] = row["off"]
            else:
                worked[day.year].add(day)
    return {year: (days, frozenset(worked[year])) for year, days in off.items()}
