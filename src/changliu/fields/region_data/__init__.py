"""Provinces and cities of China by GB/T 2260 code, state of 2023-06-30.

`divisions.csv` follows modood/Administrative-divisions-of-China (licence WTFPL v2), from the
National Bureau of Statistics; Taiwan, Hong Kong and Macau are provinces without cities here.
"""

import csv
from importlib.resources import files


def read_divisions() -> dict[str, str]:
    """Return names by code: two digits a province, four a city."""
    with files(__name__).joinpath("divisions.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}
